import Kernels
import Tensors

/// The steps of an Elman network.
final class RNNCell: RecurrentCell {
    static let gateCount = 1
    static let separatesProducts = false
    static let carriesHidden = false

    let states: [CarriedState]
    let parameters: [Tensor]
    private let packing: PackedSequences
    private let width: Int
    private let activation: RNN.Activation
    private let bias: Tensor  // [H]

    init(_ call: RecurrentCall, activation: RNN.Activation, inputBias: Tensor, hiddenBias: Tensor) {
        (packing, width, self.activation) = (call.packing, call.width, activation)
        states = [call.state(0)]
        parameters = [inputBias, hiddenBias]
        bias = .sum(inputBias, hiddenBias)
    }

    // The products become the hidden states in place.
    var inputProducts: UnsafeMutablePointer<Float> { states[0].all }
    func hiddenProducts(_ step: Int) -> UnsafeMutablePointer<Float> { states[0].behind(step) }

    func forward(_ step: Int) {
        RNNGates.forward(
            activation, bias: bias.pointer, hidden: states[0].behind(step), rows: packing.size(step), width: width)
    }

    func backward(_ step: Int, _ gradients: [Tensor], into gates: GateGradients) {
        RNNGates.backward(
            activation, hidden: states[0].behind(step), hiddenGradient: gradients[0].pointer,
            gateGradient: gates.input.mutablePointer + packing.start(step) * width, count: packing.size(step) * width)
    }

    func finish(_ gates: GateGradients, _ pass: BackwardPass, first: Int) {
        gates.input.addColumnSums(to: [pass.sink(first), pass.sink(first + 1)])
    }
}

import Kernels
import Tensors

/// The steps of a GRU.
///
/// The reset gate multiplies the hidden state's product, not the state itself, so that the three products of a step
/// are one (the form of cuDNN and PyTorch). The price: inputs and hidden state have products of their own.
final class GRUCell: RecurrentCell {
    static let gateCount = 3
    static let separatesProducts = true
    static let carriesHidden = true

    let states: [CarriedState]
    let parameters: [Tensor]
    private let packing: PackedSequences
    private let width: Int
    private let gates: Tensor  // [P, 3H] products of the inputs, then activations
    private let candidates: Tensor  // [P, H] the recurrent part of n
    private let products: Tensor  // [N, 3H] of the hidden state, at one step
    private let bias: Tensor  // [4H]: r and z with both biases, n with the input's, n with the recurrent one

    init(_ call: RecurrentCall, inputBias: Tensor, hiddenBias: Tensor) {
        (packing, width) = (call.packing, call.width)
        states = [call.state(0)]
        parameters = [inputBias, hiddenBias]
        gates = Tensor(uninitialized: [packing.total, 3 * width])
        candidates = Tensor(uninitialized: [packing.total, width])
        products = Tensor(uninitialized: [packing.rows, 3 * width])
        bias = Tensor(uninitialized: [4 * width])
        Vector.sum(inputBias.pointer, hiddenBias.pointer, into: bias.mutablePointer, count: 2 * width)
        (bias.mutablePointer + 2 * width).update(from: inputBias.pointer + 2 * width, count: width)
        (bias.mutablePointer + 3 * width).update(from: hiddenBias.pointer + 2 * width, count: width)
    }

    var inputProducts: UnsafeMutablePointer<Float> { gates.mutablePointer }
    func hiddenProducts(_ step: Int) -> UnsafeMutablePointer<Float> { products.mutablePointer }

    func forward(_ step: Int) {
        let start = packing.start(step)
        GRUGates.forward(
            gates: gates.mutablePointer + start * 3 * width, recurrent: products.pointer, bias: bias.pointer,
            previousHidden: states[0].before(step), candidate: candidates.mutablePointer + start * width,
            hidden: states[0].behind(step), rows: packing.size(step), width: width)
    }

    func backward(_ step: Int, _ gradients: [Tensor], into gateGradients: GateGradients) {
        let start = packing.start(step)
        GRUGates.backward(
            activations: gates.pointer + start * 3 * width, candidate: candidates.pointer + start * width,
            previousHidden: states[0].before(step), hiddenGradient: gradients[0].mutablePointer,
            inputGradient: gateGradients.input.mutablePointer + start * 3 * width,
            recurrentGradient: gateGradients.hidden.mutablePointer + start * 3 * width,
            rows: packing.size(step), width: width)
    }

    func finish(_ gates: GateGradients, _ pass: BackwardPass, first: Int) {
        gates.input.addColumnSums(to: [pass.sink(first)])
        gates.hidden.addColumnSums(to: [pass.sink(first + 1)])
    }
}

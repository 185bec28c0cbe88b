import Kernels
import Tensors

/// The steps of an LSTM.
final class LSTMCell: RecurrentCell {
    static let gateCount = 4
    static let separatesProducts = false
    static let carriesHidden = false

    let states: [CarriedState]
    let parameters: [Tensor]
    private let packing: PackedSequences
    private let width: Int
    private let gates: Tensor  // [P, 4H] products, then activations
    private let bias: Tensor  // [4H]

    init(_ call: RecurrentCall, inputBias: Tensor, hiddenBias: Tensor) {
        (packing, width) = (call.packing, call.width)
        states = [call.state(0), call.state(1)]
        parameters = [inputBias, hiddenBias]
        gates = Tensor(uninitialized: [packing.total, 4 * width])
        bias = .sum(inputBias, hiddenBias)
    }

    var inputProducts: UnsafeMutablePointer<Float> { gates.mutablePointer }

    func hiddenProducts(_ step: Int) -> UnsafeMutablePointer<Float> {
        gates.mutablePointer + packing.start(step) * 4 * width
    }

    func forward(_ step: Int) {
        LSTMGates.forward(
            gates: hiddenProducts(step), bias: bias.pointer, previousCell: states[1].before(step),
            cell: states[1].behind(step), hidden: states[0].behind(step), rows: packing.size(step), width: width)
    }

    func backward(_ step: Int, _ gradients: [Tensor], into gateGradients: GateGradients) {
        let start = packing.start(step) * 4 * width
        LSTMGates.backward(
            activations: gates.pointer + start, previousCell: states[1].before(step), cell: states[1].behind(step),
            hiddenGradient: gradients[0].pointer, cellGradient: gradients[1].mutablePointer,
            gateGradient: gateGradients.input.mutablePointer + start, rows: packing.size(step), width: width)
    }

    func finish(_ gates: GateGradients, _ pass: BackwardPass, first: Int) {
        gates.input.addColumnSums(to: [pass.sink(first), pass.sink(first + 1)])
    }
}

extension Tensor {
    /// The sum of two biases, off the tape.
    static func sum(_ a: Tensor, _ b: Tensor) -> Tensor {
        precondition(a.shape == b.shape, "a sum of \(a.shape) and \(b.shape)")
        let result = Tensor(uninitialized: a.shape)
        Vector.sum(a.pointer, b.pointer, into: result.mutablePointer, count: a.count)
        return result
    }

    /// Adds the sums of the columns to several arrays at once: the gradients of biases that are added to each other.
    func addColumnSums(to sinks: [UnsafeMutablePointer<Float>?]) {
        let sinks = sinks.compactMap(\.self)
        guard let first = sinks.first else { return }
        if sinks.count == 1 {
            Rows.addColumnSums(of: pointer, to: first, rows: shape.rows, columns: shape.columns)
            return
        }
        let sums = Tensor(zeros: [shape.columns])
        Rows.addColumnSums(of: pointer, to: sums.mutablePointer, rows: shape.rows, columns: shape.columns)
        for sink in sinks { Vector.add(sums.pointer, to: sink, count: shape.columns) }
    }
}

import Kernels
import Tensors

/// The steps of a layer-normalised LSTM (Ba et al. 2016, equations 20 to 22).
///
/// Three things are brought to mean 0 and variance 1, each row for itself: the product of the input over all 4H gates,
/// the product of the hidden state likewise, and the cell on its way to the output; the cell that goes on to the next
/// step stays as it is.
final class NormalizedLSTMCell: RecurrentCell {
    static let gateCount = 4
    static let separatesProducts = true
    static let carriesHidden = false

    let states: [CarriedState]
    let parameters: [Tensor]
    private let packing: PackedSequences
    private let width: Int
    private let inputGain, hiddenGain: Tensor  // [4H]
    private let cellGain, cellBias: Tensor  // [H]
    private let bias: Tensor  // [4H]
    private let gates: Tensor  // [P, 4H] activations
    // Standardised values, and what each row was multiplied with, [P].
    private let input, hidden: Tensor  // [P, 4H]
    private let inputScale, hiddenScale: Tensor
    private let cell: Tensor  // [P, H]
    private let cellScale: Tensor
    private var cellGradients: CellGradients?

    /// What the way back collects step by step.
    private struct CellGradients {
        let gain, bias: Tensor  // [H]
        let normalized: Tensor  // [N, H] the gradient of the cell with its gain and bias, at one step
        let cell: Tensor  // [N, H] what of it reaches the cell itself
    }

    /// - Parameter gains: Those of the input's product, of the hidden state's and of the cell, and the cell's bias.
    init(_ call: RecurrentCall, inputBias: Tensor, hiddenBias: Tensor, gains: [Tensor]) {
        (packing, width) = (call.packing, call.width)
        states = [call.state(0), call.state(1)]
        parameters = [inputBias, hiddenBias] + gains
        (inputGain, hiddenGain, cellGain, cellBias) = (gains[0], gains[1], gains[2], gains[3])
        bias = .sum(inputBias, hiddenBias)
        let wide: Shape = [packing.total, 4 * width]
        (gates, input, hidden) = (.init(uninitialized: wide), .init(uninitialized: wide), .init(uninitialized: wide))
        cell = Tensor(uninitialized: [packing.total, width])
        inputScale = Tensor(uninitialized: [packing.total])
        hiddenScale = Tensor(uninitialized: [packing.total])
        cellScale = Tensor(uninitialized: [packing.total])
    }

    var inputProducts: UnsafeMutablePointer<Float> { input.mutablePointer }

    func hiddenProducts(_ step: Int) -> UnsafeMutablePointer<Float> {
        hidden.mutablePointer + packing.start(step) * 4 * width
    }

    // MARK: Forward

    func prepare() {
        StandardizedRows.forward(
            input.pointer, into: input.mutablePointer, inverse: inputScale.mutablePointer, rows: packing.total,
            columns: 4 * width)
    }

    func forward(_ step: Int) {
        let (rows, start) = (packing.size(step), packing.start(step))
        let products = hiddenProducts(step)
        StandardizedRows.forward(
            products, into: products, inverse: hiddenScale.mutablePointer + start, rows: rows, columns: 4 * width)
        let activations = gates.mutablePointer + start * 4 * width
        NormalizedLSTMGates.forwardCell(
            input: input.pointer + start * 4 * width, recurrent: products, inputGain: inputGain.pointer,
            recurrentGain: hiddenGain.pointer, bias: bias.pointer, previousCell: states[1].before(step),
            gates: activations, cell: states[1].behind(step), rows: rows, width: width)
        let standardized = cell.mutablePointer + start * width
        StandardizedRows.forward(
            states[1].behind(step), into: standardized, inverse: cellScale.mutablePointer + start, rows: rows,
            columns: width)
        NormalizedLSTMGates.forwardOutput(
            activations: activations, standardizedCell: standardized, gain: cellGain.pointer, bias: cellBias.pointer,
            hidden: states[0].behind(step), rows: rows, width: width)
    }

    // MARK: Backward

    func backward(_ step: Int, _ gradients: [Tensor], into gateGradients: GateGradients) {
        let (rows, start) = (packing.size(step), packing.start(step))
        let ofCell = cellGradients ?? CellGradients(
            gain: Tensor(zeros: [width]), bias: Tensor(zeros: [width]),
            normalized: Tensor(uninitialized: [packing.rows, width]),
            cell: Tensor(uninitialized: [packing.rows, width]))
        cellGradients = ofCell
        let activations = gates.pointer + start * 4 * width
        let standardized = cell.pointer + start * width
        // The gradient of the gates before activation; `finish` turns it into that of the input's products.
        let ofGates = gateGradients.input.mutablePointer + start * 4 * width
        NormalizedLSTMGates.backwardOutput(
            activations: activations, standardizedCell: standardized, gain: cellGain.pointer, bias: cellBias.pointer,
            hiddenGradient: gradients[0].pointer, into: ofCell.normalized.mutablePointer, gateGradient: ofGates,
            rows: rows, width: width)
        StandardizedRows.addGainGradient(
            ofCell.normalized.pointer, standardized, to: ofCell.gain.mutablePointer, rows: rows, columns: width)
        Rows.addColumnSums(
            of: ofCell.normalized.pointer, to: ofCell.bias.mutablePointer, rows: rows, columns: width)
        StandardizedRows.backward(
            standardized, inverse: cellScale.pointer + start, gain: cellGain.pointer,
            upstream: ofCell.normalized.pointer, into: ofCell.cell.mutablePointer, rows: rows, columns: width)
        Vector.add(ofCell.cell.pointer, to: gradients[1].mutablePointer, count: rows * width)
        NormalizedLSTMGates.backwardCell(
            activations: activations, previousCell: states[1].before(step), cellGradient: gradients[1].mutablePointer,
            gateGradient: ofGates, rows: rows, width: width)
        StandardizedRows.backward(
            hidden.pointer + start * 4 * width, inverse: hiddenScale.pointer + start, gain: hiddenGain.pointer,
            upstream: ofGates, into: gateGradients.hidden.mutablePointer + start * 4 * width, rows: rows,
            columns: 4 * width)
    }

    func finish(_ gates: GateGradients, _ pass: BackwardPass, first: Int) {
        gates.input.addColumnSums(to: [pass.sink(first), pass.sink(first + 1)])
        for (offset, standardized) in [(2, input), (3, hidden)] {
            guard let sink = pass.sink(first + offset) else { continue }
            StandardizedRows.addGainGradient(
                gates.input.pointer, standardized.pointer, to: sink, rows: packing.total, columns: 4 * width)
        }
        if let cellGradients {
            for (offset, gradient) in [(4, cellGradients.gain), (5, cellGradients.bias)] {
                if let sink = pass.sink(first + offset) { Vector.add(gradient.pointer, to: sink, count: width) }
            }
        }
        StandardizedRows.backward(
            input.pointer, inverse: inputScale.pointer, gain: inputGain.pointer, upstream: gates.input.pointer,
            into: gates.input.mutablePointer, rows: packing.total, columns: 4 * width)
    }
}

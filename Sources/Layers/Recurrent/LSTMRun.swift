import Kernels
import Tensors

/// One LSTM over a batch of sequences: forward and backpropagation through time, as one entry of the tape.
///
/// Inside, time is outermost and padding is gone (`PackedSequences`). One product serves the inputs of all steps; each
/// step then costs one small product with the transposed recurrent weights and one pass over the gates. Backwards, the
/// gradients of the weights are products over all steps at once.
final class LSTMRun {
    private let packing: PackedSequences
    private let x, inputWeight, hiddenWeight, inputBias, hiddenBias: Tensor
    private let initial: LSTM.State?
    private let inputs, width: Int

    // What the backward pass needs, [P, ...] by packed rows.
    private let packedInput: Tensor  // [P, I]
    private let gates: Tensor  // [P, 4H] activations
    private let hidden: Tensor  // [P, H]
    private let cells: Tensor  // [P, H]
    // The state before the first step, [N, H] by position.
    private let initialHidden, initialCell: Tensor

    init(
        packing: PackedSequences, x: Tensor, inputWeight: Tensor, hiddenWeight: Tensor, inputBias: Tensor,
        hiddenBias: Tensor, initial: LSTM.State?
    ) {
        (self.packing, self.x, self.initial) = (packing, x, initial)
        (self.inputWeight, self.hiddenWeight) = (inputWeight, hiddenWeight)
        (self.inputBias, self.hiddenBias) = (inputBias, hiddenBias)
        (inputs, width) = (inputWeight.shape[1], hiddenWeight.shape[1])
        packedInput = Tensor(uninitialized: [packing.total, inputs])
        gates = Tensor(uninitialized: [packing.total, 4 * width])
        hidden = Tensor(uninitialized: [packing.total, width])
        cells = Tensor(uninitialized: [packing.total, width])
        initialHidden = Tensor(zeros: [packing.rows, width])
        initialCell = Tensor(zeros: [packing.rows, width])
        if let initial {
            reorder(initial.hidden.pointer, into: initialHidden.mutablePointer)
            reorder(initial.cell.pointer, into: initialCell.mutablePointer)
        }
    }

    // MARK: Forward

    func forward() -> (output: Tensor, state: LSTM.State) {
        runSteps()
        let output = Tensor(zeros: [packing.rows, packing.steps, width])
        packing.unpack(hidden.pointer, width: width, into: output.mutablePointer)
        let finalHidden = final(hidden.pointer, initialHidden.pointer)
        let finalCell = final(cells.pointer, initialCell.pointer)
        let sources = [x, inputWeight, hiddenWeight, inputBias, hiddenBias] + (initial.map { [$0.hidden, $0.cell] } ?? [])
        guard let tape = sources.lazy.compactMap(\.tape).first else {
            return (output, LSTM.State(hidden: finalHidden, cell: finalCell))
        }
        let recorded = tape.record([output, finalHidden, finalCell], from: sources, backward: backward)
        return (recorded[0], LSTM.State(hidden: recorded[1], cell: recorded[2]))
    }

    private func runSteps() {
        packing.pack(x.pointer, width: inputs, into: packedInput.mutablePointer)
        BLAS.multiply(
            Matrix(packedInput.pointer, rows: packing.total, columns: inputs),
            Matrix(inputWeight.pointer, rows: 4 * width, columns: inputs), transposingB: true,
            into: MutableMatrix(gates.mutablePointer, rows: packing.total, columns: 4 * width))
        let bias = Tensor(uninitialized: [4 * width])
        Vector.sum(inputBias.pointer, hiddenBias.pointer, into: bias.mutablePointer, count: 4 * width)
        let transposed = Tensor(uninitialized: [width, 4 * width])
        Rows.transpose(hiddenWeight.pointer, into: transposed.mutablePointer, rows: 4 * width, columns: width)
        for step in 0..<packing.longest {
            let (rows, start) = (packing.size(step), packing.start(step))
            let stepGates = gates.mutablePointer + start * 4 * width
            if step > 0 || initial != nil {
                BLAS.multiply(
                    Matrix(previousHidden(step), rows: rows, columns: width),
                    Matrix(transposed.pointer, rows: width, columns: 4 * width),
                    into: MutableMatrix(stepGates, rows: rows, columns: 4 * width), adding: true)
            }
            LSTMGates.forward(
                gates: stepGates, bias: bias.pointer, previousCell: previousCell(step),
                cell: cells.mutablePointer + start * width, hidden: hidden.mutablePointer + start * width,
                rows: rows, width: width)
        }
    }

    // MARK: Backward

    private func backward(_ pass: BackwardPass) {
        let gateGradient = Tensor(uninitialized: [packing.total, 4 * width])
        runStepsBackward(pass, gateGradient: gateGradient.mutablePointer)
        let upstream = Matrix(gateGradient.pointer, rows: packing.total, columns: 4 * width)
        if let sink = pass.sink(0) {
            let packed = Tensor(uninitialized: [packing.total, inputs])
            BLAS.multiply(
                upstream, Matrix(inputWeight.pointer, rows: 4 * width, columns: inputs),
                into: MutableMatrix(packed.mutablePointer, rows: packing.total, columns: inputs))
            for row in 0..<packing.total {
                Vector.add(packed.pointer + row * inputs, to: sink + packing.place(row) * inputs, count: inputs)
            }
        }
        if let sink = pass.sink(1) {
            BLAS.multiply(
                upstream, transposingA: true, Matrix(packedInput.pointer, rows: packing.total, columns: inputs),
                into: MutableMatrix(sink, rows: 4 * width, columns: inputs), adding: true)
        }
        if let sink = pass.sink(2) {
            let previous = Tensor(uninitialized: [packing.total, width])
            for step in 0..<packing.longest {
                (previous.mutablePointer + packing.start(step) * width)
                    .update(from: previousHidden(step), count: packing.size(step) * width)
            }
            BLAS.multiply(
                upstream, transposingA: true, Matrix(previous.pointer, rows: packing.total, columns: width),
                into: MutableMatrix(sink, rows: 4 * width, columns: width), adding: true)
        }
        for bias in 3...4 {
            guard let sink = pass.sink(bias) else { continue }
            Rows.addColumnSums(of: upstream.pointer, to: sink, rows: packing.total, columns: 4 * width)
        }
    }

    /// Walks the steps from the last to the first and fills the gradient of the gates before activation.
    private func runStepsBackward(_ pass: BackwardPass, gateGradient: UnsafeMutablePointer<Float>) {
        // A row comes in at its last step with the gradients of its final state, which wait for it here.
        let hiddenGradient = Tensor(zeros: [packing.rows, width])
        let cellGradient = Tensor(zeros: [packing.rows, width])
        if let upstream = pass.upstream(1) { reorder(upstream, into: hiddenGradient.mutablePointer) }
        if let upstream = pass.upstream(2) { reorder(upstream, into: cellGradient.mutablePointer) }
        let weights = Matrix(hiddenWeight.pointer, rows: 4 * width, columns: width)
        let output = pass.upstream(0)
        for step in (0..<packing.longest).reversed() {
            let (rows, start) = (packing.size(step), packing.start(step))
            if let output {
                for position in 0..<rows {
                    Vector.add(
                        output + packing.place(start + position) * width,
                        to: hiddenGradient.mutablePointer + position * width, count: width)
                }
            }
            LSTMGates.backward(
                activations: gates.pointer + start * 4 * width, previousCell: previousCell(step),
                cell: cells.pointer + start * width, hiddenGradient: hiddenGradient.pointer,
                cellGradient: cellGradient.mutablePointer, gateGradient: gateGradient + start * 4 * width,
                rows: rows, width: width)
            if step > 0 || initial != nil {
                BLAS.multiply(
                    Matrix(gateGradient + start * 4 * width, rows: rows, columns: 4 * width), weights,
                    into: MutableMatrix(hiddenGradient.mutablePointer, rows: rows, columns: width))
            }
        }
        guard initial != nil else { return }
        for (input, gradient) in [(5, hiddenGradient), (6, cellGradient)] {
            guard let sink = pass.sink(input) else { continue }
            for position in 0..<packing.rows {
                Vector.add(
                    gradient.pointer + position * width, to: sink + packing.row(position) * width, count: width)
            }
        }
    }

    // MARK: States

    private func previousHidden(_ step: Int) -> UnsafePointer<Float> {
        step == 0 ? initialHidden.pointer : hidden.pointer + packing.start(step - 1) * width
    }

    private func previousCell(_ step: Int) -> UnsafePointer<Float> {
        step == 0 ? initialCell.pointer : cells.pointer + packing.start(step - 1) * width
    }

    /// `[N, H]` from the batch's order to the order of positions.
    private func reorder(_ state: UnsafePointer<Float>, into ordered: UnsafeMutablePointer<Float>) {
        for position in 0..<packing.rows {
            (ordered + position * width).update(from: state + packing.row(position) * width, count: width)
        }
    }

    /// Each row's state behind its last step, `[N, H]` in the batch's order.
    private func final(_ states: UnsafePointer<Float>, _ before: UnsafePointer<Float>) -> Tensor {
        let result = Tensor(uninitialized: [packing.rows, width])
        for position in 0..<packing.rows {
            let state = packing.last(position).map { states + $0 * width } ?? before + position * width
            (result.mutablePointer + packing.row(position) * width).update(from: state, count: width)
        }
        return result
    }
}

import Kernels
import Tensors

/// What a recurrent layer of one direction is called with.
struct RecurrentCall {
    let x: Tensor  // [N, T, I]
    let inputWeight: Tensor  // [G H, I]
    let hiddenWeight: Tensor  // [G H, H]
    /// h, then c where there is one, `[N, H]` each; zeros where nil.
    let initial: [Tensor]?
    /// What the hidden state is multiplied with on its way into the product, `[N, H]`, the same at every step.
    let hiddenMask: Tensor?
    let packing: PackedSequences

    var inputs: Int { inputWeight.shape[1] }
    var width: Int { hiddenWeight.shape[1] }

    init(
        _ x: Tensor, inputWeight: Tensor, hiddenWeight: Tensor, lengths: IndexTensor?, direction: TimeDirection,
        initial: [Tensor]?, hiddenMask: Tensor? = nil
    ) {
        let (inputs, width) = (inputWeight.shape[1], hiddenWeight.shape[1])
        precondition(
            x.shape.rank == 3 && x.shape[2] == inputs, "a recurrent layer of [N, T, \(inputs)] got \(x.shape)")
        let rows = x.shape[0]
        for state in initial ?? [] {
            precondition(
                state.shape == [rows, width], "a recurrent layer's state is [\(rows), \(width)], not \(state.shape)")
        }
        precondition(
            hiddenMask == nil || hiddenMask!.shape == [rows, width],
            "a mask of a hidden state is [\(rows), \(width)], not \(hiddenMask!.shape)")
        (self.x, self.inputWeight, self.hiddenWeight) = (x, inputWeight, hiddenWeight)
        (self.initial, self.hiddenMask) = (initial, hiddenMask)
        packing = PackedSequences(rows: rows, steps: x.shape[1], lengths: lengths, reversed: direction == .reverse)
    }

    /// The hidden state, or the cell, at all steps: number 0 or 1 of `initial`.
    func state(_ number: Int) -> CarriedState { CarriedState(packing, width: width, initial: initial?[number]) }
}

/// What comes out of a recurrent layer of one direction.
struct RecurrentResult {
    /// The output of each step, `[N, T, H]`, zeros behind a row's length; nil where it was not asked for.
    let output: Tensor?
    /// h, then c where there is one, behind each row's last valid step, `[N, H]` each.
    let states: [Tensor]

    /// The same on the tape, where one of the sources stands on it; the states are the first outputs, then comes
    /// `output`.
    func recorded(from sources: [Tensor], backward: @escaping Tape.Backward) -> RecurrentResult {
        guard let tape = sources.lazy.compactMap(\.tape).first else { return self }
        let recorded = tape.record(states + (output.map { [$0] } ?? []), from: sources, backward: backward)
        return RecurrentResult(
            output: output == nil ? nil : recorded[states.count], states: Array(recorded[..<states.count]))
    }
}

/// One recurrent layer over a batch of sequences: forward and backpropagation through time, as one entry of the tape.
///
/// This is the plain version, for cells that `PackedRun` does not know and for masks, and what tests compare it with.
///
/// Inside, time is outermost and padding is gone (`PackedSequences`). One product serves the inputs of all steps; each
/// step then costs one small product with the transposed recurrent weights and one pass over the gates. Backwards, the
/// gradients of the weights are products over all steps at once.
final class RecurrentRun<Cell: RecurrentCell> {
    private let call: RecurrentCall
    private let cell: Cell
    private let packing: PackedSequences
    private let inputs, width, gates: Int  // I, H, G H
    private let packedInput: Tensor  // [P, I]
    private let mask: Tensor?  // [N, H] by position

    init(_ call: RecurrentCall, _ cell: Cell) {
        (self.call, self.cell, packing) = (call, cell, call.packing)
        (inputs, width, gates) = (call.inputs, call.width, Cell.gateCount * call.width)
        precondition(
            call.inputWeight.shape == [gates, inputs] && call.hiddenWeight.shape == [gates, width],
            "weights of \(call.inputWeight.shape) and \(call.hiddenWeight.shape) for \(Cell.gateCount) gates")
        packedInput = Tensor(uninitialized: [packing.total, inputs])
        mask = call.hiddenMask.map { [packing, width] mask in
            let ordered = Tensor(uninitialized: mask.shape)
            packing.order(mask.pointer, width: width, into: ordered.mutablePointer)
            return ordered
        }
    }

    // MARK: Forward

    func forward(_ wanted: Recurrent.Output) -> RecurrentResult {
        runSteps()
        let states = cell.states.map(\.final)
        let result = RecurrentResult(output: wanted == .everyStep ? cell.states[0].everyStep : nil, states: states)
        let sources = [call.x, call.inputWeight, call.hiddenWeight] + cell.parameters + (call.initial ?? [])
        return result.recorded(from: sources) { self.backward($0, wanted) }
    }

    private func runSteps() {
        packing.pack(call.x.pointer, width: inputs, into: packedInput.mutablePointer)
        BLAS.multiply(
            Matrix(packedInput.pointer, rows: packing.total, columns: inputs),
            Matrix(call.inputWeight.pointer, rows: gates, columns: inputs), transposingB: true,
            into: MutableMatrix(cell.inputProducts, rows: packing.total, columns: gates))
        cell.prepare()
        // A product by a transposed matrix is slow where the other is small.
        let transposed = Tensor(uninitialized: [width, gates])
        Rows.transpose(call.hiddenWeight.pointer, into: transposed.mutablePointer, rows: gates, columns: width)
        let weights = Matrix(transposed.pointer, rows: width, columns: gates)
        let masked = mask.map { Tensor(uninitialized: $0.shape) }
        for step in 0..<packing.longest {
            let rows = packing.size(step)
            if step > 0 || call.initial != nil {
                BLAS.multiply(
                    Matrix(hiddenInput(step, masked), rows: rows, columns: width), weights,
                    into: MutableMatrix(cell.hiddenProducts(step), rows: rows, columns: gates),
                    adding: !Cell.separatesProducts)
            } else if Cell.separatesProducts {
                cell.hiddenProducts(step).update(repeating: 0, count: rows * gates)
            }
            cell.forward(step)
        }
    }

    /// The hidden state as it goes into a step's product; where a mask drops some of it, in `masked`.
    private func hiddenInput(_ step: Int, _ masked: Tensor?) -> UnsafePointer<Float> {
        let before = cell.states[0].before(step)
        guard let mask, let masked else { return before }
        Vector.product(before, mask.pointer, into: masked.mutablePointer, count: packing.size(step) * width)
        return masked.pointer
    }

    // MARK: Backward

    private func backward(_ pass: BackwardPass, _ wanted: Recurrent.Output) {
        let input = Tensor(uninitialized: [packing.total, gates])
        let gradients = GateGradients(
            input: input, hidden: Cell.separatesProducts ? Tensor(uninitialized: input.shape) : input)
        let output = wanted == .everyStep ? pass.upstream(cell.states.count) : nil
        runStepsBackward(pass, output: output, gradients)
        cell.finish(gradients, pass, first: 3)
        let upstream = Matrix(input.pointer, rows: packing.total, columns: gates)
        if let sink = pass.sink(0) {
            let packed = Tensor(uninitialized: [packing.total, inputs])
            BLAS.multiply(
                upstream, Matrix(call.inputWeight.pointer, rows: gates, columns: inputs),
                into: MutableMatrix(packed.mutablePointer, rows: packing.total, columns: inputs))
            for row in 0..<packing.total {
                Vector.add(packed.pointer + row * inputs, to: sink + packing.place(row) * inputs, count: inputs)
            }
        }
        if let sink = pass.sink(1) {
            BLAS.multiply(
                upstream, transposingA: true, Matrix(packedInput.pointer, rows: packing.total, columns: inputs),
                into: MutableMatrix(sink, rows: gates, columns: inputs), adding: true)
        }
        if let sink = pass.sink(2) {
            let hidden = hiddenInputs()
            BLAS.multiply(
                Matrix(gradients.hidden.pointer, rows: packing.total, columns: gates), transposingA: true,
                Matrix(hidden.pointer, rows: packing.total, columns: width),
                into: MutableMatrix(sink, rows: gates, columns: width), adding: true)
        }
    }

    /// The hidden states as they went into the products of all steps, `[P, H]`.
    private func hiddenInputs() -> Tensor {
        guard mask != nil else { return cell.states[0].beforeAll() }
        let result = Tensor(uninitialized: [packing.total, width])
        for step in 0..<packing.longest {
            Vector.product(
                cell.states[0].before(step), mask!.pointer,
                into: result.mutablePointer + packing.start(step) * width, count: packing.size(step) * width)
        }
        return result
    }

    /// Walks the steps from the last to the first and fills the gradients of the products.
    private func runStepsBackward(_ pass: BackwardPass, output: UnsafePointer<Float>?, _ gates: GateGradients) {
        // A row comes in at its last step with the gradients of its final state, which wait for it here.
        let gradients = cell.states.indices.map { number in
            let gradient = Tensor(uninitialized: [packing.rows, width])
            if let upstream = pass.upstream(number) {
                packing.order(upstream, width: width, into: gradient.mutablePointer)
            } else {
                gradient.mutablePointer.update(repeating: 0, count: gradient.count)
            }
            return gradient
        }
        let weights = Matrix(call.hiddenWeight.pointer, rows: self.gates, columns: width)
        let scratch = mask.map { Tensor(uninitialized: $0.shape) }
        for step in (0..<packing.longest).reversed() {
            let (rows, start) = (packing.size(step), packing.start(step))
            if let output {
                for position in 0..<rows {
                    Vector.add(
                        output + packing.place(start + position) * width,
                        to: gradients[0].mutablePointer + position * width, count: width)
                }
            }
            cell.backward(step, gradients, into: gates)
            guard step > 0 || call.initial != nil else { continue }
            let upstream = Matrix(gates.hidden.pointer + start * self.gates, rows: rows, columns: self.gates)
            addHiddenGradient(upstream, weights, to: gradients[0].mutablePointer, scratch)
        }
        for (number, gradient) in gradients.enumerated() where call.initial != nil {
            guard let sink = pass.sink(3 + cell.parameters.count + number) else { continue }
            for position in 0..<packing.rows {
                Vector.add(
                    gradient.pointer + position * width, to: sink + packing.row(position) * width, count: width)
            }
        }
    }

    /// What reaches the hidden state through a step's product, on top of what reaches it beside the product.
    private func addHiddenGradient(
        _ upstream: Matrix, _ weights: Matrix, to gradient: UnsafeMutablePointer<Float>, _ scratch: Tensor?
    ) {
        guard let mask, let scratch else {
            BLAS.multiply(
                upstream, weights, into: MutableMatrix(gradient, rows: upstream.rows, columns: width),
                adding: Cell.carriesHidden)
            return
        }
        BLAS.multiply(
            upstream, weights, into: MutableMatrix(scratch.mutablePointer, rows: upstream.rows, columns: width))
        let count = upstream.rows * width
        if Cell.carriesHidden {
            Vector.addProduct(scratch.pointer, mask.pointer, to: gradient, count: count)
        } else {
            Vector.product(scratch.pointer, mask.pointer, into: gradient, count: count)
        }
    }
}

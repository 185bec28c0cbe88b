import Kernels
import Tensors

/// One recurrent layer over a batch of sequences, as `RecurrentRun` computes it, on weights that are packed for all
/// steps (`PackedRecurrent`): the way that LSTM, GRU and RNN take. `RecurrentRun` is the plain version of the same, and
/// serves what this one does not know.
///
/// Steps are taken a few at a time: on the way back the gradients of the weights are computed while what they read is
/// still in the cache.
final class PackedRun {
    private let call: RecurrentCall
    private let kind: PackedRecurrent
    private let packing: PackedSequences
    private let weights: PackedWeights
    private let inputs, units: Int  // I, H
    private let width, columns: Int  // H and G H in whole groups of 16 units
    private let inputBias, hiddenBias: Tensor  // [G H]
    private let states: [CarriedState]
    private let packedInput: Tensor  // [P, I]
    private let sources: [Tensor]

    init(_ call: RecurrentCall, _ weights: PackedWeights, inputBias: Tensor, hiddenBias: Tensor) {
        let kind = weights.kind
        (self.kind, self.call, self.weights, packing) = (kind, call, weights, call.packing)
        (inputs, units, width) = (call.inputs, call.width, PackedProduct.padded(call.width))
        (columns, self.inputBias, self.hiddenBias) = (kind.gates * width, inputBias, hiddenBias)
        states = (0..<(kind == .lstm ? 2 : 1)).map { [width] number in
            CarriedState(call.packing, width: call.width, stride: width, initial: call.initial?[number])
        }
        packedInput = Tensor(uninitialized: [packing.total, inputs])
        sources = [call.x, weights.input, weights.hidden, inputBias, hiddenBias] + (call.initial ?? [])
    }

    // MARK: Steps

    /// Packed rows that are taken at a time, at least: so many that the sums of the weights' gradients, which they are
    /// added to, are read and written seldom, and so few that their own gradients stay in the cache.
    private var rowsAtOnce: Int { width < 256 ? 128 : 512 }

    /// The steps that are taken together with `first`, the first of them.
    private func chunk(from first: Int) -> Range<Int> {
        var end = first + 1
        while end < packing.longest, packing.packedRows(first..<end).count < rowsAtOnce { end += 1 }
        return first..<end
    }

    /// The steps that are taken together with the one before `end`, the last of them.
    private func chunk(to end: Int) -> Range<Int> {
        var first = end - 1
        while first > 0, packing.packedRows(first..<end).count < rowsAtOnce { first -= 1 }
        return first..<end
    }

    /// Packed rows of the largest chunk, at most.
    private var chunkCapacity: Int { min(packing.total, rowsAtOnce + packing.rows) }

    /// - Parameters:
    ///   - kept: What the way back needs of all steps, or of those from packed row `first` on.
    ///   - panels: Of the weights; all of them where nil.
    private func step(
        _ number: Int, _ kept: Activations, from first: Int = 0, panels: Range<Int>? = nil
    ) -> PackedRecurrent.Step {
        let row = packing.start(number) - first
        return PackedRecurrent.Step(
            rows: packing.size(number), width: width, panels: panels ?? 0..<kind.panels(width: width),
            gates: kept.gates.map { $0.mutablePointer + row * columns },
            part: kept.part.map { $0.mutablePointer + row * width },
            previousCell: kind == .lstm ? states[1].before(number) : nil,
            cell: kind == .lstm ? states[1].behind(number) : nil, previousHidden: states[0].before(number),
            hidden: states[0].behind(number))
    }

    /// What steps leave beside their states.
    private struct Activations {
        let gates: Tensor?  // [P, G H], none for an RNN
        let part: Tensor?  // [P, H], for a GRU

        init(_ kind: PackedRecurrent, rows: Int, width: Int) {
            switch kind {
            case .rnn: gates = nil
            case .lstm, .gru: gates = Tensor(uninitialized: [rows, kind.gates * width])
            }
            part = kind == .gru ? Tensor(uninitialized: [rows, width]) : nil
        }
    }

    // MARK: Forward

    func forward(_ wanted: Recurrent.Output) -> RecurrentResult {
        let isRecorded = sources.contains { $0.tape != nil }
        let kept = Activations(kind, rows: isRecorded ? packing.total : chunkCapacity, width: width)
        packing.pack(call.x.pointer, width: inputs, into: packedInput.mutablePointer)
        let (bias, panels, threads) = (packedBias(), kind.panels(width: width), sharingThreads)
        if let pool = WorkerPool.sharing, threads > 1 {
            // A step needs the whole state before it, and nothing else of what other threads have computed.
            let (parts, barrier) = (WorkerPool.ranges(panels, parts: threads), StepBarrier(threads: threads))
            nonisolated(unsafe) let run = self
            pool.run(threads) {
                run.runSteps(kept, keepsAll: isRecorded, bias, parts[$0]) { barrier.wait(behind: $0) }
            }
        } else {
            runSteps(kept, keepsAll: isRecorded, bias, 0..<panels) { _ in }
        }
        let result = RecurrentResult(
            output: wanted == .everyStep ? states[0].everyStep : nil, states: states.map(\.final))
        return result.recorded(from: sources) { self.backward($0, wanted, kept) }
    }

    /// The threads that share out the panels of the weights in each step: for a row or two, which wait for the weights,
    /// and where these are so many that waiting for each other costs less.
    private var sharingThreads: Int {
        guard let pool = WorkerPool.sharing, packing.rows < 6, units * columns >= 32_768 else { return 1 }
        return min(pool.threadCount, kind.panels(width: width))
    }

    /// - Parameters:
    ///   - panels: The panels of the weights that are multiplied with.
    ///   - finished: Called behind each step.
    private func runSteps(
        _ kept: Activations, keepsAll: Bool, _ bias: Tensor, _ panels: Range<Int>, finished: (_ step: Int) -> Void
    ) {
        let firstColumn = panels.lowerBound * kind.panel
        let columnCount = min(panels.upperBound * kind.panel, columns) - firstColumn
        func inputFactors(_ row: Int) -> PackedProduct.Factors {
            PackedProduct.Factors(
                packedInput.pointer + row * inputs, row: inputs, depth: inputs, panels: weights.input.pointer,
                panel: kind.panel)
        }
        // A step's products of inputs and hidden state are one, whose sums never leave the registers, unless a step has
        // so few rows that it waits for the weights: those of the inputs are then read for many steps at once.
        let joinsInputs = inputs <= 16 || packing.rows >= 6
        var next = 0
        while next < packing.longest {
            let steps = chunk(from: next)
            let rows = packing.packedRows(steps)
            let first = keepsAll ? 0 : rows.lowerBound
            if !joinsInputs {
                let products = kept.gates.map { $0.mutablePointer + (rows.lowerBound - first) * columns }
                PackedProduct.multiply(
                    inputFactors(rows.lowerBound).from(panel: panels.lowerBound), rows: rows.count,
                    columns: columnCount, panel: kind.panel,
                    into: (products ?? states[0].behind(steps.lowerBound)) + firstColumn, stride: columns)
            }
            for number in steps {
                let hidden = PackedProduct.Factors(
                    states[0].before(number), row: width, depth: units, panels: weights.hidden.pointer,
                    panel: kind.panel)
                kind.forward(
                    step(number, kept, from: first, panels: panels),
                    inputs: joinsInputs ? inputFactors(packing.start(number)) : nil,
                    hidden: number > 0 || call.initial != nil ? hidden : nil, bias: bias.pointer)
                finished(number)
            }
            next = steps.upperBound
        }
    }

    private func packedBias() -> Tensor {
        let bias = Tensor(uninitialized: [kind.biasCount(units: units)])
        let scratch = Tensor(uninitialized: [kind.biasCount(units: units)])
        kind.packBias(
            input: inputBias.pointer, hidden: hiddenBias.pointer, units: units, into: bias.mutablePointer,
            scratch: scratch.mutablePointer)
        return bias
    }

    // MARK: Backward

    private func backward(_ pass: BackwardPass, _ wanted: Recurrent.Output, _ kept: Activations) {
        let gradients = states.indices.map { finalGradient($0, pass) }
        let output = wanted == .everyStep ? pass.upstream(states.count) : nil
        let products = ProductGradients(kind, rows: chunkCapacity, columns: columns)
        var sums = ParameterGradients(self, pass)
        // Where every place of x is a step, what comes first is written.
        let inputSink = packing.isWhole ? pass.destination(0) : pass.sink(0).map { ($0, false) }
        var end = reachedSteps(output, gradients)
        if let inputSink, inputSink.isEmpty {
            for row in packing.packedRows(end..<packing.longest) {
                (inputSink.pointer + packing.place(row) * inputs).update(repeating: 0, count: inputs)
            }
        }
        while end > 0 {
            let steps = chunk(to: end)
            for number in steps.reversed() {
                let row = packing.start(number) - packing.start(steps.lowerBound)
                if let output { addOutputGradient(output, number, to: gradients[0]) }
                kind.backward(
                    step(number, kept), hiddenGradient: gradients[0].mutablePointer,
                    cellGradient: kind == .lstm ? gradients[1].mutablePointer : nil,
                    inputs: products.inputs.mutablePointer + row * products.stride,
                    recurrent: kind == .gru ? products.hidden.mutablePointer + row * products.stride : nil,
                    stride: products.stride)
                guard number > 0 || call.initial != nil else { continue }
                PackedProduct.multiply(
                    PackedProduct.Factors(
                        products.hidden.pointer + row * products.stride, row: products.stride, depth: columns,
                        panels: weights.hiddenBackward.pointer, panel: PackedProduct.panel),
                    rows: packing.size(number), columns: width, adding: kind == .gru,
                    into: gradients[0].mutablePointer, stride: width)
            }
            sums.add(products, steps)
            if let inputSink { addInputGradient(products, steps, to: inputSink) }
            end = steps.lowerBound
        }
        sums.finish(pass)
        for (number, gradient) in gradients.enumerated() where call.initial != nil {
            guard let sink = pass.sink(5 + number) else { continue }
            for position in 0..<packing.rows {
                Vector.add(gradient.pointer + position * width, to: sink + packing.row(position) * units, count: units)
            }
        }
    }

    /// The number of steps up to the last one at which a gradient enters that is not zero: what comes behind it has
    /// none. Where one step of each row is looked at, as of a text's last word, and this is the first that the layer
    /// takes in reverse, there is no way back to walk.
    ///
    /// - Parameters:
    ///   - output: The gradient of all steps' outputs.
    ///   - final: Those of the final states, as `finalGradient` has them.
    private func reachedSteps(_ output: UnsafePointer<Float>?, _ final: [Tensor]) -> Int {
        var end = packing.longest
        while end > 0 {
            let (start, size) = (packing.start(end - 1), packing.size(end - 1))
            let ending = (end < packing.longest ? packing.size(end) : 0)..<size
            let isReached =
                final.contains { !Vector.isZero($0.pointer + ending.lowerBound * width, count: ending.count * width) }
                || output.map { output in
                    (start..<start + size).contains {
                        !Vector.isZero(output + packing.place($0) * units, count: units)
                    }
                } ?? false
            if isReached { return end }
            end -= 1
        }
        return 0
    }

    /// A row comes in at its last step with the gradient of its final state, which waits for it here, `[N, H]`.
    private func finalGradient(_ number: Int, _ pass: BackwardPass) -> Tensor {
        let gradient = Tensor(uninitialized: [packing.rows, width])
        if let upstream = pass.upstream(number) {
            packing.order(upstream, width: units, into: gradient.mutablePointer, stride: width)
        } else {
            gradient.mutablePointer.update(repeating: 0, count: gradient.count)
        }
        return gradient
    }

    private func addOutputGradient(_ output: UnsafePointer<Float>, _ step: Int, to gradient: Tensor) {
        for position in 0..<packing.size(step) {
            Vector.add(
                output + packing.place(packing.start(step) + position) * units,
                to: gradient.mutablePointer + position * width, count: units)
        }
    }

    private func addInputGradient(
        _ products: ProductGradients, _ steps: Range<Int>,
        to sink: (pointer: UnsafeMutablePointer<Float>, isEmpty: Bool)
    ) {
        let (rows, stride) = (packing.packedRows(steps), PackedProduct.padded(inputs))
        let gradient = Tensor(uninitialized: [rows.count, stride])
        PackedProduct.multiply(
            PackedProduct.Factors(
                products.inputs.pointer, row: products.stride, depth: columns, panels: weights.inputBackward.pointer,
                panel: PackedProduct.panel),
            rows: rows.count, columns: stride, into: gradient.mutablePointer, stride: stride)
        for row in rows {
            let (from, target) = (
                gradient.pointer + (row - rows.lowerBound) * stride, sink.pointer + packing.place(row) * inputs
            )
            if sink.isEmpty {
                target.update(from: from, count: inputs)
            } else {
                Vector.add(from, to: target, count: inputs)
            }
        }
    }

    /// The gradients of the products of some steps.
    private struct ProductGradients {
        /// Of the inputs' products, `[rows, G H]`, rows `stride` apart.
        let inputs: Tensor
        /// Of the hidden state's products; the same for all but a GRU.
        let hidden: Tensor
        /// A little more than the columns: a power of two would put all rows into the same few lines of the cache.
        let stride: Int

        init(_ kind: PackedRecurrent, rows: Int, columns: Int) {
            stride = columns + 16
            inputs = Tensor(uninitialized: [rows, stride])
            hidden = kind == .gru ? Tensor(uninitialized: [rows, stride]) : inputs
        }
    }

    /// The gradients of the parameters: those of the weights transposed and in packed order, where they are wanted, and
    /// those of the biases in packed order.
    private struct ParameterGradients {
        private let run: PackedRun
        private var input, hidden: Sums?  // [I, G H], [H, G H]
        private let inputBias: Tensor  // [G H]
        private let hiddenBias: Tensor?  // [G H] of a GRU
        private let scratch: Tensor?  // [rows, H]
        private let one = Tensor(1)

        init(_ run: PackedRun, _ pass: BackwardPass) {
            self.run = run
            (input, hidden) = (Sums(pass.destination(1)), Sums(pass.destination(2)))
            inputBias = Tensor(zeros: [run.columns])
            hiddenBias = run.kind == .gru ? Tensor(zeros: [run.columns]) : nil
            scratch = run.packing.isUniform ? nil : Tensor(uninitialized: [run.chunkCapacity, run.width])
        }

        /// Where gradients are collected; empty as long as none have been, whatever it may hold.
        private struct Sums {
            let pointer: UnsafeMutablePointer<Float>
            var isEmpty: Bool

            init?(_ destination: (pointer: UnsafeMutablePointer<Float>, isEmpty: Bool)?) {
                guard let destination else { return nil }
                (pointer, isEmpty) = destination
            }
        }

        mutating func add(_ products: ProductGradients, _ steps: Range<Int>) {
            let rows = run.packing.packedRows(steps)
            func add(
                _ a: UnsafePointer<Float>, stride: Int, count: Int, _ gradients: Tensor, adding: Bool = true,
                to sums: UnsafeMutablePointer<Float>
            ) {
                PackedProduct.multiply(
                    PackedProduct.Factors(
                        transposing: a, stride: stride, depth: rows.count, gradients.pointer, bStride: products.stride),
                    rows: count, columns: run.columns, adding: adding, into: sums, stride: run.columns)
            }
            if let input {
                let x = run.packedInput.pointer + rows.lowerBound * run.inputs
                add(
                    x, stride: run.inputs, count: run.inputs, products.inputs, adding: !input.isEmpty,
                    to: input.pointer)
            }
            if let hidden {
                let before = run.states[0].before(steps, scratch: scratch)
                add(
                    before, stride: run.width, count: run.units, products.hidden, adding: !hidden.isEmpty,
                    to: hidden.pointer)
            }
            input?.isEmpty = false
            hidden?.isEmpty = false
            // The sums of columns are the product with a row of ones.
            add(one.pointer, stride: 0, count: 1, products.inputs, to: inputBias.mutablePointer)
            if let hiddenBias {
                add(one.pointer, stride: 0, count: 1, products.hidden, to: hiddenBias.mutablePointer)
            }
        }

        /// Adds the gradients of the biases to where they are collected, and writes the zeros of a batch without steps.
        func finish(_ pass: BackwardPass) {
            if let input, input.isEmpty { input.pointer.update(repeating: 0, count: run.inputs * run.columns) }
            if let hidden, hidden.isEmpty { hidden.pointer.update(repeating: 0, count: run.units * run.columns) }
            for (sums, sink) in [(inputBias, pass.sink(3)), (hiddenBias ?? inputBias, pass.sink(4))] {
                if let sink { run.kind.unpack(sums.pointer, units: run.units, depth: 1, adding: true, into: sink) }
            }
        }
    }
}

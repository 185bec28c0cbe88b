import Kernels
import Tensors

/// The gradients of a convolution's input and weights from those elements of the output's gradient that are not zero,
/// sequence by sequence: with x[t] and dx[t] the window of t, and w[o] and dw[o] a filter, both as `[k, C / groups]`,
///
///     dx[t] += sum_o dy[t, o] w[o],   dw[o] += sum_t dy[t, o] x[t]
///
/// These are the sums of `DenseGradients` without their zeros, in another order. Steps come in blocks, and the elements
/// of one are collected twice: a window's sum and then a filter's stays in registers while its elements pass.
struct SparseGradients {
    private let convolution: Convolution
    private let sinks: Convolution.Sinks
    /// The largest share of elements that are not zero.
    private let limit: Double
    /// The steps of a block: so many that their windows and their part of dy stay in the first cache.
    private let block: Int
    /// How many elements of a block are not zero, `[groups, blocks, O / groups]`.
    private let counts: IndexTensor
    /// What `elements` stand in.
    private let words: Tensor
    private let elements: SparseElements
    /// Where windows reach over the ends of a sequence: its gradient with room before and behind it.
    private let inputGradient: Tensor?
    private let filters, sums: Tensor?  // [O, k, C / groups]
    /// Whether the filters have been written and the sums begun, for the first sequence that has few.
    private var isReady = false

    /// Nil where windows are too short for few elements to pay.
    init?(of convolution: Convolution, to sinks: Convolution.Sinks) {
        // Beside a dense product each element costs half as much again, and finding it, and fetching and storing sums,
        // as much as some 24 multiplications. Both ways took the same time, for the weights alone and with the input,
        // at shares of 0.3 and 0.5 with windows of 88 floats, of 0.5 and 0.6 with 144, and of about 0.6 from 224 on.
        let run = convolution.runs.width
        limit = 0.6 - 24 / Double(run)
        guard limit > 0, run >= SparseElements.leastWidth else { return nil }
        (self.convolution, self.sinks) = (convolution, sinks)
        block = max(8, 4096 / convolution.columns)
        counts = IndexTensor(
            uninitialized: [(convolution.outputSteps + block - 1) / block * convolution.outputs])
        words = Tensor(uninitialized: [SparseElements.room(rows: block, columns: convolution.columns)])
        elements = SparseElements(rows: block, columns: convolution.columns, room: words.mutablePointer)
        let size: Shape = [convolution.outputs, convolution.taps, convolution.channels]
        sums = sinks.weight == nil ? nil : Tensor(uninitialized: size)
        inputGradient = sinks.input == nil ? nil : convolution.paddedRoom
        filters = sinks.input == nil ? nil : Tensor(uninitialized: size)
    }

    private mutating func makeReady() {
        isReady = true
        if let filters { convolution.writeFilters(tapByTap: filters.mutablePointer) }
        if let sums { sums.mutablePointer.update(repeating: 0, count: sums.count) }
    }

    /// Whether few elements of a sequence's gradient are not zero.
    func hasFew(_ gradient: UnsafePointer<Float>, steps count: Int) -> Bool {
        let (outputs, columns) = (convolution.outputs, convolution.columns)
        let most = Int(limit * Double(count * outputs))
        var (found, counts) = (0, counts.mutablePointer)
        for group in 0..<convolution.groups {
            for start in stride(from: 0, to: count, by: block) {
                found += SparseElements.count(
                    gradient + start * outputs + group * columns, stride: outputs, rows: min(block, count - start),
                    columns: columns, into: counts)
                guard found <= most else { return false }
                counts += columns
            }
        }
        return true
    }

    /// Adds the gradients of one sequence, that of the weights to what `finish` brings to them; right after `hasFew`.
    ///
    /// - Parameter input: The padded sequence, where a gradient of the weights is wanted.
    mutating func add(
        _ gradient: UnsafePointer<Float>, of input: UnsafePointer<Float>?, row: Int, steps count: Int
    ) {
        if !isReady { makeReady() }
        let inputGradient = sinks.input.map { sink -> UnsafeMutablePointer<Float> in
            let sequence = sink.pointer + row * convolution.steps * convolution.width
            if sink.isEmpty { sequence.update(repeating: 0, count: convolution.steps * convolution.width) }
            guard let padded = self.inputGradient else { return sequence }
            padded.mutablePointer.update(repeating: 0, count: padded.count)
            return padded.mutablePointer
        }
        let (outputs, columns) = (convolution.outputs, convolution.columns)
        var counts = UnsafePointer(counts.mutablePointer)
        for group in 0..<convolution.groups {
            for start in stride(from: 0, to: count, by: block) {
                let rows = min(block, count - start)
                elements.collect(
                    gradient + start * outputs + group * columns, stride: outputs, rows: rows, counts: counts)
                counts += columns
                addProducts(group: group, start: start, rows: rows, input: input, inputGradient: inputGradient)
            }
        }
        if let padded = self.inputGradient, let sink = sinks.input { addSteps(of: padded, to: sink.pointer, row: row) }
    }

    /// Multiplies the elements that were collected, of the block that begins at step `start`.
    private func addProducts(
        group: Int, start: Int, rows: Int, input: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>?
    ) {
        let (runs, windowStride) = (convolution.runs, convolution.windowStride)
        let filterWidth = convolution.taps * convolution.channels
        let filter = group * convolution.columns * filterWidth
        for run in 0..<runs.count {
            let window = start * windowStride + run * convolution.tapStride + group * convolution.channels
            if let filters, let inputGradient {
                elements.addProduct(
                    rows: rows, filters.pointer + filter + run * runs.width, stride: filterWidth,
                    to: inputGradient + window, stride: windowStride, width: runs.width)
            }
            if let sums, let input {
                elements.addTransposedProduct(
                    input + window, stride: windowStride, to: sums.mutablePointer + filter + run * runs.width,
                    stride: filterWidth, width: runs.width)
            }
        }
    }

    /// Adds what has reached the steps of a sequence between its zeros.
    private func addSteps(of padded: Tensor, to sink: UnsafeMutablePointer<Float>, row: Int) {
        let (before, width) = (convolution.window.stepsBefore, convolution.width)
        let count = min(convolution.length(row), padded.shape[0] - before)
        Vector.add(
            padded.pointer + before * width, to: sink + row * convolution.steps * width, count: count * width)
    }

    /// Brings the gradient of the weights into their order.
    func finish() {
        guard isReady, let weight = sinks.weight, let sums else { return }
        let count = convolution.taps * convolution.channels
        for output in 0..<convolution.outputs {
            WindowProduct.addUnpacked(
                sums.pointer + output * count, taps: convolution.taps, channels: 1, columns: convolution.channels,
                to: weight + output * count)
        }
    }
}

import Kernels
import Tensors

/// The gradients of a convolution's input and weights as products of all elements, sequence by sequence.
///
/// For a stride of 1 the gradient of the input is the product of windows over the output's gradient with the weights
/// turned round; that of the weights has the windows' transpose on its left.
struct DenseGradients {
    private let convolution: Convolution
    private let sinks: Convolution.Sinks
    private let isTurned: Bool
    /// The zeros that windows over the output's gradient find on both sides.
    private let margin: Int
    private let room: Tensor
    private let panelRoom: Tensor?
    /// In the place of what an input's gradient holds, where that is nothing yet.
    private let zeros: Tensor?
    private let sums: Tensor?  // [groups, k, C / groups, O / groups]
    // Made ready for the first sequence.
    private var isReady = false
    private var panels: Convolution.PackedWeights?

    init(of convolution: Convolution, to sinks: Convolution.Sinks) {
        (self.convolution, self.sinks) = (convolution, sinks)
        let (window, outputs) = (convolution.window, convolution.outputs)
        isTurned = window.stride == 1
        margin = sinks.input != nil && isTurned ? window.span - 1 : 0
        room = Tensor(
            uninitialized: [(convolution.outputSteps + 2 * margin) * outputs + WindowProduct.panelWidth])
        panelRoom = sinks.input == nil ? nil : convolution.panelRoom(isTurned ? .turnedRound : .transposed)
        zeros = sinks.input?.isEmpty == true && isTurned ? Tensor(zeros: [convolution.channels]) : nil
        sums =
            sinks.weight == nil
            ? nil
            : Tensor(
                uninitialized: [convolution.groups, convolution.taps, convolution.channels, convolution.columns])
    }

    private mutating func makeReady() {
        isReady = true
        panels = panelRoom.map { convolution.packedWeights(isTurned ? .turnedRound : .transposed, in: $0) }
        if let sums { sums.mutablePointer.update(repeating: 0, count: sums.count) }
    }

    /// Adds the gradients of one sequence, that of its weights to what `finish` brings to them.
    ///
    /// - Parameters:
    ///   - input: The padded sequence, where a gradient of the weights is wanted.
    ///   - count: Steps of the output's gradient.
    mutating func add(
        _ gradient: UnsafePointer<Float>, of input: UnsafePointer<Float>?, row: Int, steps count: Int
    ) {
        if !isReady { makeReady() }
        let (steps, width, length) = (convolution.steps, convolution.width, convolution.length(row))
        let outputs = convolution.outputs
        if let (sink, isEmpty) = sinks.input, isEmpty {
            // What no window covers, or all that products are added to.
            let written = isTurned ? length : 0
            (sink + (row * steps + written) * width).update(repeating: 0, count: (steps - written) * width)
        }
        let padded = pad(gradient, count: count * outputs, margin: margin * outputs)
        if let panels, let (sink, _) = sinks.input {
            let sink = sink + row * steps * width
            if isTurned {
                addTurnedProducts(padded, panels, to: sink, steps: length)
            } else {
                addProductsTapByTap(padded, panels, count, to: sink, steps: length)
            }
        }
        if let sums, let input {
            addWeightSums(input, padded + margin * outputs, count, to: sums.mutablePointer)
        }
    }

    /// Brings the gradient of the weights into their order.
    func finish() {
        guard isReady, let weight = sinks.weight, let sums else { return }
        let (taps, channels, columns) = (convolution.taps, convolution.channels, convolution.columns)
        let count = taps * channels * columns
        for group in 0..<convolution.groups {
            WindowProduct.addUnpacked(
                sums.pointer + group * count, taps: taps, channels: channels, columns: columns,
                to: weight + group * count)
        }
    }

    /// Copies one sequence's gradient between zeros, and zeros behind it that the kernel may read.
    private func pad(_ gradient: UnsafePointer<Float>, count: Int, margin: Int) -> UnsafePointer<Float> {
        let padded = room.mutablePointer
        padded.update(repeating: 0, count: margin)
        (padded + margin).update(from: gradient, count: count)
        (padded + margin + count).update(repeating: 0, count: margin + WindowProduct.panelWidth)
        return UnsafePointer(padded)
    }

    // MARK: Input

    /// dx[u, c] += sum_j sum_o dy[u + p - j d, o] w[o, c, j]: windows over dy, for a stride of 1.
    ///
    /// - Parameter padded: dy of one sequence behind (k - 1) d steps of zeros: the window of u begins at u + p.
    private func addTurnedProducts(
        _ padded: UnsafePointer<Float>, _ panels: Convolution.PackedWeights, to sink: UnsafeMutablePointer<Float>,
        steps: Int
    ) {
        let (window, outputs, channels) = (convolution.window, convolution.outputs, convolution.channels)
        let (taps, columns) = (convolution.taps, convolution.columns)
        for group in 0..<convolution.groups {
            let windows = WindowProduct.Windows(
                padded + window.stepsBefore * outputs + group * columns, rows: steps, rowStride: outputs, taps: taps,
                tapStride: window.dilation * outputs, channels: columns)
            WindowProduct.multiply(
                windows, panels: panels.group(group), panelRows: taps * columns, bias: zeros?.pointer,
                into: sink + group * channels, rowStride: convolution.width, columns: channels)
        }
    }

    /// dx[t s + j d - p, c] += sum_o dy[t, o] w[o, c, j], tap by tap: for longer strides, where a step lies in few
    /// windows.
    private func addProductsTapByTap(
        _ gradient: UnsafePointer<Float>, _ panels: Convolution.PackedWeights, _ count: Int,
        to sink: UnsafeMutablePointer<Float>, steps: Int
    ) {
        let (window, width, outputs) = (convolution.window, convolution.width, convolution.outputs)
        let (taps, channels, columns) = (convolution.taps, convolution.channels, convolution.columns)
        for tap in 0..<taps {
            let range = window.outputs(count, whoseStep: tap, liesIn: steps)
            guard !range.isEmpty else { continue }
            let first = range.lowerBound * window.stride + tap * window.dilation - window.stepsBefore
            for group in 0..<convolution.groups {
                let windows = WindowProduct.Windows(
                    gradient + range.lowerBound * outputs + group * columns, rows: range.count, rowStride: outputs,
                    channels: columns)
                WindowProduct.multiply(
                    windows, panels: panels.group(group), firstRow: tap * columns, panelRows: taps * columns,
                    bias: nil, into: sink + first * width + group * channels, rowStride: window.stride * width,
                    columns: channels)
            }
        }
    }

    // MARK: Weights

    /// Above this many weights of a tap BLAS is faster at their gradient: it rearranges both sides for the cache.
    private static let weightsForBLAS = 16_384

    /// dw[j, c, o] += sum_t x[t s + j d - p, c] dy[t, o]
    private func addWeightSums(
        _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ count: Int,
        to sums: UnsafeMutablePointer<Float>
    ) {
        let (outputs, windowStride) = (convolution.outputs, convolution.windowStride)
        let (taps, channels, columns) = (convolution.taps, convolution.channels, convolution.columns)
        let runs = convolution.runs
        // So many steps at a time that the gradient's stay in the first cache while all tiles of weights pass by.
        let block = max(32, 4096 / outputs)
        for group in 0..<convolution.groups {
            let (input, gradient) = (input + group * channels, gradient + group * columns)
            let sums = sums + group * taps * channels * columns
            if channels * columns > Self.weightsForBLAS {
                for tap in 0..<taps {
                    BLAS.multiply(
                        Matrix(
                            input + tap * convolution.tapStride, rows: count, columns: channels,
                            stride: windowStride),
                        transposingA: true, Matrix(gradient, rows: count, columns: columns, stride: outputs),
                        into: MutableMatrix(sums + tap * channels * columns, rows: channels, columns: columns),
                        adding: true)
                }
                continue
            }
            for start in stride(from: 0, to: count, by: block) {
                for run in 0..<runs.count {
                    let transposed = WindowProduct.Windows(
                        input + start * windowStride + run * convolution.tapStride, rows: runs.width, rowStride: 1,
                        channels: min(block, count - start), channelStride: windowStride)
                    WindowProduct.addProduct(
                        transposed, gradient + start * outputs, rowStride: outputs,
                        to: sums + run * runs.width * columns, rowStride: columns, columns: columns)
                }
            }
        }
    }
}

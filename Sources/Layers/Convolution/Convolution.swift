import Kernels
import Tensors

/// A convolution at work: its windows are multiplied where they lie in the input, sequence by sequence.
///
/// With T steps of C channels in rows of memory, a window is a run of k C elements, and the windows of a sequence are a
/// matrix whose rows overlap. BLAS takes no such matrix, and k products of C columns each are slow for few channels:
/// `WindowProduct` reads overlapping rows. The gradient of the input is the same product over the output's gradient
/// with the weights turned round; that of the weights has the windows' transpose on its left.
struct Convolution {
    private let x: Tensor
    private let weight: Tensor
    private let window: SlidingWindow
    private let groups: Int
    private let lengths: IndexTensor?

    /// - Parameters:
    ///   - x: `[N, T, C]`.
    ///   - weight: `[O, C / groups, k]`.
    init(_ x: Tensor, weight: Tensor, window: SlidingWindow, groups: Int, lengths: IndexTensor?) {
        (self.x, self.weight, self.window, self.groups, self.lengths) = (x, weight, window, groups, lengths)
    }

    private var steps: Int { x.shape[1] }
    private var width: Int { x.shape[2] }
    private var outputs: Int { weight.shape[0] }
    private var outputSteps: Int { window.outputs(of: steps) }
    /// Of one group.
    private var channels: Int { weight.shape[1] }
    private var columns: Int { outputs / groups }
    private var taps: Int { window.size }
    private var tapStride: Int { window.dilation * width }

    private func length(_ row: Int) -> Int { lengths.map { Int($0.pointer[row]) } ?? steps }

    /// y `[N, T', O]`.
    func result(_ bias: Tensor) -> Tensor {
        let result = Tensor(uninitialized: [x.shape[0], outputSteps, outputs])
        let panels = packedWeights(.forward)
        let room = paddedRoom
        for row in 0..<x.shape[0] {
            let count = window.outputs(of: length(row))
            let y = result.mutablePointer + row * outputSteps * outputs
            let input = paddedInput(row, in: room)
            for group in 0..<groups {
                nonisolated(unsafe) let (input, y) = (input + group * channels, y + group * columns)
                nonisolated(unsafe) let (weights, start) = (panels.group(group), bias.pointer + group * columns)
                // Each window is summed up for itself: threads may share them.
                let threads = WorkerPool.threadsSharing(multiplications: count * taps * channels * columns)
                let parts = WorkerPool.ranges(count, parts: threads)
                WorkerPool.runShared(parts.count) { index in
                    let first = parts[index].lowerBound
                    WindowProduct.multiply(
                        windows(input + first * window.stride * width, parts[index].count), panels: weights,
                        panelRows: taps * channels, bias: start, into: y + first * outputs, rowStride: outputs,
                        columns: columns)
                }
            }
            (y + count * outputs).update(repeating: 0, count: (outputSteps - count) * outputs)
        }
        return result.recorded(from: [x, weight, bias]) { pass in
            addGradients(
                of: pass.upstream, input: pass.destination(0), weight: pass.sink(1), bias: pass.sink(2))
        }
    }

    /// The first `count` windows on a padded sequence.
    private func windows(_ input: UnsafePointer<Float>, _ count: Int) -> WindowProduct.Windows {
        WindowProduct.Windows(
            input, rows: count, rowStride: window.stride * width, taps: taps, tapStride: tapStride, channels: channels)
    }

    // MARK: Padding

    /// Room for one sequence with zeros before and behind it; nil where no zeros are wanted.
    private var paddedRoom: Tensor? {
        guard window.padding != .valid, outputSteps > 0 else { return nil }
        return Tensor(uninitialized: [(outputSteps - 1) * window.stride + window.span, width])
    }

    /// The steps that the windows of a row look at: in place, or copied between zeros, which costs little beside the
    /// product as long as the sequence then is in cache.
    private func paddedInput(_ row: Int, in room: Tensor?) -> UnsafePointer<Float> {
        let sequence = x.pointer + row * steps * width
        guard let room else { return sequence }
        let (before, length) = (window.stepsBefore, length(row))
        let count = min(length, room.shape[0] - before)
        let padded = room.mutablePointer
        padded.update(repeating: 0, count: before * width)
        (padded + before * width).update(from: sequence, count: count * width)
        (padded + (before + count) * width).update(repeating: 0, count: (room.shape[0] - before - count) * width)
        return UnsafePointer(padded)
    }

    // MARK: Weights

    /// In which order the product takes the weights.
    private enum Order {
        /// `[k, C / groups]` rows, O / groups columns.
        case forward
        /// `[k, O / groups]` rows, C / groups columns.
        case transposed
        /// The same with the last tap first.
        case turnedRound
    }

    private struct PackedWeights {
        let panels: Tensor
        let groupCount: Int
        func group(_ group: Int) -> UnsafePointer<Float> { panels.pointer + group * groupCount }
    }

    /// The weights of all groups as panels; packed once a call, for all sequences.
    private func packedWeights(_ order: Order) -> PackedWeights {
        let (rowChannels, rowColumns) = order == .forward ? (channels, columns) : (columns, channels)
        let count = WindowProduct.panelCount(taps: taps, channels: rowChannels, columns: rowColumns)
        let panels = Tensor(uninitialized: [groups, count])
        let strides =
            switch order {
            case .forward: WindowProduct.WeightStrides(tap: 1, channel: taps, column: channels * taps)
            case .transposed: WindowProduct.WeightStrides(tap: 1, channel: channels * taps, column: taps)
            case .turnedRound: WindowProduct.WeightStrides(tap: -1, channel: channels * taps, column: taps)
            }
        for group in 0..<groups {
            WindowProduct.pack(
                weight.pointer + group * columns * channels * taps + (order == .turnedRound ? taps - 1 : 0), strides,
                taps: taps, channels: rowChannels, columns: rowColumns, into: panels.mutablePointer + group * count)
        }
        return PackedWeights(panels: panels, groupCount: count)
    }

    // MARK: Gradients

    private func addGradients(
        of upstream: UnsafePointer<Float>, input: (pointer: UnsafeMutablePointer<Float>, isEmpty: Bool)?,
        weight: UnsafeMutablePointer<Float>?, bias: UnsafeMutablePointer<Float>?
    ) {
        let turned = window.stride == 1
        // The zeros that windows over the output's gradient find on both sides.
        let margin = input != nil && turned ? window.span - 1 : 0
        let room = Tensor(uninitialized: [(outputSteps + 2 * margin) * outputs + WindowProduct.panelWidth])
        let panels = input == nil ? nil : packedWeights(turned ? .turnedRound : .transposed)
        // In the place of what an input's gradient holds, where that is nothing yet.
        let zeros = input?.isEmpty == true && turned ? Tensor(zeros: [channels]) : nil
        let inputRoom = weight == nil ? nil : paddedRoom
        let sums = weight == nil ? nil : Tensor(zeros: [groups, taps, channels, columns])
        for row in 0..<x.shape[0] {
            let count = window.outputs(of: length(row))
            if let input, input.isEmpty {
                // What no window covers, or all that products are added to.
                let written = turned && count > 0 ? length(row) : 0
                (input.pointer + (row * steps + written) * width)
                    .update(repeating: 0, count: (steps - written) * width)
            }
            guard count > 0 else { continue }
            let gradient = upstream + row * outputSteps * outputs
            if let bias { Rows.addColumnSums(of: gradient, to: bias, rows: count, columns: outputs) }
            let padded = Self.pad(gradient, count: count * outputs, margin: margin * outputs, in: room)
            if let panels, let input {
                let sink = input.pointer + row * steps * width
                if turned {
                    addTurnedProducts(padded, panels, to: sink, steps: length(row), from: zeros)
                } else {
                    addProductsTapByTap(padded, panels, count, to: sink, steps: length(row))
                }
            }
            if let sums {
                addWeightSums(
                    paddedInput(row, in: inputRoom), padded + margin * outputs, count, to: sums.mutablePointer)
            }
        }
        if let weight, let sums {
            let count = taps * channels * columns
            for group in 0..<groups {
                WindowProduct.addUnpacked(
                    sums.pointer + group * count, taps: taps, channels: channels, columns: columns,
                    to: weight + group * count)
            }
        }
    }

    /// Copies one sequence's gradient between zeros, and zeros behind it that the kernel may read.
    private static func pad(
        _ gradient: UnsafePointer<Float>, count: Int, margin: Int, in room: Tensor
    ) -> UnsafePointer<Float> {
        let padded = room.mutablePointer
        padded.update(repeating: 0, count: margin)
        (padded + margin).update(from: gradient, count: count)
        (padded + margin + count).update(repeating: 0, count: margin + WindowProduct.panelWidth)
        return UnsafePointer(padded)
    }

    /// dx[u, c] += sum_j sum_o dy[u + p - j d, o] w[o, c, j]: windows over dy, for a stride of 1.
    ///
    /// - Parameters:
    ///   - padded: dy of one sequence behind (k - 1) d steps of zeros: the window of u begins at u + p.
    ///   - start: What the sums begin with, `[C / groups]`; dx as it is where nil.
    private func addTurnedProducts(
        _ padded: UnsafePointer<Float>, _ panels: PackedWeights, to sink: UnsafeMutablePointer<Float>, steps: Int,
        from start: Tensor?
    ) {
        for group in 0..<groups {
            let windows = WindowProduct.Windows(
                padded + window.stepsBefore * outputs + group * columns, rows: steps, rowStride: outputs, taps: taps,
                tapStride: window.dilation * outputs, channels: columns)
            WindowProduct.multiply(
                windows, panels: panels.group(group), panelRows: taps * columns, bias: start?.pointer,
                into: sink + group * channels, rowStride: width, columns: channels)
        }
    }

    /// dx[t s + j d - p, c] += sum_o dy[t, o] w[o, c, j], tap by tap: for longer strides, where a step lies in few
    /// windows.
    private func addProductsTapByTap(
        _ gradient: UnsafePointer<Float>, _ panels: PackedWeights, _ count: Int,
        to sink: UnsafeMutablePointer<Float>, steps: Int
    ) {
        for tap in 0..<taps {
            let range = window.outputs(count, whoseStep: tap, liesIn: steps)
            guard !range.isEmpty else { continue }
            let first = range.lowerBound * window.stride + tap * window.dilation - window.stepsBefore
            for group in 0..<groups {
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

    /// Above this many weights of a tap BLAS is faster at their gradient: it rearranges both sides for the cache.
    private static let weightsForBLAS = 16_384

    /// dw[j, c, o] += sum_t x[t s + j d - p, c] dy[t, o]
    private func addWeightSums(
        _ input: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, _ count: Int,
        to sums: UnsafeMutablePointer<Float>
    ) {
        let isRun = window.dilation == 1 && groups == 1
        let (runs, runChannels) = isRun ? (1, taps * channels) : (taps, channels)
        // So many steps at a time that the gradient's stay in the first cache while all tiles of weights pass by.
        let block = max(32, 4096 / outputs)
        for group in 0..<groups {
            let (input, gradient) = (input + group * channels, gradient + group * columns)
            let sums = sums + group * taps * channels * columns
            if channels * columns > Self.weightsForBLAS {
                for tap in 0..<taps {
                    BLAS.multiply(
                        Matrix(
                            input + tap * tapStride, rows: count, columns: channels, stride: window.stride * width),
                        transposingA: true, Matrix(gradient, rows: count, columns: columns, stride: outputs),
                        into: MutableMatrix(sums + tap * channels * columns, rows: channels, columns: columns),
                        adding: true)
                }
                continue
            }
            for start in stride(from: 0, to: count, by: block) {
                for run in 0..<runs {
                    let transposed = WindowProduct.Windows(
                        input + start * window.stride * width + run * tapStride, rows: runChannels, rowStride: 1,
                        channels: min(block, count - start), channelStride: window.stride * width)
                    WindowProduct.addProduct(
                        transposed, gradient + start * outputs, rowStride: outputs,
                        to: sums + run * channels * columns, rowStride: columns, columns: columns)
                }
            }
        }
    }
}

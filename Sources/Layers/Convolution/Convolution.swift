import Kernels
import Tensors

/// A convolution at work: its windows are multiplied where they lie in the input, sequence by sequence.
///
/// With T steps of C channels in rows of memory, a window is a run of k C elements, and the windows of a sequence are a
/// matrix whose rows overlap. BLAS takes no such matrix, and k products of C columns each are slow for few channels:
/// `WindowProduct` reads overlapping rows. The ways back are `DenseGradients` and `SparseGradients`.
struct Convolution {
    let x: Tensor
    let weight: Tensor
    let window: SlidingWindow
    let groups: Int
    private let lengths: IndexTensor?

    /// - Parameters:
    ///   - x: `[N, T, C]`.
    ///   - weight: `[O, C / groups, k]`.
    init(_ x: Tensor, weight: Tensor, window: SlidingWindow, groups: Int, lengths: IndexTensor?) {
        (self.x, self.weight, self.window, self.groups, self.lengths) = (x, weight, window, groups, lengths)
    }

    var steps: Int { x.shape[1] }
    var width: Int { x.shape[2] }
    var outputs: Int { weight.shape[0] }
    var outputSteps: Int { window.outputs(of: steps) }
    /// Of one group.
    var channels: Int { weight.shape[1] }
    var columns: Int { outputs / groups }
    var taps: Int { window.size }
    /// Elements from one step of a window to the next, and from one window to the next.
    var tapStride: Int { window.dilation * width }
    var windowStride: Int { window.stride * width }
    /// A window's elements in one piece: all of them, or tap by tap where others lie between.
    var runs: (count: Int, width: Int) {
        tapStride == channels || taps == 1 ? (1, taps * channels) : (taps, channels)
    }

    func length(_ row: Int) -> Int { lengths.map { Int($0.pointer[row]) } ?? steps }

    /// y `[N, T', O]`.
    ///
    /// - Parameter panels: The weights packed for the way forward.
    func result(_ bias: Tensor, _ panels: PackedWeights) -> Tensor {
        let result = Tensor(uninitialized: [x.shape[0], outputSteps, outputs])
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
                        windows(input + first * windowStride, parts[index].count), panels: weights,
                        panelRows: taps * channels, bias: start, into: y + first * outputs, rowStride: outputs,
                        columns: columns)
                }
            }
            (y + count * outputs).update(repeating: 0, count: (outputSteps - count) * outputs)
        }
        return result.recorded(from: [x, weight, bias]) { pass in
            addGradients(
                of: pass.upstream,
                to: Sinks(input: pass.destination(0), weight: pass.sink(1), bias: pass.sink(2)))
        }
    }

    /// The first `count` windows on a padded sequence.
    private func windows(_ input: UnsafePointer<Float>, _ count: Int) -> WindowProduct.Windows {
        WindowProduct.Windows(
            input, rows: count, rowStride: windowStride, taps: taps, tapStride: tapStride, channels: channels)
    }

    // MARK: Padding

    /// Room for one sequence with zeros before and behind it; nil where no zeros are wanted.
    var paddedRoom: Tensor? {
        guard window.padding != .valid, outputSteps > 0 else { return nil }
        return Tensor(uninitialized: [(outputSteps - 1) * window.stride + window.span, width])
    }

    /// The steps that the windows of a row look at: in place, or copied between zeros, which costs little beside the
    /// product as long as the sequence then is in cache.
    func paddedInput(_ row: Int, in room: Tensor?) -> UnsafePointer<Float> {
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
    enum Order {
        /// `[k, C / groups]` rows, O / groups columns.
        case forward
        /// `[k, O / groups]` rows, C / groups columns.
        case transposed
        /// The same with the last tap first.
        case turnedRound
    }

    /// The weights of all groups as panels.
    final class PackedWeights {
        private let panels: Tensor
        private let groupCount: Int

        init(_ panels: Tensor, groupCount: Int) { (self.panels, self.groupCount) = (panels, groupCount) }

        func group(_ group: Int) -> UnsafePointer<Float> { panels.pointer + group * groupCount }
    }

    /// Channels and columns of a group's weights in this order.
    private func sizes(_ order: Order) -> (channels: Int, columns: Int) {
        order == .forward ? (channels, columns) : (columns, channels)
    }

    /// Room for `packedWeights`.
    func panelRoom(_ order: Order) -> Tensor {
        let (channels, columns) = sizes(order)
        return Tensor(
            uninitialized: [groups, WindowProduct.panelCount(taps: taps, channels: channels, columns: columns)])
    }

    /// Packs the weights once, for all sequences of a call or of many.
    func packedWeights(_ order: Order, in panels: Tensor) -> PackedWeights {
        let ((rowChannels, rowColumns), count) = (sizes(order), panels.shape[1])
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
        return PackedWeights(panels, groupCount: count)
    }

    /// Writes the weights as `[O, k, C / groups]`.
    func writeFilters(tapByTap target: UnsafeMutablePointer<Float>) {
        for output in 0..<outputs {
            let filter = output * taps * channels
            Rows.transpose(weight.pointer + filter, into: target + filter, rows: channels, columns: taps)
        }
    }
}

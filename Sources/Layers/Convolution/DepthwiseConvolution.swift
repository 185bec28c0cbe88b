import Kernels
import Tensors

/// A convolution in which each channel is an output of its own: y[t, c] = b[c] + sum_j x[t s + j d - p, c] w[c, j].
///
/// Channels lie side by side, so each tap is one multiplication of rows by the tap's weights; steps of padding are
/// left out instead of read.
struct DepthwiseConvolution {
    private let x: Tensor
    private let weight: Tensor
    private let window: SlidingWindow
    private let lengths: IndexTensor?

    /// - Parameters:
    ///   - x: `[N, T, C]`.
    ///   - weight: `[C, 1, k]`.
    init(_ x: Tensor, weight: Tensor, window: SlidingWindow, lengths: IndexTensor?) {
        (self.x, self.weight, self.window, self.lengths) = (x, weight, window, lengths)
    }

    private var steps: Int { x.shape[1] }
    private var channels: Int { x.shape[2] }
    private var taps: Int { window.size }
    private var outputSteps: Int { window.outputs(of: steps) }

    private func length(_ row: Int) -> Int { lengths.map { Int($0.pointer[row]) } ?? steps }

    /// y `[N, T', C]`.
    func result(_ bias: Tensor) -> Tensor {
        let result = Tensor(uninitialized: [x.shape[0], outputSteps, channels])
        let weights = tapByTap
        for row in 0..<x.shape[0] {
            let count = window.outputs(of: length(row))
            let y = result.mutablePointer + row * outputSteps * channels
            for step in 0..<count { (y + step * channels).update(from: bias.pointer, count: channels) }
            forEachTap(row) { tap, input, output, rows in
                ChannelKernels.addScaled(
                    x.pointer + input, stride: window.stride * channels, by: weights.pointer + tap * channels,
                    to: result.mutablePointer + output, stride: channels, rows: rows, channels: channels)
            }
            (y + count * channels).update(repeating: 0, count: (outputSteps - count) * channels)
        }
        return result.recorded(from: [x, weight, bias]) { pass in
            addGradients(of: pass.upstream, input: pass.sink(0), weight: pass.sink(1), bias: pass.sink(2))
        }
    }

    private func addGradients(
        of upstream: UnsafePointer<Float>, input: UnsafeMutablePointer<Float>?,
        weight: UnsafeMutablePointer<Float>?, bias: UnsafeMutablePointer<Float>?
    ) {
        let weights = tapByTap
        let sums = Tensor(zeros: [taps, channels])
        for row in 0..<x.shape[0] {
            if let bias {
                Rows.addColumnSums(
                    of: upstream + row * outputSteps * channels, to: bias, rows: window.outputs(of: length(row)),
                    columns: channels)
            }
            forEachTap(row) { tap, place, output, rows in
                if let input {
                    ChannelKernels.addScaled(
                        upstream + output, stride: channels, by: weights.pointer + tap * channels,
                        to: input + place, stride: window.stride * channels, rows: rows, channels: channels)
                }
                if weight != nil {
                    ChannelKernels.addProducts(
                        x.pointer + place, stride: window.stride * channels, upstream + output, stride: channels,
                        to: sums.mutablePointer + tap * channels, rows: rows, channels: channels)
                }
            }
        }
        if let weight {
            WindowProduct.addUnpacked(
                sums.pointer, taps: taps, channels: 1, columns: channels, to: weight)
        }
    }

    /// The weights as `[k, C]`.
    private var tapByTap: Tensor {
        let result = Tensor(uninitialized: [taps, channels])
        Rows.transpose(weight.pointer, into: result.mutablePointer, rows: channels, columns: taps)
        return result
    }

    /// Calls `body` for each tap of a row, some steps at a time so that these stay in cache for all taps: the first
    /// elements of input and output, and how many windows have that step of theirs within the sequence.
    private func forEachTap(_ row: Int, _ body: (_ tap: Int, _ input: Int, _ output: Int, _ rows: Int) -> Void) {
        let length = length(row)
        let count = window.outputs(of: length)
        let block = max(8, 2048 / channels)
        for start in stride(from: 0, to: count, by: block) {
            for tap in 0..<taps {
                let range = window.outputs(count, whoseStep: tap, liesIn: length)
                    .clamped(to: start..<min(start + block, count))
                guard !range.isEmpty else { continue }
                let step = range.lowerBound * window.stride + tap * window.dilation - window.stepsBefore
                body(
                    tap, (row * steps + step) * channels, (row * outputSteps + range.lowerBound) * channels,
                    range.count)
            }
        }
    }
}

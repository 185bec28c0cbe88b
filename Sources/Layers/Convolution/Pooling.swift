import Kernels
import Tensors

/// The largest of each window's valid steps, channel by channel. Of equal ones the first receives the gradient.
///
/// - Input: `[N, T, C]`
/// - Output: `[N, T', C]`, T' = `window.outputs(of: T)`; zeros behind a row's end
public struct MaxPooling: Layer {
    public let window: SlidingWindow

    /// - Parameter stride: Steps from one window to the next; as many as a window has where nil.
    public init(size: Int, stride: Int? = nil, padding: Padding = .valid) {
        window = SlidingWindow(size: size, stride: stride ?? size, padding: padding)
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { window.lengths(after: lengths) }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let channels = x.shape[-1]
        let places = PoolPlaces(x, window, lengths)
        let result = places.emptyResult()
        places.forEachRun { input, rowStride, size, output, rows in
            PoolKernels.maximum(
                x.pointer + input, rowStride: rowStride, size: size, into: result.mutablePointer + output, rows: rows,
                channels: channels)
        }
        return result.recorded(from: [x]) { pass in
            let width = x.shape[1] * channels
            pass.addPieces(to: 0, unit: max(width, 1)) { sink, range in
                let sequences = range.lowerBound / max(width, 1)..<range.upperBound / max(width, 1)
                places.forEachRun(of: sequences) { input, rowStride, size, output, rows in
                    PoolKernels.addMaximumGradient(
                        x.pointer + input, rowStride: rowStride, size: size, output: result.pointer + output,
                        upstream: pass.upstream + output, to: sink + input - range.lowerBound, rows: rows,
                        channels: channels)
                }
            }
        }
    }
}

/// The mean of each window's valid steps, channel by channel: padding is not counted.
///
/// - Input: `[N, T, C]`
/// - Output: `[N, T', C]`, T' = `window.outputs(of: T)`; zeros behind a row's end
public struct AveragePooling: Layer {
    public let window: SlidingWindow

    /// - Parameter stride: Steps from one window to the next; as many as a window has where nil.
    public init(size: Int, stride: Int? = nil, padding: Padding = .valid) {
        window = SlidingWindow(size: size, stride: stride ?? size, padding: padding)
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { window.lengths(after: lengths) }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let channels = x.shape[-1]
        let places = PoolPlaces(x, window, lengths)
        let result = places.emptyResult()
        places.forEachRun { input, rowStride, size, output, rows in
            PoolKernels.mean(
                x.pointer + input, rowStride: rowStride, size: size, into: result.mutablePointer + output, rows: rows,
                channels: channels)
        }
        return result.recorded(from: [x]) { pass in
            guard let sink = pass.sink(0) else { return }
            places.forEachRun { input, rowStride, size, output, rows in
                PoolKernels.addMeanGradient(
                    upstream: pass.upstream + output, to: sink + input, rowStride: rowStride, size: size, rows: rows,
                    channels: channels)
            }
        }
    }
}

/// The largest of each row's valid steps, channel by channel; zeros for a row of length zero.
///
/// - Input: `[N, T, C]`
/// - Output: `[N, C]`
public struct GlobalMaxPooling: Layer {
    public init() {}

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { nil }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.maximumOverTime(lengths: lengths)
    }
}

/// The mean of each row's valid steps, channel by channel; zeros for a row of length zero.
///
/// - Input: `[N, T, C]`
/// - Output: `[N, C]`
public struct GlobalAveragePooling: Layer {
    public init() {}

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { nil }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.meanOverTime(lengths: lengths)
    }
}

/// Where the windows of a pool lie in its input: whole ones in runs, those over an edge alone, cut to valid steps.
private struct PoolPlaces: @unchecked Sendable {
    private let window: SlidingWindow
    private let rows: Int
    private let steps: Int
    private let channels: Int
    private let lengths: IndexTensor?

    init(_ x: Tensor, _ window: SlidingWindow, _ lengths: IndexTensor?) {
        precondition(x.shape.rank == 3, "pooling of \(x.shape); [N, T, C] is expected")
        (rows, steps, channels) = (x.shape[0], x.shape[1], x.shape[2])
        (self.window, self.lengths) = (window, lengths)
        lengths?.checkLengths(rows: rows, steps: steps)
    }

    private func length(_ row: Int) -> Int { lengths.map { Int($0.pointer[row]) } ?? steps }

    /// The output, with zeros behind the rows' ends and nothing yet before.
    func emptyResult() -> Tensor {
        let outputSteps = window.outputs(of: steps)
        let result = Tensor(uninitialized: [rows, outputSteps, channels])
        for row in 0..<rows {
            let count = window.outputs(of: length(row))
            (result.mutablePointer + (row * outputSteps + count) * channels)
                .update(repeating: 0, count: (outputSteps - count) * channels)
        }
        return result
    }

    typealias Run = (_ input: Int, _ rowStride: Int, _ size: Int, _ output: Int, _ rows: Int) -> Void

    /// Calls `body` with the first element of a run's first window, the elements from one window to the next, the
    /// windows' size, the first element of the output, and the number of windows; for some sequences or all of them.
    func forEachRun(of sequences: Range<Int>? = nil, _ body: Run) {
        let outputSteps = window.outputs(of: steps)
        let (size, stride, before) = (window.size, window.stride, window.stepsBefore)
        for row in sequences ?? 0..<rows {
            let length = length(row)
            let count = window.outputs(of: length)
            // Windows from the first that begins within the sequence up to the last that ends there.
            let firstWhole = min(count, (before + stride - 1) / stride)
            let endOfWhole = length + before < size ? 0 : (length + before - size) / stride + 1
            let whole = firstWhole..<max(firstWhole, min(count, endOfWhole))
            func call(_ window: Int, _ start: Int, _ size: Int, _ windows: Int) {
                body(
                    (row * steps + start) * channels, stride * channels, size,
                    (row * outputSteps + window) * channels, windows)
            }
            func callAtEdge(_ window: Int) {
                let start = window * stride - before
                let end = min(start + size, length)
                call(window, max(start, 0), end - max(start, 0), 1)
            }
            for window in 0..<whole.lowerBound { callAtEdge(window) }
            if !whole.isEmpty { call(whole.lowerBound, whole.lowerBound * stride - before, size, whole.count) }
            for window in whole.upperBound..<count { callAtEdge(window) }
        }
    }
}

import Kernels

extension Tensor {
    /// The largest of each row's valid steps, channel by channel: y[n, c] = max over t < L[n] of x[n, t, c]; zeros
    /// where L[n] is 0. Of equal ones the first receives the gradient.
    ///
    /// - Input: `[N, T, C]`
    /// - Output: `[N, C]`
    /// - Parameter lengths: L, `[N]`, each from 0 to T; all steps are valid where nil.
    public func maximumOverTime(lengths: IndexTensor? = nil) -> Tensor {
        precondition(shape.rank == 3, "a maximum over time of \(shape); [N, T, C] is expected")
        let (rows, steps, channels) = (shape[0], shape[1], shape[2])
        lengths?.checkLengths(rows: rows, steps: steps)
        let result = Tensor(zeros: [rows, channels])
        @Sendable func length(_ row: Int) -> Int { lengths.map { Int($0.pointer[row]) } ?? steps }
        for row in 0..<rows where length(row) > 0 {
            PoolKernels.maximum(
                pointer + row * steps * channels, rowStride: 0, size: length(row),
                into: result.mutablePointer + row * channels, rows: 1, channels: channels)
        }
        return result.recorded(from: [self]) { [self] pass in
            pass.addPieces(to: 0, unit: steps * channels) { sink, range in
                let first = range.lowerBound / (steps * channels)
                for row in first..<range.upperBound / (steps * channels) where length(row) > 0 {
                    PoolKernels.addMaximumGradient(
                        pointer + row * steps * channels, rowStride: 0, size: length(row),
                        output: result.pointer + row * channels, upstream: pass.upstream + row * channels,
                        to: sink + (row - first) * steps * channels, rows: 1, channels: channels)
                }
            }
        }
    }
}

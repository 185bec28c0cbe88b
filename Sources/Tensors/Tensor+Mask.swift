import Kernels

extension Tensor {
    /// The valid steps of each row and zeros behind them, whatever x holds there: y[n, t] = x[n, t] where t < L[n],
    /// else 0.
    ///
    /// - Input: `[N, T, ...]`
    /// - Output: `[N, T, ...]`; this tensor itself where all steps are valid
    /// - Parameter lengths: L, `[N]`, each from 0 to T; all steps are valid where nil.
    public func masked(lengths: IndexTensor?) -> Tensor {
        guard let lengths else { return self }
        precondition(shape.rank >= 2, "a mask over time of \(shape); [N, T, ...] is expected")
        let (rows, steps) = (shape[0], shape[1])
        lengths.checkLengths(rows: rows, steps: steps)
        let width = count / max(rows * steps, 1)
        guard (0..<rows).contains(where: { Int(lengths.pointer[$0]) < steps }) else { return self }
        let result = Tensor(uninitialized: shape)
        for row in 0..<rows {
            let (start, valid) = (row * steps * width, Int(lengths.pointer[row]) * width)
            let target = result.mutablePointer + start
            target.update(from: pointer + start, count: valid)
            (target + valid).update(repeating: 0, count: steps * width - valid)
        }
        return result.recorded(from: [self]) { pass in
            guard let sink = pass.sink(0) else { return }
            for row in 0..<rows {
                let start = row * steps * width
                Vector.add(pass.upstream + start, to: sink + start, count: Int(lengths.pointer[row]) * width)
            }
        }
    }
}

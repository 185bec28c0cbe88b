import Kernels

extension Tensor {
    /// Some features of the last axis: y[..., c] = x[..., start + c].
    ///
    /// - Input: `[..., D]`
    /// - Output: `[..., C]`, C the number of columns
    public func columns(_ columns: Range<Int>) -> Tensor {
        let (rows, width, count) = (shape.rows, shape.columns, columns.count)
        precondition(0 <= columns.lowerBound && columns.upperBound <= width, "columns \(columns) of \(shape)")
        let result = Tensor(uninitialized: shape.replacingLast(with: count))
        for row in 0..<rows {
            (result.mutablePointer + row * count).update(from: pointer + row * width + columns.lowerBound, count: count)
        }
        return result.recorded(from: [self]) { pass in
            guard let sink = pass.sink(0) else { return }
            for row in 0..<rows {
                Vector.add(
                    pass.upstream + row * count, to: sink + row * width + columns.lowerBound, count: count)
            }
        }
    }
}

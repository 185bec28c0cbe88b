import Kernels

extension Tensor {
    /// The mean over the valid steps of each row: y[n] = 1 / L[n] sum_{t < L[n]} x[n, t]; zeros where L[n] is 0.
    ///
    /// - Input: `[N, T, D]`
    /// - Output: `[N, D]`
    /// - Parameter lengths: L, `[N]`, each from 0 to T; all steps are valid where nil.
    public func meanOverTime(lengths: IndexTensor? = nil) -> Tensor {
        precondition(shape.rank == 3, "a mean over time of \(shape); [N, T, D] is expected")
        let (rows, steps, width) = (shape[0], shape[1], shape[2])
        lengths?.checkLengths(rows: rows, steps: steps)
        let result = Tensor(zeros: [rows, width])
        @Sendable func length(_ row: Int) -> Int { lengths.map { Int($0.pointer[row]) } ?? steps }
        for row in 0..<rows where length(row) > 0 {
            let sum = result.mutablePointer + row * width
            for step in 0..<length(row) { Vector.add(pointer + (row * steps + step) * width, to: sum, count: width) }
            Vector.scale(1 / Float(length(row)), sum, into: sum, count: width)
        }
        return result.recorded(from: [self]) { pass in
            guard let sink = pass.sink(0) else { return }
            for row in 0..<rows {
                for step in 0..<length(row) {
                    Vector.add(
                        1 / Float(length(row)), pass.upstream + row * width,
                        to: sink + (row * steps + step) * width, count: width)
                }
            }
        }
    }
}

extension IndexTensor {
    /// Traps where these are not the lengths of `rows` rows of at most `steps` steps.
    package func checkLengths(rows: Int, steps: Int) {
        precondition(shape == [rows], "lengths of shape \(shape) for \(rows) rows")
        for row in 0..<rows {
            precondition(
                (0...steps).contains(Int(pointer[row])), "row \(row) has length \(pointer[row]) of \(steps) steps")
        }
    }
}

import Kernels
import Tensors

extension Tensor {
    /// y[n, t] = x[n, t] + p[t], zeros behind a row's length.
    ///
    /// - Input: `[N, T, D]`
    /// - Output: `[N, T, D]`
    /// - Parameters:
    ///   - positions: p, `[S, D]` for the first S >= T steps.
    ///   - lengths: `[N]`, each from 0 to T; all steps are valid where nil.
    func adding(positions: Tensor, lengths: IndexTensor?) -> Tensor {
        precondition(
            shape.rank == 3 && positions.shape.rank == 2 && positions.shape[0] >= shape[1]
                && positions.shape[1] == shape[2], "positions \(positions.shape) for \(shape)")
        let (rows, steps, width) = (shape[0], shape[1], shape[2])
        lengths?.checkLengths(rows: rows, steps: steps)
        func valid(_ row: Int) -> Int { (lengths.map { Int($0.pointer[row]) } ?? steps) * width }
        let result = Tensor(uninitialized: shape)
        for row in 0..<rows {
            let (start, count) = (row * steps * width, valid(row))
            let target = result.mutablePointer + start
            Vector.sum(pointer + start, positions.pointer, into: target, count: count)
            (target + count).update(repeating: 0, count: steps * width - count)
        }
        return result.recorded(from: [self, positions]) { pass in
            pass.addPieces(to: 0, unit: max(steps * width, 1)) { sink, range in
                for start in stride(from: range.lowerBound, to: range.upperBound, by: max(steps * width, 1)) {
                    Vector.add(
                        pass.upstream + start, to: sink + start - range.lowerBound,
                        count: valid(start / (steps * width)))
                }
            }
            guard let sink = pass.sink(1) else { return }
            for row in 0..<rows { Vector.add(pass.upstream + row * steps * width, to: sink, count: valid(row)) }
        }
    }
}

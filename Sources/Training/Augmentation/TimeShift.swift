import Kernels
import Layers
import Tensors

/// In training, moves each row along time by a random number of steps, in either direction; otherwise does nothing.
///
///     y[n, t] = x[n, t - s[n]] where that is a valid step of the row, else 0          s[n] from -most to most
///
/// - Input, output: `[N, T, D]`
public struct TimeShift: Layer {
    /// Steps by which a row is moved, at most.
    public let most: Int

    public init(most: Int) {
        precondition(most >= 0, "a shift of at most \(most) steps")
        self.most = most
    }

    /// - Parameter lengths: `[N]`; what is moved past a row's length is lost, and padding does not move in. All steps
    ///   are valid where nil.
    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        precondition(x.shape.rank == 3, "a shift in time of \(x.shape); [N, T, D] is expected")
        guard context.isTraining, most > 0 else { return x }
        let (rows, steps, width) = (x.shape[0], x.shape[1], x.shape[2])
        lengths?.checkLengths(rows: rows, steps: steps)
        var generator = SeededGenerator(seed: context.nextSeed())
        let shifts = IndexTensor(uninitialized: [rows])
        for row in 0..<rows { shifts.mutablePointer[row] = Int32(generator.index(below: 2 * most + 1) - most) }
        /// Where a row's moved part begins before and behind the shift, and its length, in elements.
        @Sendable func part(_ row: Int) -> (from: Int, to: Int, count: Int) {
            let (shift, length) = (Int(shifts.pointer[row]), lengths.map { Int($0.pointer[row]) } ?? steps)
            let start = row * steps
            return (
                (start + max(-shift, 0)) * width, (start + max(shift, 0)) * width, max(length - abs(shift), 0) * width
            )
        }
        let result = Tensor(zeros: x.shape)
        for row in 0..<rows {
            let (from, to, count) = part(row)
            if count > 0 { (result.mutablePointer + to).update(from: x.pointer + from, count: count) }
        }
        return result.recorded(from: [x]) { pass in
            guard let sink = pass.sink(0) else { return }
            for row in 0..<rows {
                let (from, to, count) = part(row)
                if count > 0 { Vector.add(pass.upstream + to, to: sink + from, count: count) }
            }
        }
    }
}

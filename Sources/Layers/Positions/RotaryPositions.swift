import Glibc
import Kernels
import Tensors

/// Turns the features of queries and keys by angles that grow with the step, so that their products tell the distance
/// between the two alone (Su et al. 2021, "RoFormer: Enhanced transformer with rotary position embedding", eq. 34):
///
///     y[2i] = cos(t w_i) x[2i] - sin(t w_i) x[2i + 1]      y[2i + 1] = sin(t w_i) x[2i] + cos(t w_i) x[2i + 1]
///
/// in each head of D features, with w_i = base^(-2i / D). Pairs are neighbours, as in the paper.
public struct RotaryPositions: Sendable {
    /// D.
    public let headWidth: Int
    private let cosines, sines: Tensor  // [S, D / 2]

    /// - Parameters:
    ///   - headWidth: D, even.
    ///   - maximumSteps: S: sequences are at most that long.
    public init(headWidth: Int, maximumSteps: Int, base: Double = 10_000) {
        precondition(headWidth > 0 && headWidth % 2 == 0, "rotations of heads of \(headWidth) features")
        self.headWidth = headWidth
        let pairs = headWidth / 2
        (cosines, sines) = (Tensor(uninitialized: [maximumSteps, pairs]), Tensor(uninitialized: [maximumSteps, pairs]))
        for step in 0..<maximumSteps {
            for pair in 0..<pairs {
                let angle = PositionAngles.angle(step: step, pair: pair, width: headWidth, base: base)
                cosines.mutablePointer[step * pairs + pair] = Float(cos(angle))
                sines.mutablePointer[step * pairs + pair] = Float(sin(angle))
            }
        }
    }

    /// Turns the first heads of each step and leaves what stands beside them.
    ///
    /// - Input: `[N, T, C]`, C >= `heads` D
    /// - Output: `[N, T, C]`
    public func callAsFunction(_ x: Tensor, heads: Int) -> Tensor {
        precondition(
            x.shape.rank == 3 && heads * headWidth <= x.shape[2] && x.shape[1] <= cosines.shape[0],
            "rotations of \(heads) heads of \(headWidth) in \(x.shape) for at most \(cosines.shape[0]) steps")
        let (rows, steps, columns) = (x.shape.rows, x.shape[1], x.shape[2])
        let (turned, pairs) = (heads * headWidth, headWidth / 2)
        func turn(
            _ source: UnsafePointer<Float>, _ row: Int, into target: UnsafeMutablePointer<Float>,
            _ direction: Rotations.Direction, adding: Bool
        ) {
            let angles = row % steps * pairs
            Rotations.rotate(
                source + row * columns, into: target + row * columns, cosines: cosines.pointer + angles,
                sines: sines.pointer + angles, heads: heads, pairs: pairs, direction, adding: adding)
        }
        let result = Tensor(uninitialized: x.shape)
        for row in 0..<rows {
            turn(x.pointer, row, into: result.mutablePointer, .forward, adding: false)
            let rest = row * columns + turned
            (result.mutablePointer + rest).update(from: x.pointer + rest, count: columns - turned)
        }
        return result.recorded(from: [x]) { pass in
            guard let sink = pass.sink(0) else { return }
            for row in 0..<rows {
                turn(pass.upstream, row, into: sink, .back, adding: true)
                let rest = row * columns + turned
                Vector.add(pass.upstream + rest, to: sink + rest, count: columns - turned)
            }
        }
    }
}

import Glibc
import Tensors

/// Adds waves of growing length to each step, by its place (Vaswani et al. 2017, section 3.5):
///
///     y[n, t, 2i] = x[n, t, 2i] + sin(t w_i)      y[n, t, 2i + 1] = x[n, t, 2i + 1] + cos(t w_i)
///
/// with w_i = 10000^(-2i / D).
///
/// - Input: `[N, T, D]`
/// - Output: `[N, T, D]`, zeros behind a row's length
public struct SinusoidalPositions: Layer {
    /// `[S, D]`, for sequences of at most S steps.
    public let table: Tensor

    /// - Parameters:
    ///   - width: D.
    ///   - maximumSteps: S.
    public init(width: Int, maximumSteps: Int) {
        table = Tensor(uninitialized: [maximumSteps, width])
        for step in 0..<maximumSteps {
            for feature in 0..<width {
                let angle = PositionAngles.angle(step: step, pair: feature / 2, width: width, base: 10_000)
                table.mutablePointer[step * width + feature] = Float(feature % 2 == 0 ? sin(angle) : cos(angle))
            }
        }
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.adding(positions: table, lengths: lengths)
    }
}

/// The angles by which sinusoidal and rotary positions tell steps apart.
enum PositionAngles {
    /// t base^(-2i / D)
    static func angle(step: Int, pair: Int, width: Int, base: Double) -> Double {
        Double(step) * pow(base, -2 * Double(pair) / Double(width))
    }
}

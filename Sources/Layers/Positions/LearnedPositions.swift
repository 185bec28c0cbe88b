import Tensors

/// Adds a learned vector to each step, by its place: y[n, t] = x[n, t] + W[t].
///
/// - Input: `[N, T, D]`
/// - Output: `[N, T, D]`, zeros behind a row's length
///
/// Its parameter is `weight` `[S, D]`, for sequences of at most S steps; normal with standard deviation 0.02.
public struct LearnedPositions: Layer {
    public let weight: Parameter

    /// - Parameters:
    ///   - width: D.
    ///   - maximumSteps: S.
    public init(width: Int, maximumSteps: Int, scope: Scope) {
        weight = scope.parameter("weight", [maximumSteps, width], .normal(standardDeviation: 0.02))
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.adding(positions: context(weight), lengths: lengths)
    }
}

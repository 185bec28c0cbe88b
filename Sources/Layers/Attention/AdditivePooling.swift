import Tensors

/// The weighted mean of a sequence's steps, with weights by additive attention of one learned query (Yang et al. 2016,
/// "Hierarchical attention networks for document classification"):
///
///     a = softmax over t of v tanh(U x_t + b)          y = sum_t a_t x_t
///
/// over the steps t within the row's length; zeros where there are none.
///
/// - Input: x `[N, T, D]`
/// - Output: `[N, D]`
///
/// Its parameters are `key.weight` U `[A, D]`, `key.bias` b `[A]` and `score.weight` v `[1, A]`. A query that is learned
/// and mapped is no more than a bias, and stands as one.
public struct AdditivePooling: Layer {
    public let key: Linear
    public let scoreWeight: Parameter

    /// - Parameters:
    ///   - width: D.
    ///   - hidden: A.
    public init(width: Int, hidden: Int, scope: Scope) {
        key = Linear(inputs: width, outputs: hidden, scope: scope["key"])
        scoreWeight = scope["score"].parameter("weight", [1, hidden], .uniform(bound: 1 / Float(hidden).squareRoot()))
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        run(x, lengths, context).forward().reshaped([x.shape[0], x.shape[2]])
    }

    /// The weights of the steps, `[N, T]`, for looking at: no gradient passes.
    public func weights(_ x: Tensor, lengths: IndexTensor? = nil, _ context: Context) -> Tensor {
        run(x, lengths, context).weights().reshaped([x.shape[0], x.shape[1]])
    }

    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? { nil }

    private func run(_ x: Tensor, _ lengths: IndexTensor?, _ context: Context) -> AdditiveRun {
        let keys = key(x.masked(lengths: lengths), context)
        return AdditiveRun(
            queries: Tensor(zeros: [keys.shape[0], 1, keys.shape[2]]), keys: keys, values: x,
            weight: context(scoreWeight), queryLengths: nil, keyLengths: lengths)
    }
}

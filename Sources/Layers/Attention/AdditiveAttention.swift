import Tensors

/// Attention by a small network over queries and keys (Bahdanau et al. 2015, "Neural machine translation by jointly
/// learning to align and translate"):
///
///     y_t = sum_j softmax_j(v tanh(W q_t + b + U k_j)) x_j
///
/// over the keys j within the row's length; zeros where there are none, and behind the queries' length.
///
/// - Input: queries `[N, T, Q]`, keys `[N, K, M]`, values x `[N, K, E]`
/// - Output: `[N, T, E]`
///
/// Its parameters are `query.weight` W `[A, Q]`, `query.bias` b `[A]`, `key.weight` U `[A, M]` and `score.weight` v
/// `[1, A]`. A decoder maps the keys once, by `mapped(keys:)`, and then attends to them at each step.
public struct AdditiveAttention: Sendable {
    /// Keys behind the map U: what a decoder keeps between its steps.
    public struct MappedKeys: Sendable {
        let tensor: Tensor
        let lengths: IndexTensor?
    }

    public let query: Linear
    public let keyWeight: Parameter
    public let scoreWeight: Parameter

    /// - Parameters:
    ///   - queryWidth: Q.
    ///   - keyWidth: M.
    ///   - hidden: A.
    public init(queryWidth: Int, keyWidth: Int, hidden: Int, scope: Scope) {
        query = Linear(inputs: queryWidth, outputs: hidden, scope: scope["query"])
        keyWeight = scope["key"].parameter(
            "weight", [hidden, keyWidth], .uniform(bound: 1 / Float(keyWidth).squareRoot()))
        scoreWeight = scope["score"].parameter("weight", [1, hidden], .uniform(bound: 1 / Float(hidden).squareRoot()))
    }

    /// U k for all keys.
    ///
    /// - Parameters:
    ///   - keys: `[N, K, M]`.
    ///   - lengths: `[N]`, each from 0 to K; all keys are valid where nil.
    public func mapped(keys: Tensor, lengths: IndexTensor? = nil, _ context: Context) -> MappedKeys {
        MappedKeys(tensor: keys.masked(lengths: lengths).linear(context(keyWeight)), lengths: lengths)
    }

    /// - Parameter queryLengths: `[N]`, each from 0 to T; all queries are valid where nil.
    public func callAsFunction(
        queries: Tensor, keys: MappedKeys, values: Tensor, queryLengths: IndexTensor? = nil, _ context: Context
    ) -> Tensor { run(queries, keys, values, queryLengths, context).forward() }

    /// The weights of the keys, `[N, T, K]`, for looking at: no gradient passes.
    public func weights(
        queries: Tensor, keys: MappedKeys, queryLengths: IndexTensor? = nil, _ context: Context
    ) -> Tensor { run(queries, keys, keys.tensor, queryLengths, context).weights() }

    private func run(
        _ queries: Tensor, _ keys: MappedKeys, _ values: Tensor, _ queryLengths: IndexTensor?, _ context: Context
    ) -> AdditiveRun {
        AdditiveRun(
            queries: query(queries.masked(lengths: queryLengths), context), keys: keys.tensor, values: values,
            weight: context(scoreWeight), queryLengths: queryLengths, keyLengths: keys.lengths)
    }
}

import Tensors

/// Attention by plain products of queries and keys (Luong et al. 2015, "Effective approaches to attention-based neural
/// machine translation"):
///
///     y_t = sum_j softmax_j(score(q_t, k_j)) v_j
///     dot: score(q, k) = q k          general: score(q, k) = q W^T k
///
/// over the keys j within the row's length; zeros where there are none, and behind the queries' length.
///
/// - Input: queries `[N, T, D]`, keys `[N, K, E]`, values `[N, K, F]`; D = E for dot
/// - Output: `[N, T, F]`
///
/// Its parameter, for general alone, is `weight` `[E, D]`.
public struct LuongAttention: Sendable {
    public enum Score: Hashable, Sendable {
        /// q k
        case dot
        /// q W^T k
        case general
    }

    /// W; nil for dot.
    public let weight: Parameter?
    private let attention = ScaledDotProductAttention(scale: 1)

    /// - Parameters:
    ///   - queryWidth: D.
    ///   - keyWidth: E.
    public init(_ score: Score, queryWidth: Int, keyWidth: Int, scope: Scope) {
        switch score {
        case .dot:
            precondition(queryWidth == keyWidth, "products of queries of width \(queryWidth) and keys of \(keyWidth)")
            weight = nil
        case .general:
            weight = scope.parameter("weight", [keyWidth, queryWidth], .glorotUniform)
        }
    }

    /// - Parameters:
    ///   - queryLengths: `[N]`, each from 0 to T; all queries are valid where nil.
    ///   - keyLengths: `[N]`, each from 0 to K; all keys are valid where nil.
    public func callAsFunction(
        queries: Tensor, keys: Tensor, values: Tensor, queryLengths: IndexTensor? = nil,
        keyLengths: IndexTensor? = nil, _ context: Context
    ) -> Tensor {
        attention(
            queries: mapped(queries, queryLengths, context), keys: keys, values: values, queryLengths: queryLengths,
            keyLengths: keyLengths, context)
    }

    /// The weights of the keys, `[N, T, K]`, for looking at: no gradient passes.
    public func weights(
        queries: Tensor, keys: Tensor, queryLengths: IndexTensor? = nil, keyLengths: IndexTensor? = nil,
        _ context: Context
    ) -> Tensor {
        attention.weights(
            queries: mapped(queries, queryLengths, context), keys: keys, queryLengths: queryLengths,
            keyLengths: keyLengths
        ).reshaped([queries.shape[0], queries.shape[1], keys.shape[1]])
    }

    private func mapped(_ queries: Tensor, _ lengths: IndexTensor?, _ context: Context) -> Tensor {
        guard let weight else { return queries }
        return queries.masked(lengths: lengths).linear(context(weight))
    }
}

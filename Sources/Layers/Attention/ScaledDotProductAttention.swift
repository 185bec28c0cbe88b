import Tensors

/// Attention by scaled products of queries and keys (Vaswani et al. 2017, "Attention is all you need"), head by head:
///
///     y_t = sum_j softmax_j(scale q_t k_j) v_j
///
/// over the keys j within the row's length that the mask shows; zeros where there are none, and behind the queries'
/// length. With fewer heads of keys than of queries, neighbouring heads of queries share one (grouped-query attention,
/// Ainslie et al. 2023; a single one is the multi-query attention of Shazeer 2019).
///
/// - Input: queries `[N, T, H D]`, keys `[N, K, G D]`, values `[N, K, G E]`, heads side by side; H a multiple of G
/// - Output: `[N, T, H E]`
///
/// Memory grows with T and K, not with their product. Dropout falls on the weights.
public struct ScaledDotProductAttention: Sendable {
    /// H.
    public let heads: Int
    /// G.
    public let keyHeads: Int
    public let mask: AttentionMask
    /// 1 / sqrt(D) where nil.
    public let scale: Float?
    public let dropout: Float

    public init(
        heads: Int = 1, keyHeads: Int? = nil, mask: AttentionMask = .none, scale: Float? = nil, dropout: Float = 0
    ) {
        let keyHeads = keyHeads ?? heads
        precondition(
            heads > 0 && keyHeads > 0 && heads % keyHeads == 0, "\(heads) heads of queries over \(keyHeads) of keys")
        precondition((0...1).contains(dropout), "a dropout probability of \(dropout)")
        (self.heads, self.keyHeads, self.mask, self.scale, self.dropout) = (heads, keyHeads, mask, scale, dropout)
    }

    /// - Parameters:
    ///   - queryLengths: `[N]`, each from 0 to T; all queries are valid where nil.
    ///   - keyLengths: `[N]`, each from 0 to K; all keys are valid where nil.
    public func callAsFunction(
        queries: Tensor, keys: Tensor, values: Tensor, queryLengths: IndexTensor? = nil,
        keyLengths: IndexTensor? = nil, _ context: Context
    ) -> Tensor {
        callAsFunction(
            queries: HeadColumns(queries, heads: heads), keys: HeadColumns(keys, heads: keyHeads),
            values: HeadColumns(values, heads: keyHeads), queryLengths: queryLengths, keyLengths: keyLengths, context)
    }

    /// The weights of the keys, `[N, H, T, K]`, without dropout, for looking at: no gradient passes.
    public func weights(
        queries: Tensor, keys: Tensor, queryLengths: IndexTensor? = nil, keyLengths: IndexTensor? = nil
    ) -> Tensor {
        weights(
            queries: HeadColumns(queries, heads: heads), keys: HeadColumns(keys, heads: keyHeads),
            queryLengths: queryLengths, keyLengths: keyLengths)
    }

    package func callAsFunction(
        queries: HeadColumns, keys: HeadColumns, values: HeadColumns, queryLengths: IndexTensor?,
        keyLengths: IndexTensor?, _ context: Context
    ) -> Tensor {
        let dropout = context.isTraining && dropout > 0
            ? DotProductRun.Dropout(probability: dropout, seed: context.nextSeed()) : nil
        return DotProductRun(
            queries: queries, keys: keys, values: values, queryLengths: queryLengths, keyLengths: keyLengths,
            mask: mask, scale: scale(queries), dropout: dropout
        ).forward()
    }

    func weights(
        queries: HeadColumns, keys: HeadColumns, queryLengths: IndexTensor?, keyLengths: IndexTensor?
    ) -> Tensor {
        DotProductRun(
            queries: queries, keys: keys, values: keys, queryLengths: queryLengths, keyLengths: keyLengths,
            mask: mask, scale: scale(queries)
        ).weights()
    }

    private func scale(_ queries: HeadColumns) -> Float { scale ?? 1 / Float(queries.width).squareRoot() }
}

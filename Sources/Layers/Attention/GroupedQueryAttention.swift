import Tensors

/// Self-attention in which groups of heads of queries share one head of keys and values (Ainslie et al. 2023, "GQA:
/// Training generalized multi-query transformer models"): fewer keys and values have to be made and kept.
///
/// - Input: `[N, T, D]`
/// - Output: `[N, T, D]`, zeros behind a row's length
///
/// Its parameters, all without biases: `q_proj.weight` `[D, D]`, `k_proj.weight` and `v_proj.weight` `[G D / H, D]` for
/// H heads of queries over G of keys, and `out_proj.weight` `[D, D]`.
public struct GroupedQueryAttention: Layer {
    public let attention: ScaledDotProductAttention
    /// Turns queries and keys by their places, where not nil.
    public let rotary: RotaryPositions?
    public let queryWeight: Parameter
    public let keyWeight: Parameter
    public let valueWeight: Parameter
    public let outputWeight: Parameter

    /// - Parameters:
    ///   - width: D, a multiple of `heads`.
    ///   - heads: H.
    ///   - keyHeads: G, which divides H.
    ///   - dropout: Of the weights, in training.
    public init(
        width: Int, heads: Int, keyHeads: Int, mask: AttentionMask = .none, dropout: Float = 0,
        rotary: RotaryPositions? = nil, scope: Scope
    ) {
        precondition(heads > 0 && width % heads == 0, "\(heads) heads of \(width) features")
        precondition(
            rotary == nil || rotary!.headWidth == width / heads,
            "rotations of heads of \(rotary!.headWidth) features, not \(width / heads)")
        self.rotary = rotary
        attention = ScaledDotProductAttention(heads: heads, keyHeads: keyHeads, mask: mask, dropout: dropout)
        func weight(_ name: String, _ outputs: Int) -> Parameter {
            scope[name].parameter("weight", [outputs, width], .glorotUniform)
        }
        queryWeight = weight("q_proj", width)
        keyWeight = weight("k_proj", width / heads * keyHeads)
        valueWeight = weight("v_proj", width / heads * keyHeads)
        outputWeight = weight("out_proj", width)
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let x = x.masked(lengths: lengths)
        let (queries, keys) = projected(x, context)
        // Without a bias the zeros behind a row's length stay zeros.
        return attention(
            queries: queries, keys: keys, values: x.linear(context(valueWeight)), queryLengths: lengths,
            keyLengths: lengths, context
        ).linear(context(outputWeight))
    }

    /// The weights of the steps, `[N, H, T, T]`, for looking at: no gradient passes.
    public func weights(_ x: Tensor, lengths: IndexTensor? = nil, _ context: Context) -> Tensor {
        let (queries, keys) = projected(x, context)
        return attention.weights(queries: queries, keys: keys, queryLengths: lengths, keyLengths: lengths)
    }

    private func projected(_ x: Tensor, _ context: Context) -> (queries: Tensor, keys: Tensor) {
        let (queries, keys) = (x.linear(context(queryWeight)), x.linear(context(keyWeight)))
        guard let rotary else { return (queries, keys) }
        return (rotary(queries, heads: attention.heads), rotary(keys, heads: attention.keyHeads))
    }
}

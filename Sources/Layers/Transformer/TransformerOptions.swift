/// What the blocks of a transformer have in common.
public struct TransformerOptions: Sendable {
    /// Where a sublayer f (attention, feed-forward) is normalised.
    public enum NormPlacement: String, Hashable, Sendable, Codable, CaseIterable {
        /// x + f(norm(x)): gradients pass all blocks unchanged, so that deep stacks train without warm-up (Xiong et al.
        /// 2020, "On layer normalization in the transformer architecture").
        case before
        /// norm(x + f(x)), as in Vaswani et al. 2017.
        case after
    }

    /// D: features of a step, in and out.
    public var width: Int
    /// Heads of each attention.
    public var heads: Int
    /// F: hidden features of the feed-forward part.
    public var feedForward: Int
    public var activation: FeedForward.Function
    public var norm: NormPlacement
    /// Of attention weights, hidden features, and what each sublayer adds.
    public var dropout: Float
    /// Turns queries and keys of self-attention by their places, where not nil.
    public var rotary: RotaryPositions?

    public init(
        width: Int, heads: Int, feedForward: Int, activation: FeedForward.Function = .gelu,
        norm: NormPlacement = .before, dropout: Float = 0, rotary: RotaryPositions? = nil
    ) {
        (self.width, self.heads, self.feedForward) = (width, heads, feedForward)
        (self.activation, self.norm, self.dropout, self.rotary) = (activation, norm, dropout, rotary)
    }
}

extension TransformerOptions {
    func attention(mask: AttentionMask, rotary: RotaryPositions?, scope: Scope) -> MultiHeadAttention {
        MultiHeadAttention(width: width, heads: heads, mask: mask, dropout: dropout, rotary: rotary, scope: scope)
    }
}

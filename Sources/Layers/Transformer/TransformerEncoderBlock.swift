import Tensors

/// One block of a transformer encoder (Vaswani et al. 2017): self-attention and a feed-forward part, each with a norm
/// and a way around. With a causal mask, a block of a language model.
///
/// - Input: `[N, T, D]`
/// - Output: `[N, T, D]`, zeros behind a row's length
///
/// Parameters are named as in PyTorch's nn.TransformerEncoderLayer: `self_attn.`, `linear1.`, `linear2.`, `norm1.`,
/// `norm2.`
public struct TransformerEncoderBlock: Layer {
    public let attention: MultiHeadAttention
    public let feedForward: FeedForward
    private let attentionFrame, feedForwardFrame: Sublayer

    public init(_ options: TransformerOptions, mask: AttentionMask = .none, scope: Scope) {
        attention = options.attention(mask: mask, rotary: options.rotary, scope: scope["self_attn"])
        feedForward = FeedForward(
            width: options.width, hidden: options.feedForward, activation: options.activation,
            dropout: options.dropout, scope: scope)
        attentionFrame = Sublayer(options, scope: scope["norm1"])
        feedForwardFrame = Sublayer(options, scope: scope["norm2"])
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        pass(x.masked(lengths: lengths), lengths: lengths, context).masked(lengths: lengths)
    }

    /// The block among others: any finite numbers may stand behind a row's length, before and after.
    func pass(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let attended = attentionFrame(x, context) { attention.attend($0, lengths: lengths, context) }
        return feedForwardFrame(attended, context) { feedForward($0, context) }
    }
}

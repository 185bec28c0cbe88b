import Tensors

/// One block of a transformer decoder (Vaswani et al. 2017): causal self-attention, attention to a memory, and a
/// feed-forward part, each with a norm and a way around.
///
/// - Input: x `[N, T, D]`, a memory `[N, K, D]`
/// - Output: `[N, T, D]`, zeros behind a row's length
///
/// Parameters are named as in PyTorch's nn.TransformerDecoderLayer: `self_attn.`, `multihead_attn.`, `linear1.`,
/// `linear2.`, `norm1.`, `norm2.`, `norm3.`
public struct TransformerDecoderBlock: Sendable {
    public let attention: MultiHeadAttention
    public let memoryAttention: MultiHeadAttention
    public let feedForward: FeedForward
    private let attentionFrame, memoryFrame, feedForwardFrame: Sublayer

    public init(_ options: TransformerOptions, scope: Scope) {
        attention = options.attention(mask: .causal, rotary: options.rotary, scope: scope["self_attn"])
        memoryAttention = options.attention(mask: .none, rotary: nil, scope: scope["multihead_attn"])
        feedForward = FeedForward(
            width: options.width, hidden: options.feedForward, activation: options.activation,
            dropout: options.dropout, scope: scope)
        attentionFrame = Sublayer(options, scope: scope["norm1"])
        memoryFrame = Sublayer(options, scope: scope["norm2"])
        feedForwardFrame = Sublayer(options, scope: scope["norm3"])
    }

    /// - Parameters:
    ///   - lengths: Of x, `[N]`, each from 0 to T; all steps are valid where nil.
    ///   - memoryLengths: `[N]`, each from 0 to K; all steps are valid where nil.
    public func callAsFunction(
        _ x: Tensor, memory: Tensor, lengths: IndexTensor? = nil, memoryLengths: IndexTensor? = nil,
        _ context: Context
    ) -> Tensor {
        pass(
            x.masked(lengths: lengths), memory: memory.masked(lengths: memoryLengths), lengths: lengths,
            memoryLengths: memoryLengths, context
        ).masked(lengths: lengths)
    }

    /// The block among others: any finite numbers may stand behind the lengths of x and memory, before and after.
    func pass(
        _ x: Tensor, memory: Tensor, lengths: IndexTensor?, memoryLengths: IndexTensor?, _ context: Context
    ) -> Tensor {
        let attended = attentionFrame(x, context) { attention.attend($0, lengths: lengths, context) }
        let informed = memoryFrame(attended, context) {
            memoryAttention.attend($0, memory: memory, lengths: lengths, memoryLengths: memoryLengths, context)
        }
        return feedForwardFrame(informed, context) { feedForward($0, context) }
    }
}

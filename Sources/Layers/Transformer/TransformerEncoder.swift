import Tensors

/// A stack of transformer encoder blocks; with a causal mask, the body of a language model.
///
/// - Input: `[N, T, D]`
/// - Output: `[N, T, D]`, zeros behind a row's length
///
/// Parameters are named as in PyTorch's nn.TransformerEncoder: `layers.0.`, `layers.1.` ... and, where blocks normalise
/// before their parts and leave the last sum as it is, `norm.`
public struct TransformerEncoder: Layer {
    public let blocks: [TransformerEncoderBlock]
    public let norm: LayerNorm?

    public init(_ options: TransformerOptions, blocks count: Int, mask: AttentionMask = .none, scope: Scope) {
        blocks = (0..<count).map {
            TransformerEncoderBlock(options, mask: mask, scope: scope["layers"][String($0)])
        }
        norm = options.norm == .before ? LayerNorm(width: options.width, scope: scope["norm"]) : nil
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let result = blocks.reduce(x.masked(lengths: lengths)) { $1.pass($0, lengths: lengths, context) }
        return (norm.map { $0(result, context) } ?? result).masked(lengths: lengths)
    }
}

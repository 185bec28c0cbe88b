import Tensors

/// A stack of transformer decoder blocks over one memory.
///
/// - Input: x `[N, T, D]`, a memory `[N, K, D]`
/// - Output: `[N, T, D]`, zeros behind a row's length
///
/// Parameters are named as in PyTorch's nn.TransformerDecoder: `layers.0.`, `layers.1.` ... and, where blocks normalise
/// before their parts and leave the last sum as it is, `norm.`
public struct TransformerDecoder: Sendable {
    public let blocks: [TransformerDecoderBlock]
    public let norm: LayerNorm?

    public init(_ options: TransformerOptions, blocks count: Int, scope: Scope) {
        blocks = (0..<count).map { TransformerDecoderBlock(options, scope: scope["layers"][String($0)]) }
        norm = options.norm == .before ? LayerNorm(width: options.width, scope: scope["norm"]) : nil
    }

    /// - Parameters:
    ///   - lengths: Of x, `[N]`, each from 0 to T; all steps are valid where nil.
    ///   - memoryLengths: `[N]`, each from 0 to K; all steps are valid where nil.
    public func callAsFunction(
        _ x: Tensor, memory: Tensor, lengths: IndexTensor? = nil, memoryLengths: IndexTensor? = nil,
        _ context: Context
    ) -> Tensor {
        let memory = memory.masked(lengths: memoryLengths)
        let result = blocks.reduce(x.masked(lengths: lengths)) {
            $1.pass($0, memory: memory, lengths: lengths, memoryLengths: memoryLengths, context)
        }
        return (norm.map { $0(result, context) } ?? result).masked(lengths: lengths)
    }
}

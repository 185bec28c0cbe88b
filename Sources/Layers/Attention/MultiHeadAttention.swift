import Tensors

/// Attention in several heads between linear maps (Vaswani et al. 2017): queries, keys and values are mapped, cut into
/// heads, attend (`ScaledDotProductAttention`), and what the heads bring is mapped once more.
///
/// - Input: x `[N, T, D]`; a memory `[N, K, D]` where x does not attend to itself
/// - Output: `[N, T, D]`, zeros behind a row's length
///
/// Parameters as in PyTorch: `in_proj_weight` `[3D, D]` and `in_proj_bias` `[3D]`, queries, keys, values one below the
/// other, `out_proj.weight` `[D, D]` and `out_proj.bias` `[D]`; biases start at zero.
public struct MultiHeadAttention: Layer {
    /// D.
    public let width: Int
    public let attention: ScaledDotProductAttention
    /// Turns queries and keys by their places, where not nil.
    public let rotary: RotaryPositions?
    public let inputWeight: Parameter
    public let inputBias: Parameter
    public let outputWeight: Parameter
    public let outputBias: Parameter

    /// - Parameters:
    ///   - width: D, a multiple of `heads`.
    ///   - dropout: Of the weights, in training.
    public init(
        width: Int, heads: Int, mask: AttentionMask = .none, dropout: Float = 0, rotary: RotaryPositions? = nil,
        scope: Scope
    ) {
        precondition(heads > 0 && width % heads == 0, "\(heads) heads of \(width) features")
        precondition(
            rotary == nil || rotary!.headWidth == width / heads,
            "rotations of heads of \(rotary!.headWidth) features, not \(width / heads)")
        self.width = width
        self.rotary = rotary
        attention = ScaledDotProductAttention(heads: heads, mask: mask, dropout: dropout)
        inputWeight = scope.parameter("in_proj_weight", [3 * width, width], .glorotUniform)
        inputBias = scope.parameter("in_proj_bias", [3 * width], .zeros)
        outputWeight = scope["out_proj"].parameter(
            "weight", [width, width], .uniform(bound: 1 / Float(width).squareRoot()))
        outputBias = scope["out_proj"].parameter("bias", [width], .zeros)
    }

    // MARK: Self-attention

    /// Every step attends to the steps of its own row.
    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        attend(x.masked(lengths: lengths), lengths: lengths, context).masked(lengths: lengths)
    }

    /// The weights of the steps, `[N, H, T, T]`, for looking at: no gradient passes.
    public func weights(_ x: Tensor, lengths: IndexTensor? = nil, _ context: Context) -> Tensor {
        let (queries, keys, _) = projected(x, context)
        return attention.weights(queries: queries, keys: keys, queryLengths: lengths, keyLengths: lengths)
    }

    /// Self-attention between layers that mask what stands behind the lengths for all of them: any finite numbers go
    /// in there and come out.
    func attend(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let (queries, keys, values) = projected(x, context)
        return output(
            attention(
                queries: queries, keys: keys, values: values, queryLengths: lengths, keyLengths: lengths, context),
            context)
    }

    private func projected(
        _ x: Tensor, _ context: Context
    ) -> (queries: HeadColumns, keys: HeadColumns, values: HeadColumns) {
        let mapped = context.linear(x, inputWeight, inputBias)
        let all = rotary.map { $0(mapped, heads: 2 * attention.heads) } ?? mapped
        return (columns(all, from: 0), columns(all, from: width), columns(all, from: 2 * width))
    }

    // MARK: Attention to a memory

    /// Every step attends to the steps of the memory's row.
    ///
    /// - Parameters:
    ///   - memory: `[N, K, D]`: keys and values.
    ///   - lengths: Of x, `[N]`, each from 0 to T.
    ///   - memoryLengths: `[N]`, each from 0 to K.
    public func callAsFunction(
        _ x: Tensor, memory: Tensor, lengths: IndexTensor? = nil, memoryLengths: IndexTensor? = nil,
        _ context: Context
    ) -> Tensor {
        attend(
            x.masked(lengths: lengths), memory: memory.masked(lengths: memoryLengths), lengths: lengths,
            memoryLengths: memoryLengths, context
        ).masked(lengths: lengths)
    }

    /// The weights of the memory's steps, `[N, H, T, K]`, for looking at: no gradient passes.
    public func weights(
        _ x: Tensor, memory: Tensor, lengths: IndexTensor? = nil, memoryLengths: IndexTensor? = nil,
        _ context: Context
    ) -> Tensor {
        let (queries, keys, _) = projected(x, memory: memory, context)
        return attention.weights(queries: queries, keys: keys, queryLengths: lengths, keyLengths: memoryLengths)
    }

    /// The same between layers that mask what stands behind the lengths for all of them.
    func attend(
        _ x: Tensor, memory: Tensor, lengths: IndexTensor?, memoryLengths: IndexTensor?, _ context: Context
    ) -> Tensor {
        let (queries, keys, values) = projected(x, memory: memory, context)
        return output(
            attention(
                queries: queries, keys: keys, values: values, queryLengths: lengths, keyLengths: memoryLengths, context),
            context)
    }

    private func projected(
        _ x: Tensor, memory: Tensor, _ context: Context
    ) -> (queries: HeadColumns, keys: HeadColumns, values: HeadColumns) {
        precondition(rotary == nil, "places in a memory and in the sequence that attends to it have no common start")
        let (weight, bias) = (context(inputWeight), context(inputBias))
        let both = memory.linear(weight, bias, outputs: width..<3 * width)
        return (
            columns(x.linear(weight, bias, outputs: 0..<width), from: 0), columns(both, from: 0),
            columns(both, from: width)
        )
    }

    // MARK: Both

    private func columns(_ x: Tensor, from column: Int) -> HeadColumns {
        HeadColumns(x, firstColumn: column, heads: attention.heads, width: width / attention.heads)
    }

    private func output(_ x: Tensor, _ context: Context) -> Tensor {
        context.linear(x, outputWeight, outputBias)
    }
}

import Tensors

/// The two linear maps of a transformer block, each step for itself: y = V f(W x + b) + c.
///
/// - Input: `[..., D]`
/// - Output: `[..., D]`
///
/// Parameters as in PyTorch's nn.TransformerEncoderLayer: `linear1.weight` W `[F, D]`, `linear1.bias`, `linear2.weight` V
/// `[D, F]`, `linear2.bias`. For SwiGLU, W is `[2F, D]`: the rows of the gate above those of what it lets pass.
public struct FeedForward: Layer {
    /// f.
    public enum Activation: String, Hashable, Sendable, Codable, CaseIterable {
        case relu
        case gelu
        /// GELU's approximation by tanh, as GPT-2 has it.
        case geluTanh
        /// silu(a) b for the halves a and b of what W makes (Shazeer 2020, "GLU variants improve transformer").
        case swiGLU
    }

    public let activation: Activation
    public let first: Linear
    public let second: Linear
    public let dropout: Dropout

    /// - Parameters:
    ///   - width: D.
    ///   - hidden: F.
    ///   - dropout: Of what f puts out.
    public init(width: Int, hidden: Int, activation: Activation, dropout: Float = 0, scope: Scope) {
        self.activation = activation
        first = Linear(inputs: width, outputs: activation == .swiGLU ? 2 * hidden : hidden, scope: scope["linear1"])
        second = Linear(inputs: hidden, outputs: width, scope: scope["linear2"])
        self.dropout = Dropout(dropout)
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let mapped = first(x, context)
        let hidden =
            switch activation {
            case .relu: mapped.relu()
            case .gelu: mapped.gelu()
            case .geluTanh: mapped.geluTanh()
            case .swiGLU: mapped.swiGLU()
            }
        return second(dropout(hidden, context), context)
    }
}

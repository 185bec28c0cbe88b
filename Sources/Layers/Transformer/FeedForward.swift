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
    public enum Function: Hashable, Sendable {
        /// A function of each number, `.relu` and `.gelu` being the usual ones.
        case elementwise(Activation)
        /// silu(a) b for the halves a and b of what W makes (Shazeer 2020, "GLU variants improve transformer").
        case swiGLU

        public static let relu = elementwise(.relu)
        public static let gelu = elementwise(.gelu)
        /// GELU's approximation by tanh, as GPT-2 has it.
        public static let geluTanh = elementwise(.geluTanh)
    }

    public let activation: Function
    public let first: Linear
    public let second: Linear
    public let dropout: Dropout

    /// - Parameters:
    ///   - width: D.
    ///   - hidden: F.
    ///   - dropout: Of what f puts out.
    public init(width: Int, hidden: Int, activation: Function, dropout: Float = 0, scope: Scope) {
        self.activation = activation
        first = Linear(inputs: width, outputs: activation == .swiGLU ? 2 * hidden : hidden, scope: scope["linear1"])
        second = Linear(inputs: hidden, outputs: width, scope: scope["linear2"])
        self.dropout = Dropout(dropout)
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let mapped = first(x, context)
        let hidden =
            switch activation {
            case .elementwise(let function): function(mapped)
            case .swiGLU: mapped.swiGLU()
            }
        return second(dropout(hidden, context), context)
    }
}

extension FeedForward.Function: CustomStringConvertible {
    public var description: String {
        switch self {
        case .elementwise(let function): function.description
        case .swiGLU: "swiGLU"
        }
    }
}

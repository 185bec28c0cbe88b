import Tensors

/// y = x + f(x), or y = P x + f(x) where f changes the width (He et al. 2016, "Deep residual learning").
///
/// - Input: `[..., I]`
/// - Output: `[..., I]`, or `[..., O]` with a projection
///
/// The layers of f are the children of `body`: `body.0.weight`; P is the linear map `projection`. f keeps the number
/// of steps.
public struct Residual: Layer {
    public let body: Sequential
    public let projection: Linear?

    /// - Parameter projection: The widths I and O that P maps between; x itself is added where nil.
    public init(
        scope: Scope, projection: (inputs: Int, outputs: Int)? = nil, @LayerBuilder _ children: () -> [Child]
    ) {
        body = Sequential(scope: scope["body"], children)
        self.projection = projection.map {
            Linear(inputs: $0.inputs, outputs: $0.outputs, scope: scope["projection"])
        }
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let change = body(x, lengths: lengths, context)
        let straight = projection?(x, lengths: lengths, context) ?? x
        precondition(
            straight.shape == change.shape,
            "a residual of \(x.shape): f puts out \(change.shape) beside \(straight.shape)")
        return straight + change
    }
}

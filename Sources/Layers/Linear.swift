import Tensors

/// y = x W^T + b, on the last axis: of a sequence, at each step with the same weights (known as time-distributed).
///
/// - Input: `[..., I]`
/// - Output: `[..., O]`
///
/// Parameters as in PyTorch: `weight` `[O, I]` and `bias` `[O]`, both uniform in +-1 / sqrt(I).
public struct Linear: Layer {
    public let weight: Parameter
    public let bias: Parameter

    public init(inputs: Int, outputs: Int, scope: Scope) {
        let start = Initializer.uniform(bound: 1 / Float(inputs).squareRoot())
        weight = scope.parameter("weight", [outputs, inputs], start)
        bias = scope.parameter("bias", [outputs], start)
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        context.linear(x, weight, bias)
    }
}

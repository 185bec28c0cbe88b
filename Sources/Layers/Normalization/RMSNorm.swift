import Kernels
import Tensors

/// Root mean square normalisation (Zhang and Sennrich 2019, "Root Mean Square Layer Normalization"): the last axis of
/// each step by its own size,
///
///     y = x / sqrt(mean(x^2) + epsilon) w
///
/// - Input: `[..., D]`
/// - Output: `[..., D]`
///
/// Its parameter is `weight` `[D]`, ones, as in PyTorch. Each step stands for itself, so lengths play no part.
public struct RMSNorm: Layer {
    public let weight: Parameter
    public let epsilon: Float

    /// - Parameter width: D.
    public init(width: Int, epsilon: Float = 1e-6, scope: Scope) {
        weight = scope.parameter("weight", [width], .constant(1))
        self.epsilon = epsilon
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.rmsNormalized(context(weight), epsilon: epsilon)
    }
}

extension Tensor {
    /// y = x / sqrt(mean(x^2) + epsilon) w over the last axis
    ///
    /// - Input: `[..., D]`
    /// - Output: `[..., D]`
    /// - Parameter weight: w, `[D]`.
    public func rmsNormalized(_ weight: Tensor, epsilon: Float) -> Tensor {
        let (rows, columns) = (shape.rows, shape.columns)
        precondition(
            columns > 0 && weight.shape == [columns], "normalisation of \(shape) with weights \(weight.shape)")
        let result = Tensor(uninitialized: shape)
        let inverses = Tensor(uninitialized: [rows])
        NormKernels.rmsNorm(
            pointer, weight: weight.pointer, epsilon: epsilon, into: result.mutablePointer,
            inverses: inverses.mutablePointer, rows: rows, columns: columns)
        return result.recorded(from: [self, weight]) { [self] pass in
            NormKernels.addRMSNormGradient(
                pointer, weight: weight.pointer, inverses: inverses.pointer, upstream: pass.upstream,
                to: pass.sink(0), weight: pass.sink(1), rows: rows, columns: columns)
        }
    }
}

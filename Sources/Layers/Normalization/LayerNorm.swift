import Kernels
import Tensors

/// Layer normalisation (Ba et al. 2016): the last axis of each step by its own mean and variance,
///
///     y = (x - mean(x)) / sqrt(variance(x) + epsilon) w + b
///
/// with the variance over all D features, not over D - 1.
///
/// - Input: `[..., D]`
/// - Output: `[..., D]`
///
/// Parameters as in PyTorch: `weight` `[D]`, ones, and `bias` `[D]`, zeros. Each step stands for itself, so lengths
/// play no part.
public struct LayerNorm: Layer {
    public let weight: Parameter
    public let bias: Parameter
    public let epsilon: Float

    /// - Parameter width: D.
    public init(width: Int, epsilon: Float = 1e-5, scope: Scope) {
        weight = scope.parameter("weight", [width], .constant(1))
        bias = scope.parameter("bias", [width], .zeros)
        self.epsilon = epsilon
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        x.layerNormalized(context(weight), context(bias), epsilon: epsilon)
    }
}

extension Tensor {
    /// y = (x - mean(x)) / sqrt(variance(x) + epsilon) w + b over the last axis
    ///
    /// - Input: `[..., D]`
    /// - Output: `[..., D]`
    /// - Parameters:
    ///   - weight: w, `[D]`.
    ///   - bias: b, `[D]`.
    public func layerNormalized(_ weight: Tensor, _ bias: Tensor, epsilon: Float) -> Tensor {
        let (rows, columns) = (shape.rows, shape.columns)
        precondition(
            columns > 0 && weight.shape == [columns] && bias.shape == [columns],
            "normalisation of \(shape) with weights \(weight.shape) and \(bias.shape)")
        let result = Tensor(uninitialized: shape)
        let (means, inverses) = (Tensor(uninitialized: [rows]), Tensor(uninitialized: [rows]))
        NormKernels.layerNorm(
            pointer, weight: weight.pointer, bias: bias.pointer, epsilon: epsilon, into: result.mutablePointer,
            means: means.mutablePointer, inverses: inverses.mutablePointer, rows: rows, columns: columns)
        return result.recorded(from: [self, weight, bias]) { [self] pass in
            let (weightSink, biasSink) = (pass.sink(1), pass.sink(2))
            func add(to sink: UnsafeMutablePointer<Float>?, _ rows: Range<Int>) {
                let first = rows.lowerBound
                NormKernels.addLayerNormGradient(
                    pointer + first * columns, weight: weight.pointer, means: means.pointer + first,
                    inverses: inverses.pointer + first, upstream: pass.upstream + first * columns, to: sink,
                    weight: weightSink, bias: biasSink, rows: rows.count, columns: columns)
            }
            guard place != nil else { return add(to: nil, 0..<rows) }
            pass.addPieces(to: 0, unit: columns) { sink, range in
                add(to: sink, range.lowerBound / columns..<range.upperBound / columns)
            }
        }
    }
}

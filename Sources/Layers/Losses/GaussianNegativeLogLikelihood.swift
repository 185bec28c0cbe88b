import Kernels
import Tensors

/// The negative log-likelihood of targets under normal distributions whose mean and scale are predicted:
///
///     l = log s + ((t - m) / s)^2 / 2 + log(2 pi) / 2,    s = softplus(r) + minimumScale
///
/// The scale is a softplus (as in Salinas et al. 2020, "DeepAR") and not the exponential of a predicted log-variance:
/// the gradient by r then grows at most as 1 / s^3 with s never below `minimumScale`, where exp(-r) has no such bound
/// and one confident error can throw a model out of its course.
///
/// - Input: predictions `[..., 2]`, the mean m and the raw scale r of each target, and targets t `[...]`
/// - Output: a single number
public struct GaussianNegativeLogLikelihood: Loss {
    /// The least s: how sure a forecast may be, in the unit of the targets.
    public let minimumScale: Float

    public init(minimumScale: Float = 1e-3) {
        precondition(minimumScale > 0, "a minimum scale of \(minimumScale)")
        self.minimumScale = minimumScale
    }

    public func callAsFunction(_ predictions: Tensor, targets: Tensor, mask: Mask?) -> Tensor {
        precondition(
            predictions.shape == Shape(targets.shape.array + [2]),
            "predictions \(predictions.shape) for targets \(targets.shape): a mean and a scale each are expected")
        let mask = RowWeights(mask, of: targets.shape)
        let divisor = Divisor(mask.total)
        let sum = LossKernels.gaussian(
            predictions.pointer, targets: targets.pointer, minimumScale: minimumScale, mask: mask.pointer,
            rows: mask.rows)
        return divisor.mean(of: sum).recorded(from: [predictions]) { [minimumScale] pass in
            guard let sink = pass.sink(0) else { return }
            LossKernels.addGaussianGradient(
                predictions.pointer, targets: targets.pointer, minimumScale: minimumScale, mask: mask.pointer,
                scale: divisor.scale(pass), to: sink, rows: mask.rows)
        }
    }
}

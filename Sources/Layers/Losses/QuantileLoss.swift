import Kernels
import Tensors

/// The pinball loss, whose best prediction for q is the q-quantile of the target (Koenker and Bassett 1978,
/// "Regression quantiles"), for several quantiles at once:
///
///     l = max(q (t - x_q), (q - 1) (t - x_q)), the mean over all targets and quantiles
///
/// For q = 1/2 it is half the absolute error. At x = t the gradient is 0.
///
/// - Input: predictions x `[N, H, Q]` and targets t `[N, H]` (or any shape without the last axis)
/// - Output: a single number
public struct QuantileLoss: Loss {
    /// q, `[Q]`.
    private let quantiles: Tensor

    /// - Parameter quantiles: Each between 0 and 1, in the order of the predictions' last axis.
    public init(_ quantiles: [Float]) {
        precondition(!quantiles.isEmpty, "a loss of no quantiles")
        for quantile in quantiles { precondition(quantile > 0 && quantile < 1, "quantile \(quantile)") }
        self.quantiles = Tensor(quantiles, [quantiles.count])
    }

    public func callAsFunction(_ predictions: Tensor, targets: Tensor, mask: Mask?) -> Tensor {
        let columns = quantiles.count
        precondition(
            predictions.shape == Shape(targets.shape.array + [columns]),
            "predictions \(predictions.shape) of \(columns) quantiles for targets \(targets.shape)")
        let mask = RowWeights(mask, of: targets.shape)
        let divisor = Divisor(mask.total * Double(columns))
        let sum = LossKernels.quantile(
            predictions.pointer, targets: targets.pointer, quantiles: quantiles.pointer, mask: mask.pointer,
            rows: mask.rows, columns: columns)
        return divisor.mean(of: sum).recorded(from: [predictions]) { [quantiles] pass in
            guard let sink = pass.sink(0) else { return }
            LossKernels.addQuantileGradient(
                predictions.pointer, targets: targets.pointer, quantiles: quantiles.pointer, mask: mask.pointer,
                scale: divisor.scale(pass), to: sink, rows: mask.rows, columns: columns)
        }
    }
}

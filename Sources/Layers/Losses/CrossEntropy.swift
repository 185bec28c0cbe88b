import Kernels
import Tensors

/// Cross-entropy on logits, for classes of which one is right:
///
///     l = w[t] (log sum_k exp(x_k) - x_t), the mean over rows, weighted by w[t]
///
/// - Input: logits x `[N, C]` and classes t `[N]`; a row whose class is negative is left out
/// - Output: a single number, zero where every row is left out
public struct CrossEntropy: Sendable {
    /// w, `[C]`; ones where nil.
    public let weights: Tensor?

    public init(weights: Tensor? = nil) { self.weights = weights }

    public func callAsFunction(_ logits: Tensor, targets: IndexTensor) -> Tensor {
        let (rows, columns) = (logits.shape.rows, logits.shape.columns)
        precondition(
            logits.shape.rank >= 2 && targets.count == rows, "classes \(targets.shape) for logits \(logits.shape)")
        precondition(weights == nil || weights!.count == columns, "\(weights!.count) weights for \(columns) classes")
        var weight = 0.0
        for row in 0..<rows where targets.pointer[row] >= 0 {
            precondition(targets.pointer[row] < columns, "class \(targets.pointer[row]) of \(columns)")
            weight += Double(weights?.pointer[Int(targets.pointer[row])] ?? 1)
        }
        let logSums = Tensor(uninitialized: [rows])
        let total = LossKernels.crossEntropy(
            logits: logits.pointer, targets: targets.pointer, weights: weights?.pointer,
            logSums: logSums.mutablePointer, rows: rows, columns: columns)
        let share = weight > 0 ? 1 / weight : 0
        let result = Tensor(Float(total * share))
        return result.recorded(from: [logits]) { [weights] pass in
            guard let sink = pass.sink(0) else { return }
            LossKernels.addCrossEntropyGradient(
                logits: logits.pointer, targets: targets.pointer, weights: weights?.pointer, logSums: logSums.pointer,
                scale: pass.upstream[0] * Float(share), to: sink, rows: rows, columns: columns)
        }
    }
}

import Kernels
import Tensors

/// Binary cross-entropy on logits, for any number of labels that do not exclude each other:
///
///     l = w (p t softplus(-x) + (1 - t) softplus(x)), the mean over all rows and labels
///
/// - Input: logits x and targets t, `[N, L]`, targets from 0 to 1
/// - Output: a single number
public struct BinaryCrossEntropy: Sendable {
    /// w, `[L]`; ones where nil.
    public let weights: Tensor?
    /// p, `[L]`, by which positive targets count more; ones where nil.
    public let positiveWeights: Tensor?

    public init(weights: Tensor? = nil, positiveWeights: Tensor? = nil) {
        self.weights = weights
        self.positiveWeights = positiveWeights
    }

    public func callAsFunction(_ logits: Tensor, targets: Tensor) -> Tensor {
        precondition(logits.shape == targets.shape, "targets \(targets.shape) for logits \(logits.shape)")
        precondition(logits.count > 0, "binary cross-entropy of no logits")
        let (rows, columns) = (logits.shape.rows, logits.shape.columns)
        for given in [weights, positiveWeights].compactMap({ $0 }) {
            precondition(given.count == columns, "\(given.count) weights for \(columns) labels")
        }
        let total = LossKernels.binaryCrossEntropy(
            logits: logits.pointer, targets: targets.pointer, weights: weights?.pointer,
            positiveWeights: positiveWeights?.pointer, rows: rows, columns: columns)
        let result = Tensor(Float(total / Double(logits.count)))
        return result.recorded(from: [logits]) { [self] pass in
            guard let sink = pass.sink(0) else { return }
            LossKernels.addBinaryCrossEntropyGradient(
                logits: logits.pointer, targets: targets.pointer, weights: weights?.pointer,
                positiveWeights: positiveWeights?.pointer, scale: pass.upstream[0] / Float(rows * columns), to: sink,
                rows: rows, columns: columns)
        }
    }
}

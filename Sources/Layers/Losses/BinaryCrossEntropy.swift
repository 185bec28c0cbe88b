import Kernels
import Tensors

/// Binary cross-entropy on logits, for any number of labels that do not exclude each other:
///
///     l = w (p t softplus(-x) + (1 - t) softplus(x)), the mean over all rows and labels
///
/// Weights w and p change the sum, not what it is divided by, as in PyTorch. With label smoothing s, targets are moved
/// towards 1/2: (1 - s) t + s / 2.
///
/// - Input: logits x and targets t, `[..., L]`, targets from 0 to 1
/// - Output: a single number
public struct BinaryCrossEntropy: Loss {
    /// w, `[L]`; ones where nil.
    public let weights: Tensor?
    /// p, `[L]`, by which positive targets count more; ones where nil.
    public let positiveWeights: Tensor?
    /// s, from 0 to 1.
    public let labelSmoothing: Float

    public init(weights: Tensor? = nil, positiveWeights: Tensor? = nil, labelSmoothing: Float = 0) {
        precondition((0...1).contains(labelSmoothing), "a label smoothing of \(labelSmoothing)")
        self.weights = weights
        self.positiveWeights = positiveWeights
        self.labelSmoothing = labelSmoothing
    }

    public func callAsFunction(_ logits: Tensor, targets: Tensor, mask: Mask?) -> Tensor {
        precondition(logits.shape == targets.shape, "targets \(targets.shape) for logits \(logits.shape)")
        let (rows, columns) = (logits.shape.rows, logits.shape.columns)
        for given in [weights, positiveWeights].compactMap({ $0 }) {
            precondition(given.count == columns, "\(given.count) weights for \(columns) labels")
        }
        let isByElement = mask?.reachesLastAxis(of: logits.shape) ?? false
        let mask = RowWeights(mask, of: isByElement ? logits.shape : logits.shape.leading)
        let divisor = Divisor(isByElement ? mask.total : mask.total * Double(columns))
        let sum = LossKernels.binaryCrossEntropy(
            logits: logits.pointer, targets: targets.pointer, weights: weights?.pointer,
            positiveWeights: positiveWeights?.pointer, smoothing: labelSmoothing, mask: mask.pointer,
            maskIsByElement: isByElement, rows: rows, columns: columns)
        return divisor.mean(of: sum).recorded(from: [logits]) { [self] pass in
            guard let sink = pass.sink(0) else { return }
            LossKernels.addBinaryCrossEntropyGradient(
                logits: logits.pointer, targets: targets.pointer, weights: weights?.pointer,
                positiveWeights: positiveWeights?.pointer, smoothing: labelSmoothing, mask: mask.pointer,
                maskIsByElement: isByElement, scale: divisor.scale(pass), to: sink, rows: rows, columns: columns)
        }
    }
}

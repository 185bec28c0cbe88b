import Kernels
import Tensors

/// Cross-entropy on logits, for classes of which one is right:
///
///     l = w[t] (log sum_k exp(x_k) - x_t), the mean over rows, weighted by w[t]
///
/// With label smoothing s the right class has the share 1 - s and all C classes together s (Szegedy et al. 2016,
/// "Rethinking the Inception architecture"): l = (1 - s) w[t] (L - x_t) + s / C sum_c w[c] (L - x_c), where
/// L = log sum_k exp(x_k); still divided by the sum of w[t], as in PyTorch.
///
/// - Input: logits x `[N, C]` and classes t `[N]`, or `[N, T, C]` and `[N, T]`; a row whose class is negative is left
///   out, whatever its logits are
/// - Output: a single number, zero where every row is left out
public struct CrossEntropy: Loss {
    /// w, `[C]`; ones where nil.
    public let weights: Tensor?
    /// s, from 0 to 1.
    public let labelSmoothing: Float

    public init(weights: Tensor? = nil, labelSmoothing: Float = 0) {
        precondition((0...1).contains(labelSmoothing), "a label smoothing of \(labelSmoothing)")
        self.weights = weights
        self.labelSmoothing = labelSmoothing
    }

    public func callAsFunction(_ logits: Tensor, targets: IndexTensor, mask: Mask?) -> Tensor {
        let mask = RowWeights(mask, of: targets.shape)
        let (rows, columns) = targets.checkClasses(for: logits, mask, weights: weights)
        let divisor = Divisor(targets.weight(mask, byClass: weights))
        let logSums = Tensor(uninitialized: [rows])
        let sum = LossKernels.crossEntropy(
            logits: logits.pointer, targets: targets.pointer, weights: weights?.pointer, smoothing: labelSmoothing,
            mask: mask.pointer, logSums: logSums.mutablePointer, rows: rows, columns: columns)
        return divisor.mean(of: sum).recorded(from: [logits]) { [self] pass in
            pass.addPieces(to: 0, unit: columns) { sink, range in
                let first = range.lowerBound / columns
                LossKernels.addCrossEntropyGradient(
                    logits: logits.pointer + range.lowerBound, targets: targets.pointer + first,
                    weights: weights?.pointer, smoothing: labelSmoothing, mask: mask.pointer.map { $0 + first },
                    logSums: logSums.pointer + first, scale: divisor.scale(pass), to: sink,
                    rows: range.count / columns, columns: columns)
            }
        }
    }
}

extension IndexTensor {
    /// Traps where these are not classes for rows of scores that count; negative ones are allowed.
    ///
    /// - Returns: The number of rows and that of classes.
    func checkClasses(for scores: Tensor, _ mask: RowWeights, weights: Tensor?) -> (rows: Int, columns: Int) {
        let (rows, columns) = (scores.shape.rows, scores.shape.columns)
        precondition(
            scores.shape.rank >= 2 && shape == scores.shape.leading, "classes \(shape) for scores \(scores.shape)")
        checkClasses(below: columns, mask, weights: weights)
        return (rows, columns)
    }

    /// Traps where these are not numbers of `count` classes in rows that count; negative ones are allowed.
    func checkClasses(below classCount: Int, _ mask: RowWeights, weights: Tensor?) {
        precondition(
            weights == nil || weights!.count == classCount, "\(weights!.count) weights for \(classCount) classes")
        for row in 0..<count where mask[row] > 0 {
            precondition(pointer[row] < classCount, "class \(pointer[row]) of \(classCount)")
        }
    }

    /// The weight of all rows that count: each row's, times its class's where classes have weights.
    func weight(_ mask: RowWeights, byClass weights: Tensor?) -> Double {
        var total = 0.0
        for row in 0..<count where pointer[row] >= 0 && mask[row] > 0 {
            total += Double(mask[row]) * Double(weights?.pointer[Int(pointer[row])] ?? 1)
        }
        return total
    }
}

import Kernels
import Tensors

/// Connectionist temporal classification (Graves et al. 2006): the negative logarithm of the probability of a target
/// sequence, summed over all its alignments with the steps of the input.
///
///     l = -log sum over alignments a of prod_t softmax(x_t)[a_t]
///
/// An alignment names a class or the blank at each step; repeated classes are merged, then blanks are taken away, and
/// the target must be left. A target of length S with R neighbouring repeats needs S + R steps. Where there are fewer
/// there is no alignment: the loss is infinite (or 0, as the initializer says) and has no gradient.
///
/// The mean is over rows, of each row's loss divided by the target's length (by 1 for an empty one), as in PyTorch.
///
/// - Input: logits x `[N, T, C]`, one class being the blank, and targets `[N, S]`
/// - Output: a single number
public struct CTCLoss: Sendable {
    /// What a target without alignments costs.
    public enum Infeasible: Sendable {
        /// Infinity: the mistake in the data shows at once.
        case infinity
        /// 0: the row counts in the mean and teaches nothing, PyTorch's `zero_infinity`.
        case zero
    }

    public let blank: Int32
    public let infeasible: Infeasible

    public init(blank: Int32 = 0, infeasible: Infeasible = .infinity) {
        (self.blank, self.infeasible) = (blank, infeasible)
    }

    /// - Parameters:
    ///   - logits: `[N, T, C]`.
    ///   - targets: `[N, S]`, from 0 to C - 1 and not the blank; anything behind a row's length.
    ///   - lengths: The valid steps of each row of logits, `[N]`; T where nil.
    ///   - targetLengths: The lengths of the targets, `[N]`; S where nil.
    ///   - mask: Weights of the rows, `[N]`.
    public func callAsFunction(
        _ logits: Tensor, targets: IndexTensor, lengths: IndexTensor? = nil, targetLengths: IndexTensor? = nil,
        mask: Mask? = nil
    ) -> Tensor {
        precondition(
            logits.shape.rank == 3 && targets.shape.rank == 2 && logits.shape[0] == targets.shape[0],
            "targets \(targets.shape) for logits \(logits.shape)")
        precondition((0..<logits.shape[2]).contains(Int(blank)), "blank \(blank) of \(logits.shape[2]) classes")
        let run = CTCRun(
            logits: logits, targets: targets, lengths: lengths, targetLengths: targetLengths, blank: blank,
            weights: RowWeights(mask, of: [logits.shape[0]]), infeasible: infeasible)
        return run.forward()
    }
}

/// One batch through CTC: forward, and what its backward pass needs.
private final class CTCRun {
    private let logits: Tensor
    private let targets: IndexTensor
    private let lengths, targetLengths: IndexTensor?
    private let blank: Int32
    private let weights: RowWeights
    private let infeasible: CTCLoss.Infeasible
    private let rows, steps, classes, width: Int
    private let logSums: Storage  // [N, T] doubles
    private let alpha: Storage  // [N, T, 2S + 1] doubles
    private let losses: Storage  // [N] doubles

    init(
        logits: Tensor, targets: IndexTensor, lengths: IndexTensor?, targetLengths: IndexTensor?, blank: Int32,
        weights: RowWeights, infeasible: CTCLoss.Infeasible
    ) {
        (self.logits, self.targets, self.lengths, self.targetLengths) = (logits, targets, lengths, targetLengths)
        (self.blank, self.weights, self.infeasible) = (blank, weights, infeasible)
        (rows, steps, classes, width) = (logits.shape[0], logits.shape[1], logits.shape[2], targets.shape[1])
        lengths?.checkLengths(rows: rows, steps: steps)
        targetLengths?.checkLengths(rows: rows, steps: width)
        logSums = Storage(count: 2 * rows * steps)
        alpha = Storage(count: 2 * rows * steps * (2 * width + 1))
        losses = Storage(count: 2 * rows)
    }

    func forward() -> Tensor {
        var sum = 0.0
        for row in 0..<rows where weights[row] > 0 {
            for place in 0..<targetLength(row) {
                let target = target(row)[place]
                precondition(
                    (0..<Int32(classes)).contains(target) && target != blank,
                    "target \(target) of \(classes) classes, of which \(blank) is the blank")
            }
            let loss = LossKernels.ctc(
                logits: logits.pointer + row * steps * classes, targets: target(row), blank: blank,
                logSums: logSums.doubles + row * steps, alpha: alpha(row), steps: length(row), classes: classes,
                length: targetLength(row))
            losses.doubles[row] = loss
            if loss == .infinity, infeasible == .zero { continue }
            sum += Double(weights[row]) * loss / Double(max(targetLength(row), 1))
        }
        let divisor = Divisor(weights.total)
        return divisor.mean(of: sum).recorded(from: [logits]) { [self] pass in
            guard let sink = pass.sink(0) else { return }
            addGradient(scale: divisor.scale(pass), to: sink)
        }
    }

    private func addGradient(scale: Float, to sink: UnsafeMutablePointer<Float>) {
        let beta = Storage(count: 2 * (2 * width + 1))
        for row in 0..<rows where weights[row] > 0 && losses.doubles[row] != .infinity {
            LossKernels.addCTCGradient(
                logits: logits.pointer + row * steps * classes, targets: target(row), blank: blank,
                logSums: logSums.doubles + row * steps, alpha: alpha(row), beta: beta.doubles,
                loss: losses.doubles[row], scale: scale * weights[row] / Float(max(targetLength(row), 1)),
                to: sink + row * steps * classes, steps: length(row), classes: classes, length: targetLength(row))
        }
    }

    private func length(_ row: Int) -> Int { lengths.map { Int($0.pointer[row]) } ?? steps }
    private func targetLength(_ row: Int) -> Int { targetLengths.map { Int($0.pointer[row]) } ?? width }
    private func target(_ row: Int) -> UnsafePointer<Int32> { targets.pointer + row * width }
    private func alpha(_ row: Int) -> UnsafeMutablePointer<Double> {
        alpha.doubles + row * steps * (2 * width + 1)
    }
}

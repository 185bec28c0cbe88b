import Kernels
import Tensors

/// The hinge for classes of which one is right (Crammer and Singer 2001 and Weston and Watkins 1999, in the latter's
/// form, a sum over all wrong classes):
///
///     l = w[t] / C sum over c != t of max(0, margin - x_t + x_c), or of its square
///
/// The mean is over rows; class weights w change the sum, not what it is divided by. That is PyTorch's MultiMarginLoss.
///
/// - Input: scores x `[N, C]` and classes t `[N]`, or `[N, T, C]` and `[N, T]`; a row whose class is negative is left
///   out
/// - Output: a single number
public struct MultiClassHingeLoss: Loss {
    public let margin: Float
    public let growth: HingeGrowth
    /// w, `[C]`; ones where nil.
    public let weights: Tensor?

    public init(margin: Float = 1, growth: HingeGrowth = .linear, weights: Tensor? = nil) {
        (self.margin, self.growth, self.weights) = (margin, growth, weights)
    }

    public func callAsFunction(_ scores: Tensor, targets: IndexTensor, mask: Mask?) -> Tensor {
        let mask = RowWeights(mask, of: targets.shape)
        let (rows, columns) = targets.checkClasses(for: scores, mask, weights: weights)
        let divisor = Divisor(targets.weight(mask, byClass: nil))
        let sum = LossKernels.multiClassHinge(
            scores.pointer, targets: targets.pointer, weights: weights?.pointer, margin: margin,
            isSquared: growth == .squared, mask: mask.pointer, rows: rows, columns: columns)
        return divisor.mean(of: sum).recorded(from: [scores]) { [self] pass in
            guard let sink = pass.sink(0) else { return }
            LossKernels.addMultiClassHingeGradient(
                scores.pointer, targets: targets.pointer, weights: weights?.pointer, margin: margin,
                isSquared: growth == .squared, mask: mask.pointer, scale: divisor.scale(pass), to: sink, rows: rows,
                columns: columns)
        }
    }
}

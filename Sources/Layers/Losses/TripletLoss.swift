import Kernels
import Tensors

/// Asks an anchor to be nearer to one vector than to another, by a margin (Schroff et al. 2015, "FaceNet", with
/// distances in place of their squares, as in PyTorch's TripletMarginLoss):
///
///     l = max(0, |anchor - positive| - |anchor - negative| + margin)
///
/// A distance of 0 has no gradient.
///
/// - Input: anchor, positive and negative `[..., D]`
/// - Output: a single number, the mean over all triplets
public struct TripletLoss: Sendable {
    public let margin: Float

    public init(margin: Float = 1) { self.margin = margin }

    public func callAsFunction(
        anchor: Tensor, positive: Tensor, negative: Tensor, mask: Mask? = nil
    ) -> Tensor {
        precondition(
            anchor.shape == positive.shape && anchor.shape == negative.shape && anchor.shape.rank > 0,
            "triplets of \(anchor.shape), \(positive.shape) and \(negative.shape)")
        let columns = anchor.shape.columns
        let mask = RowWeights(mask, of: anchor.shape.leading)
        let divisor = Divisor(mask.total)
        let sum = LossKernels.triplet(
            anchor.pointer, positive.pointer, negative.pointer, margin: margin, mask: mask.pointer, rows: mask.rows,
            columns: columns)
        return divisor.mean(of: sum).recorded(from: [anchor, positive, negative]) { [margin] pass in
            LossKernels.addTripletGradients(
                anchor.pointer, positive.pointer, negative.pointer, margin: margin, mask: mask.pointer,
                scale: divisor.scale(pass), to: pass.sink(0), pass.sink(1), pass.sink(2), rows: mask.rows,
                columns: columns)
        }
    }
}

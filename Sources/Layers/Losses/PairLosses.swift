import Kernels
import Tensors

/// Turns vectors that are alike towards each other, and others apart:
///
///     l = 1 - cos(a, b) where t = 1;    l = max(0, cos(a, b) - margin) where t = -1
///
/// A vector of zeros has the cosine 0 and no gradient. Otherwise this is PyTorch's CosineEmbeddingLoss.
///
/// - Input: a and b `[..., D]`, targets t `[...]`, each 1 (alike) or -1 (not)
/// - Output: a single number
public struct CosineLoss: Sendable {
    public let margin: Float

    public init(margin: Float = 0) { self.margin = margin }

    public func callAsFunction(_ a: Tensor, _ b: Tensor, targets: Tensor, mask: Mask? = nil) -> Tensor {
        PairLoss.cosine(margin: margin).mean(a, b, targets: targets, mask: mask)
    }
}

/// Draws vectors that are alike together, and pushes others to a distance (Hadsell et al. 2006, "Dimensionality
/// reduction by learning an invariant mapping"):
///
///     l = |a - b|^2 / 2 where t = 1;    l = max(0, margin - |a - b|)^2 / 2 where t = -1
///
/// Vectors that are not alike but equal have no gradient: no direction leads apart more than another.
///
/// - Input: a and b `[..., D]`, targets t `[...]`, each 1 (alike) or -1 (not)
/// - Output: a single number
public struct ContrastiveLoss: Sendable {
    public let margin: Float

    public init(margin: Float = 1) { self.margin = margin }

    public func callAsFunction(_ a: Tensor, _ b: Tensor, targets: Tensor, mask: Mask? = nil) -> Tensor {
        PairLoss.contrastive(margin: margin).mean(a, b, targets: targets, mask: mask)
    }
}

extension PairLoss {
    /// The mean over all pairs that count, as one entry of the tape.
    fileprivate func mean(_ a: Tensor, _ b: Tensor, targets: Tensor, mask: Mask?) -> Tensor {
        precondition(
            a.shape == b.shape && a.shape.rank > 0 && targets.shape == a.shape.leading,
            "pairs of \(a.shape) and \(b.shape) with targets \(targets.shape)")
        let columns = a.shape.columns
        let mask = RowWeights(mask, of: targets.shape)
        targets.checkSigns(mask)
        let divisor = Divisor(mask.total)
        let sum = LossKernels.sum(
            of: self, a.pointer, b.pointer, targets: targets.pointer, mask: mask.pointer, rows: mask.rows,
            columns: columns)
        return divisor.mean(of: sum).recorded(from: [a, b]) { pass in
            LossKernels.addGradients(
                of: self, a.pointer, b.pointer, targets: targets.pointer, mask: mask.pointer,
                scale: divisor.scale(pass), to: pass.sink(0), pass.sink(1), rows: mask.rows, columns: columns)
        }
    }
}

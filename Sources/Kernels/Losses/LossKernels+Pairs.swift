import CKernels

/// A loss of two vectors a and b that are alike or not.
public enum PairLoss: Sendable {
    /// 1 - cos(a, b) where alike, else max(0, cos(a, b) - margin)
    case cosine(margin: Float)
    /// |a - b|^2 / 2 where alike, else max(0, margin - |a - b|)^2 / 2
    case contrastive(margin: Float)
}

extension LossKernels {
    /// The sum of a loss over the rows of a and b, `[rows, columns]`; targets are 1 for rows that are alike, else -1.
    public static func sum(
        of loss: PairLoss, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, targets: UnsafePointer<Float>,
        mask: UnsafePointer<Float>?, rows: Int, columns: Int
    ) -> Double {
        switch loss {
        case .cosine(let margin): cantus_cosine_loss(a, b, targets, margin, mask, rows, columns)
        case .contrastive(let margin): cantus_contrastive_loss(a, b, targets, margin, mask, rows, columns)
        }
    }

    /// da and db += scale times the gradients of the sum of a loss, where they are wanted
    public static func addGradients(
        of loss: PairLoss, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, targets: UnsafePointer<Float>,
        mask: UnsafePointer<Float>?, scale: Float, to da: UnsafeMutablePointer<Float>?,
        _ db: UnsafeMutablePointer<Float>?, rows: Int, columns: Int
    ) {
        switch loss {
        case .cosine(let margin):
            cantus_cosine_loss_backward(a, b, targets, margin, mask, scale, da, db, rows, columns)
        case .contrastive(let margin):
            cantus_contrastive_loss_backward(a, b, targets, margin, mask, scale, da, db, rows, columns)
        }
    }

    /// sum of max(0, |a - b| - |a - c| + margin) over rows, `[rows, columns]`
    public static func triplet(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>, margin: Float,
        mask: UnsafePointer<Float>?, rows: Int, columns: Int
    ) -> Double { cantus_triplet_loss(a, b, c, margin, mask, rows, columns) }

    /// da, db and dc += scale times the gradients of `triplet`, where they are wanted
    public static func addTripletGradients(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafePointer<Float>, margin: Float,
        mask: UnsafePointer<Float>?, scale: Float, to da: UnsafeMutablePointer<Float>?,
        _ db: UnsafeMutablePointer<Float>?, _ dc: UnsafeMutablePointer<Float>?, rows: Int, columns: Int
    ) { cantus_triplet_loss_backward(a, b, c, margin, mask, scale, da, db, dc, rows, columns) }
}

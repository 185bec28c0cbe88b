import CKernels

/// Sums of losses over what counts, in Double, and beside each its gradient, which is added to dx.
///
/// A mask holds one weight for each row, ones where nil; a row of weight 0 is not read. All sums are weighted:
/// sum over rows of mask[row] l(row), and dx += scale mask[row] dl/dx.
public enum LossKernels {}

/// A loss of one prediction x and one target t.
public enum ElementLoss: Sendable {
    /// (x - t)^2
    case squaredError
    /// |x - t|
    case absoluteError
    /// (x - t)^2 / 2 where |x - t| is at most delta, else delta (|x - t| - delta / 2)
    case huber(delta: Float)
    /// max(0, margin - t x)
    case hinge(margin: Float)
    /// max(0, margin - t x)^2
    case squaredHinge(margin: Float)

    fileprivate var kernel: (kind: cantus_element_loss, parameter: Float) {
        switch self {
        case .squaredError: (cantus_squared_error, 0)
        case .absoluteError: (cantus_absolute_error, 0)
        case .huber(let delta): (cantus_huber, delta)
        case .hinge(let margin): (cantus_hinge, margin)
        case .squaredHinge(let margin): (cantus_squared_hinge, margin)
        }
    }
}

extension LossKernels {
    /// The sum of a loss over `[rows, columns]`.
    public static func sum(
        of loss: ElementLoss, _ x: UnsafePointer<Float>, targets t: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        rows: Int, columns: Int
    ) -> Double {
        let (kind, parameter) = loss.kernel
        return cantus_element_loss_sum(kind, parameter, x, t, mask, rows, columns)
    }

    /// dx += scale times the gradient of the sum of a loss
    public static func addGradient(
        of loss: ElementLoss, _ x: UnsafePointer<Float>, targets t: UnsafePointer<Float>, mask: UnsafePointer<Float>?,
        scale: Float, to dx: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        let (kind, parameter) = loss.kernel
        cantus_element_loss_backward(kind, parameter, x, t, mask, scale, dx, rows, columns)
    }

    /// sum of w (p t softplus(-x) + (1 - t) softplus(x)) over `[rows, columns]`, with weights w and positive weights p
    /// for each column, ones where nil, and targets t moved towards 1/2 by `smoothing`.
    ///
    /// - Parameter maskIsByElement: Whether the mask is `[rows, columns]`.
    public static func binaryCrossEntropy(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
        positiveWeights: UnsafePointer<Float>?, smoothing: Float, mask: UnsafePointer<Float>?, maskIsByElement: Bool,
        rows: Int, columns: Int
    ) -> Double {
        cantus_binary_cross_entropy(
            logits, targets, weights, positiveWeights, smoothing, mask, maskIsByElement, rows, columns)
    }

    /// dx += scale times the gradient of `binaryCrossEntropy`
    public static func addBinaryCrossEntropyGradient(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
        positiveWeights: UnsafePointer<Float>?, smoothing: Float, mask: UnsafePointer<Float>?, maskIsByElement: Bool,
        scale: Float, to dx: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        cantus_binary_cross_entropy_backward(
            logits, targets, weights, positiveWeights, smoothing, mask, maskIsByElement, scale, dx, rows, columns)
    }
}

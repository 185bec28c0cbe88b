import CKernels

/// Loss values and gradients on logits, row by row.
public enum LossKernels {
    /// sum of w (p t softplus(-x) + (1 - t) softplus(x)) over `[rows, columns]`, with weights w and positive weights p
    /// for each column, ones where nil.
    public static func binaryCrossEntropy(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
        positiveWeights: UnsafePointer<Float>?, rows: Int, columns: Int
    ) -> Double { cantus_binary_cross_entropy(logits, targets, weights, positiveWeights, rows, columns) }

    /// dx += scale times the gradient of `binaryCrossEntropy`
    public static func addBinaryCrossEntropyGradient(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Float>, weights: UnsafePointer<Float>?,
        positiveWeights: UnsafePointer<Float>?, scale: Float, to dx: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        cantus_binary_cross_entropy_backward(logits, targets, weights, positiveWeights, scale, dx, rows, columns)
    }

    /// sum of w[t] (log sum exp(x) - x[t]) over rows; a negative target leaves its row out.
    ///
    /// - Parameter logSums: Receives log sum exp(x), `[rows]`.
    public static func crossEntropy(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Int32>, weights: UnsafePointer<Float>?,
        logSums: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) -> Double { cantus_cross_entropy(logits, targets, weights, logSums, rows, columns) }

    /// dx += scale times the gradient of `crossEntropy`
    public static func addCrossEntropyGradient(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Int32>, weights: UnsafePointer<Float>?,
        logSums: UnsafePointer<Float>, scale: Float, to dx: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_cross_entropy_backward(logits, targets, weights, logSums, scale, dx, rows, columns) }
}

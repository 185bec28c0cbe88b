import CKernels

extension LossKernels {
    /// sum of (1 - s) w[t] (L - x[t]) + s / columns sum_c w[c] (L - x[c]) over rows, L = log sum exp(x); a negative
    /// target leaves its row out.
    ///
    /// - Parameters:
    ///   - smoothing: s.
    ///   - logSums: Receives L of the rows that count, `[rows]`.
    public static func crossEntropy(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Int32>, weights: UnsafePointer<Float>?, smoothing: Float,
        mask: UnsafePointer<Float>?, logSums: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) -> Double { cantus_cross_entropy(logits, targets, weights, smoothing, mask, logSums, rows, columns) }

    /// dx += scale times the gradient of `crossEntropy`
    public static func addCrossEntropyGradient(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Int32>, weights: UnsafePointer<Float>?, smoothing: Float,
        mask: UnsafePointer<Float>?, logSums: UnsafePointer<Float>, scale: Float, to dx: UnsafeMutablePointer<Float>,
        rows: Int, columns: Int
    ) { cantus_cross_entropy_backward(logits, targets, weights, smoothing, mask, logSums, scale, dx, rows, columns) }

    /// sum of w[t] / columns sum over c != t of max(0, margin - x[t] + x[c]), or of its square; a negative target
    /// leaves its row out.
    public static func multiClassHinge(
        _ x: UnsafePointer<Float>, targets: UnsafePointer<Int32>, weights: UnsafePointer<Float>?, margin: Float,
        isSquared: Bool, mask: UnsafePointer<Float>?, rows: Int, columns: Int
    ) -> Double { cantus_multi_class_hinge(x, targets, weights, margin, isSquared, mask, rows, columns) }

    /// dx += scale times the gradient of `multiClassHinge`
    public static func addMultiClassHingeGradient(
        _ x: UnsafePointer<Float>, targets: UnsafePointer<Int32>, weights: UnsafePointer<Float>?, margin: Float,
        isSquared: Bool, mask: UnsafePointer<Float>?, scale: Float, to dx: UnsafeMutablePointer<Float>, rows: Int,
        columns: Int
    ) { cantus_multi_class_hinge_backward(x, targets, weights, margin, isSquared, mask, scale, dx, rows, columns) }
}

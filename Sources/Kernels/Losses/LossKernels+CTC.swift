import CKernels

extension LossKernels {
    /// -log P(targets | logits) over all alignments, for one row; infinite where there is none.
    ///
    /// - Parameters:
    ///   - logits: `[steps, classes]`.
    ///   - targets: `[length]`.
    ///   - logSums: Receives log sum exp of each step, `[steps]`.
    ///   - alpha: Receives the logarithms of the forward probabilities, `[steps, 2 length + 1]`.
    public static func ctc(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Int32>, blank: Int32,
        logSums: UnsafeMutablePointer<Double>, alpha: UnsafeMutablePointer<Double>, steps: Int, classes: Int,
        length: Int
    ) -> Double { cantus_ctc(logits, targets, blank, logSums, alpha, steps, classes, length) }

    /// dx += scale times the gradient of a finite `ctc`
    ///
    /// - Parameter beta: Room for the backward probabilities of one step, `[2 length + 1]`.
    public static func addCTCGradient(
        logits: UnsafePointer<Float>, targets: UnsafePointer<Int32>, blank: Int32, logSums: UnsafePointer<Double>,
        alpha: UnsafePointer<Double>, beta: UnsafeMutablePointer<Double>, loss: Double, scale: Float,
        to dx: UnsafeMutablePointer<Float>, steps: Int, classes: Int, length: Int
    ) {
        cantus_ctc_backward(
            logits, targets, blank, logSums, alpha, beta, loss, scale, dx, steps, classes, length)
    }
}

import CKernels

/// Gated units: one half of a row decides how much passes of the other.
public enum GatedKernels {
    /// y = silu(a) b for rows of a beside b (Shazeer 2020).
    ///
    /// - Parameters:
    ///   - x: `[rows, 2 width]`.
    ///   - y: `[rows, width]`.
    public static func swiGLU(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, rows: Int, width: Int
    ) { cantus_swiglu(x, y, rows, width) }

    /// dx += the gradient of `swiGLU`
    public static func addSwiGLUGradient(
        _ x: UnsafePointer<Float>, upstream dy: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>, rows: Int,
        width: Int
    ) { cantus_swiglu_backward(x, dy, dx, rows, width) }
}

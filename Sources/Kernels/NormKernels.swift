import CKernels

/// Normalisation of the rows of a dense matrix `[rows, columns]` by their own mean and size, with gradients. A gradient
/// that nobody wants is nil.
public enum NormKernels {
    /// y = (x - mean) inverse weight + bias, with inverse = 1 / sqrt(variance + epsilon) of each row
    ///
    /// - Parameters:
    ///   - means, inverses: Receive the statistics, `[rows]`, which the gradient needs.
    public static func layerNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, epsilon: Float,
        into y: UnsafeMutablePointer<Float>, means: UnsafeMutablePointer<Float>,
        inverses: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_layer_norm(x, weight, bias, epsilon, y, means, inverses, rows, columns) }

    public static func addLayerNormGradient(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, means: UnsafePointer<Float>,
        inverses: UnsafePointer<Float>, upstream: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>?,
        weight dWeight: UnsafeMutablePointer<Float>?, bias dBias: UnsafeMutablePointer<Float>?, rows: Int, columns: Int
    ) { cantus_layer_norm_backward(x, weight, means, inverses, upstream, dx, dWeight, dBias, rows, columns) }

    /// y = x inverse weight, with inverse = 1 / sqrt(mean(x^2) + epsilon) of each row
    ///
    /// - Parameter inverses: Receives the statistics, `[rows]`, which the gradient needs.
    public static func rmsNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, into y: UnsafeMutablePointer<Float>,
        inverses: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_rms_norm(x, weight, epsilon, y, inverses, rows, columns) }

    public static func addRMSNormGradient(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, inverses: UnsafePointer<Float>,
        upstream: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>?,
        weight dWeight: UnsafeMutablePointer<Float>?, rows: Int, columns: Int
    ) { cantus_rms_norm_backward(x, weight, inverses, upstream, dx, dWeight, rows, columns) }
}

import CKernels

/// Normalisation of a dense matrix `[rows, columns]`, with gradients: of its rows by their own mean and size, of its
/// columns by statistics that are gathered part by part. A gradient that nobody wants is nil.
package enum NormKernels {
    /// y = (x - mean) inverse weight + bias, with inverse = 1 / sqrt(variance + epsilon) of each row
    ///
    /// - Parameters:
    ///   - means, inverses: Receive the statistics, `[rows]`, which the gradient needs.
    package static func layerNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, epsilon: Float,
        into y: UnsafeMutablePointer<Float>, means: UnsafeMutablePointer<Float>,
        inverses: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_layer_norm(x, weight, bias, epsilon, y, means, inverses, rows, columns) }

    package static func addLayerNormGradient(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, means: UnsafePointer<Float>,
        inverses: UnsafePointer<Float>, upstream: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>?,
        weight dWeight: UnsafeMutablePointer<Float>?, bias dBias: UnsafeMutablePointer<Float>?, rows: Int, columns: Int
    ) { cantus_layer_norm_backward(x, weight, means, inverses, upstream, dx, dWeight, dBias, rows, columns) }

    /// y = x inverse weight, with inverse = 1 / sqrt(mean(x^2) + epsilon) of each row
    ///
    /// - Parameter inverses: Receives the statistics, `[rows]`, which the gradient needs.
    package static func rmsNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, into y: UnsafeMutablePointer<Float>,
        inverses: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_rms_norm(x, weight, epsilon, y, inverses, rows, columns) }

    package static func addRMSNormGradient(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, inverses: UnsafePointer<Float>,
        upstream: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>?,
        weight dWeight: UnsafeMutablePointer<Float>?, rows: Int, columns: Int
    ) { cantus_rms_norm_backward(x, weight, inverses, upstream, dx, dWeight, rows, columns) }

    /// sums += the sums of x's columns
    package static func addColumnSums(
        of x: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Double>, rows: Int, columns: Int
    ) { cantus_add_wide_column_sums(x, sums, rows, columns) }

    /// squares += the sums of the columns of (x - means)^2
    package static func addColumnSquares(
        of x: UnsafePointer<Float>, means: UnsafePointer<Float>, to squares: UnsafeMutablePointer<Double>, rows: Int,
        columns: Int
    ) { cantus_add_column_squares(x, means, squares, rows, columns) }

    /// y = (x - means) scales + bias, column by column
    package static func normalizeColumns(
        _ x: UnsafePointer<Float>, means: UnsafePointer<Float>, scales: UnsafePointer<Float>,
        bias: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_normalize_columns(x, means, scales, bias, y, rows, columns) }

    /// sums += the sums of dy's columns, products += those of dy (x - means)
    package static func addColumnProducts(
        _ x: UnsafePointer<Float>, means: UnsafePointer<Float>, upstream dy: UnsafePointer<Float>,
        sums: UnsafeMutablePointer<Double>, products: UnsafeMutablePointer<Double>, rows: Int, columns: Int
    ) { cantus_add_column_products(x, means, dy, sums, products, rows, columns) }

    /// dx += scales (dy - levels - (x - means) slopes), column by column
    package static func addColumnGradient(
        _ x: UnsafePointer<Float>, means: UnsafePointer<Float>, upstream dy: UnsafePointer<Float>,
        scales: UnsafePointer<Float>, levels: UnsafePointer<Float>, slopes: UnsafePointer<Float>,
        to dx: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_normalize_columns_backward(x, means, dy, scales, levels, slopes, dx, rows, columns) }
}

import CKernels

/// The scores of additive attention for one query (Bahdanau et al. 2015).
public enum AdditiveScores {
    /// h[j] = tanh(q + k[j]) and scores[j] = v h[j].
    ///
    /// - Parameters:
    ///   - keys: k, `[count, width]`.
    ///   - hidden: Receives h, `[count, width]`.
    ///   - scores: `[count]`.
    public static func forward(
        query: UnsafePointer<Float>, keys: UnsafePointer<Float>, weight v: UnsafePointer<Float>,
        hidden: UnsafeMutablePointer<Float>, scores: UnsafeMutablePointer<Float>, count: Int, width: Int
    ) { cantus_additive_scores(query, keys, v, hidden, scores, count, width) }

    /// Adds the gradients of `forward` to those of the query, the keys and the weight.
    public static func addGradients(
        hidden: UnsafePointer<Float>, weight v: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
        query: UnsafeMutablePointer<Float>, keys: UnsafeMutablePointer<Float>,
        weightGradient: UnsafeMutablePointer<Float>, count: Int, width: Int
    ) { cantus_additive_scores_backward(hidden, v, upstream, query, keys, weightGradient, count, width) }
}

/// Rotations in planes of two neighbouring features (Su et al. 2021, RoFormer).
public enum Rotations {
    /// Which way to turn.
    public enum Direction: Float, Sendable {
        case forward = 1
        case back = -1
    }

    /// y = x, or y + x where `adding`, with the pairs of each head turned by their angles.
    ///
    /// - Parameters:
    ///   - cosines, sines: Of the angles of the pairs of a head, `[pairs]`.
    public static func rotate(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, cosines: UnsafePointer<Float>,
        sines: UnsafePointer<Float>, heads: Int, pairs: Int, _ direction: Direction, adding: Bool = false
    ) { cantus_rotate_pairs(x, y, cosines, sines, heads, pairs, direction.rawValue, adding) }
}

extension Rows {
    /// products[r] = sum_d x[r, d] y[r, d]
    public static func products(_ x: Matrix, _ y: Matrix, into products: UnsafeMutablePointer<Float>) {
        precondition(
            x.rows == y.rows && x.columns == y.columns,
            "rows of [\(x.rows), \(x.columns)] by those of [\(y.rows), \(y.columns)]")
        cantus_row_products(x.pointer, x.stride, y.pointer, y.stride, products, x.rows, x.columns)
    }

    /// Calls the first rows into the second cache while other work goes on: rows far apart, which no processor expects.
    package static func prefetch(_ x: Matrix) {
        for row in 0..<min(x.rows, prefetchedRows) { Vector.prefetch(x.pointer + row * x.stride, count: x.columns) }
    }

    /// So many rows of a head leave room in the second cache for what is at work.
    private static let prefetchedRows = 128

    /// y `[columns, rows]` = the transpose of x, with rows of y `stride` elements apart.
    public static func transpose(_ x: Matrix, into y: UnsafeMutablePointer<Float>, stride: Int) {
        precondition(stride >= x.rows, "rows of \(x.rows) elements do not fit a stride of \(stride)")
        cantus_transpose_strided(x.pointer, x.stride, y, stride, x.rows, x.columns)
    }
}

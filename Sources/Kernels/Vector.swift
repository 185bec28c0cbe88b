import CKernels

/// Loops over floats, vectorised for the processor that they run on.
///
/// Counts are elements. Inputs and outputs do not overlap, except that an element-wise function may write over its
/// input.
public enum Vector {
    /// y += x
    public static func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
        cantus_axpy(1, x, y, count)
    }

    /// y += a x
    public static func add(_ a: Float, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
        cantus_axpy(a, x, y, count)
    }

    /// sum x y
    public static func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, count: Int) -> Float {
        cantus_dot(x, y, count)
    }

    /// sum x, accumulated in double precision
    public static func sum(_ x: UnsafePointer<Float>, count: Int) -> Double { cantus_sum(x, count) }

    /// sum x^2, accumulated in double precision
    public static func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double { cantus_sum_squares(x, count) }

    /// y = a x
    public static func scale(_ a: Float, _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
        cantus_scale(a, x, y, count)
    }

    /// z = x + y
    public static func sum(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, into z: UnsafeMutablePointer<Float>, count: Int
    ) { cantus_add(x, y, z, count) }

    /// z = x y, element by element
    public static func product(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, into z: UnsafeMutablePointer<Float>, count: Int
    ) { cantus_multiply(x, y, z, count) }

    /// z += x y, element by element
    public static func addProduct(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, to z: UnsafeMutablePointer<Float>, count: Int
    ) { cantus_multiply_add(x, y, z, count) }

    /// Asks for what will be read soon, so that it is in the second cache by then.
    public static func prefetch(_ x: UnsafePointer<Float>, count: Int) { cantus_prefetch(x, count) }

    /// The place of the first element that is NaN or infinite.
    public static func firstNonFinite(_ x: UnsafePointer<Float>, count: Int) -> Int? {
        let place = cantus_first_nonfinite(x, count)
        return place < 0 ? nil : place
    }

    /// Whether all elements are zeros, of either sign.
    public static func isZero(_ x: UnsafePointer<Float>, count: Int) -> Bool { cantus_is_zero(x, count) != 0 }

    /// A mask that is 0 with probability `dropped`, else `scale`; element k depends on `seed` and `first` + k alone.
    public static func dropoutMask(
        seed: UInt64, first: UInt64 = 0, dropped: Float, scale: Float, into mask: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        precondition((0...1).contains(dropped), "a dropout probability of \(dropped)")
        cantus_dropout_mask(seed, first, dropped, scale, mask, count)
    }
}

/// Loops over the rows of a dense row-major matrix.
public enum Rows {
    /// y[r, :] += bias
    public static func add(bias: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, rows: Int, columns: Int) {
        cantus_add_bias(bias, y, rows, columns)
    }

    /// sums += the sums of x's columns
    public static func addColumnSums(
        of x: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_add_column_sums(x, sums, rows, columns) }

    /// y `[columns, rows]` = the transpose of x `[rows, columns]`
    public static func transpose(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) { cantus_transpose(x, y, rows, columns) }

    /// y[r, :] = softmax(x[r, :])
    public static func softmax(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        precondition(columns > 0, "softmax of rows without elements")
        cantus_softmax(x, y, rows, columns)
    }

    /// dx[r, :] += y (dy - sum(dy y))
    public static func addSoftmaxGradient(
        output y: UnsafePointer<Float>, upstream dy: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>,
        rows: Int, columns: Int
    ) { cantus_softmax_backward(y, dy, dx, rows, columns) }
}

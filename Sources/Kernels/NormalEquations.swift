import COpenBLAS

/// Least squares in double precision: Gram matrices by BLAS, their solution by the Cholesky routines of LAPACK.
///
/// Matrices are dense and row-major.
package enum NormalEquations {
    /// G += A' A, in the lower triangle alone.
    ///
    /// - Parameters:
    ///   - a: A, `[rows, columns]`.
    ///   - gram: G, `[columns, columns]`.
    package static func addGram(
        _ a: UnsafePointer<Double>, rows: Int, columns: Int, to gram: UnsafeMutablePointer<Double>
    ) {
        guard rows > 0, columns > 0 else { return }
        BLAS.prepare()
        cblas_dsyrk(
            CblasRowMajor, CblasLower, CblasTrans, Int32(columns), Int32(rows), 1, a, Int32(columns), 1, gram,
            Int32(columns))
    }

    /// C = A' B, or C += A' B where `adding`.
    ///
    /// - Parameters:
    ///   - a: A, `[rows, columns]`.
    ///   - b: B, `[rows, width]`.
    ///   - c: C, `[columns, width]`.
    package static func multiplyTransposed(
        _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, rows: Int, columns: Int, width: Int,
        into c: UnsafeMutablePointer<Double>, adding: Bool
    ) {
        guard columns > 0, width > 0, rows > 0 else { return }
        BLAS.prepare()
        cblas_dgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, Int32(columns), Int32(width), Int32(rows), 1, a, Int32(columns), b,
            Int32(width), adding ? 1 : 0, c, Int32(width))
    }

    /// C = A B.
    ///
    /// - Parameters:
    ///   - a: A, `[rows, columns]`.
    ///   - b: B, `[columns, width]`.
    ///   - c: C, `[rows, width]`.
    package static func multiply(
        _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, rows: Int, columns: Int, width: Int,
        into c: UnsafeMutablePointer<Double>
    ) {
        guard columns > 0, width > 0, rows > 0 else { return }
        BLAS.prepare()
        cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(rows), Int32(width), Int32(columns), 1, a, Int32(columns),
            b, Int32(width), 0, c, Int32(width))
    }

    /// Solves G X' = B' for symmetric positive definite G. B and X hold one right-hand side a row.
    ///
    /// - Parameters:
    ///   - gram: G, `[order, order]`, of which the lower triangle is read; becomes its Cholesky factor.
    ///   - sides: B, `[count, order]`; becomes X.
    /// - Returns: Whether G is positive definite; where it is not, `sides` stay as they are.
    package static func solve(
        _ gram: UnsafeMutablePointer<Double>, order: Int, sides: UnsafeMutablePointer<Double>, count: Int
    ) -> Bool {
        guard order > 0 else { return true }
        BLAS.prepare()
        // LAPACK reads by columns: the lower triangle of a row-major matrix is the upper one of its transpose.
        var (n, width, info) = (Int32(order), Int32(count), Int32(0))
        dpotrf_("U", &n, gram, &n, &info)
        guard info == 0 else { return false }
        guard count > 0 else { return true }
        dpotrs_("U", &n, &width, gram, &n, sides, &n, &info)
        return info == 0
    }
}

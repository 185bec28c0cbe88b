import CKernels

/// Matrix products by our own kernels.
enum OwnProducts {
    private static let areAvailable = cantus_has_products()

    /// Up to this many multiplications OpenBLAS has kernels that rearrange nothing, which are as fast as a processor
    /// can be; but not for a second factor that is transposed.
    private static let smallProduct = 1_000_000

    /// Whether they are available and the faster ones.
    static func serve(rows: Int, columns: Int, inner: Int, transposingB: Bool) -> Bool {
        areAvailable && (transposingB || rows * columns * inner > smallProduct)
    }

    /// C = scale A B + bias, or += where adding; on all threads of the pool that shares products, if there is one.
    static func multiply(
        _ a: cantus_matrix, _ b: cantus_matrix, into c: MutableMatrix, inner: Int, adding: Bool, scale: Float,
        bias: UnsafePointer<Float>?
    ) {
        let (rows, columns) = (c.rows, c.columns)
        nonisolated(unsafe) let (a, b, c, bias) = (a, b, c, bias)
        @Sendable func multiply(_ rows: Range<Int>, _ columns: Range<Int>) {
            var (a, b) = (a, b)
            a.start += rows.lowerBound * (a.transposed ? 1 : a.stride)
            b.start += columns.lowerBound * (b.transposed ? b.stride : 1)
            cantus_product(
                &a, &b, bias.map { $0 + columns.lowerBound }, scale, adding,
                c.pointer + rows.lowerBound * c.stride + columns.lowerBound, c.stride, rows.count, columns.count, inner)
        }
        let threads = WorkerPool.threadsSharing(multiplications: rows * columns * inner)
        guard threads > 1 else { return multiply(0..<rows, 0..<columns) }
        // Elements do not depend on how a product is cut. The longer side is, in pieces that fill whole tiles.
        if columns >= rows {
            let parts = WorkerPool.pieces(columns, unit: 32, threads: threads)
            WorkerPool.runShared(parts.count) { multiply(0..<rows, parts[$0]) }
        } else {
            let parts = WorkerPool.pieces(rows, unit: 12, threads: threads)
            WorkerPool.runShared(parts.count) { multiply(parts[$0], 0..<columns) }
        }
    }
}

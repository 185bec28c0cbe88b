import COpenBLAS
import CKernels
import Glibc

/// Matrix products by kernels of our own where the processor has AVX-512, else, and where the product is small, by the
/// system's OpenBLAS, with the core chosen for this processor.
public enum BLAS {
    /// The name of the kernels that run, as OpenBLAS gives it: `SkylakeX`, `Haswell`, `Zen`.
    public static var coreName: String {
        prepare()
        return String(cString: openblas_get_corename())
    }

    /// How many threads OpenBLAS may use for one product.
    ///
    /// One from the start: training runs replicas on threads of its own (`WorkerPool`), each of which calls BLAS, and
    /// results then do not depend on how a product is cut. A single big product outside of training may set more.
    public static var threadCount: Int {
        get {
            prepare()
            return Int(openblas_get_num_threads())
        }
        set {
            precondition(newValue > 0, "\(newValue) BLAS threads asked for")
            prepare()
            openblas_set_num_threads(Int32(newValue))
        }
    }

    /// C = alpha op(A) op(B) + b + beta C, with op the identity or the transpose.
    ///
    /// - Parameters:
    ///   - a: `[M, K]`, or `[K, M]` where `transposingA`.
    ///   - b: `[K, N]`, or `[N, K]` where `transposingB`.
    ///   - c: `[M, N]`.
    ///   - adding: Whether the product is added to what `c` holds (beta 1) or takes its place (beta 0).
    ///   - bias: b, `[N]`, for every row; zeros where nil.
    public static func multiply(
        _ a: Matrix, transposingA: Bool = false, _ b: Matrix, transposingB: Bool = false, into c: MutableMatrix,
        adding: Bool = false, scale: Float = 1, bias: UnsafePointer<Float>? = nil
    ) {
        let (m, k) = transposingA ? (a.columns, a.rows) : (a.rows, a.columns)
        let (k2, n) = transposingB ? (b.columns, b.rows) : (b.rows, b.columns)
        precondition(
            k == k2 && c.rows == m && c.columns == n,
            "a product of [\(m), \(k)] and [\(k2), \(n)] does not fit [\(c.rows), \(c.columns)]")
        guard m > 0, n > 0 else { return }
        if k == 0 {
            if !adding { for row in 0..<m { (c.pointer + row * c.stride).update(repeating: 0, count: n) } }
            return add(bias, to: c)
        }
        if OwnProducts.serve(rows: m, columns: n, inner: k, transposingB: transposingB) {
            return OwnProducts.multiply(
                cantus_matrix(start: a.pointer, stride: a.stride, transposed: transposingA),
                cantus_matrix(start: b.pointer, stride: b.stride, transposed: transposingB), into: c, inner: k,
                adding: adding, scale: scale, bias: bias)
        }
        defer { add(bias, to: c) }
        prepare()
        cblas_sgemm(
            CblasRowMajor, transposingA ? CblasTrans : CblasNoTrans, transposingB ? CblasTrans : CblasNoTrans,
            Int32(m), Int32(n), Int32(k), scale, a.pointer, Int32(a.stride), b.pointer, Int32(b.stride),
            adding ? 1 : 0, c.pointer, Int32(c.stride))
    }

    /// y = M x + bias: dot products with the rows of M, each of which is read once.
    ///
    /// - Parameters:
    ///   - m: `[O, I]`.
    ///   - x: `[I]`.
    ///   - bias: `[O]`; zeros where nil.
    package static func multiply(
        _ m: Matrix, _ x: UnsafePointer<Float>, bias: UnsafePointer<Float>?, into y: UnsafeMutablePointer<Float>
    ) {
        let parts = WorkerPool.ranges(
            m.rows, parts: WorkerPool.threadsSharing(multiplications: m.rows * m.columns))
        nonisolated(unsafe) let (m, x, bias, y) = (m, x, bias, y)
        WorkerPool.runShared(parts.count) { index in
            let first = parts[index].lowerBound
            cantus_dot_rows(
                x, m.pointer + first * m.stride, m.stride, bias.map { $0 + first }, y + first, parts[index].count,
                m.columns)
        }
    }

    private static func add(_ bias: UnsafePointer<Float>?, to c: MutableMatrix) {
        guard let bias else { return }
        for row in 0..<c.rows { Vector.add(bias, to: c.pointer + row * c.stride, count: c.columns) }
    }

    /// Chooses the core and one thread, once, before the first product.
    static func prepare() { _ = preparation }

    private static let preparation: Void = {
        chooseCore()
        openblas_set_num_threads(1)
    }()

    /// OpenBLAS knows processors by family and model, and takes those that are newer than itself for older ones with
    /// half the vector width. Its own environment variable overrules that, and it can be made to read the variable
    /// again as long as no product has run. A variable that the user has set is left alone, as is a build of OpenBLAS
    /// with a single core, which does not export the two calls.
    private static func chooseCore() {
        let variable = "OPENBLAS_CORETYPE"
        guard getenv(variable) == nil else { return }
        let current = String(cString: openblas_get_corename())
        let wanted: String
        if cantus_supports_avx512() {
            guard !["SkylakeX", "Cooperlake", "SapphireRapids"].contains(current) else { return }
            wanted = "SkylakeX"
        } else if cantus_supports_avx2() {
            guard !["Haswell", "Zen"].contains(current) else { return }
            wanted = "Haswell"
        } else {
            return
        }
        typealias Call = @convention(c) () -> Void
        guard let quit = dlsym(nil, "gotoblas_dynamic_quit"), let start = dlsym(nil, "gotoblas_dynamic_init") else {
            return
        }
        setenv(variable, wanted, 1)
        unsafeBitCast(quit, to: Call.self)()
        unsafeBitCast(start, to: Call.self)()
        unsetenv(variable)
    }
}

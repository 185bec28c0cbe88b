import Kernels
import Tensors

/// The speed of matrix products on this machine: the measure of all others.
public enum MatrixPeak {
    /// Billions of floating-point operations a second on all threads of the pool, each of which multiplies square
    /// matrices of its own that stay in its cache; a multiplication and its addition count as two.
    public static func gigaflops(pool: WorkerPool) -> Double {
        let (size, rounds) = (384, 12)
        let threads = pool.threadCount
        let matrices = (0..<threads).map { _ in
            (Tensor(repeating: 0.5, [size, size]), Tensor(repeating: 0.25, [size, size]), Tensor(zeros: [size, size]))
        }
        let timing = Timing(repeats: 15) {
            pool.run(threads) { index in
                let (a, b, c) = matrices[index]
                for _ in 0..<rounds {
                    BLAS.multiply(
                        Matrix(a.pointer, rows: size, columns: size), Matrix(b.pointer, rows: size, columns: size),
                        into: MutableMatrix(c.mutablePointer, rows: size, columns: size))
                }
            }
        }
        let operations = 2 * Double(size * size * size * rounds * threads)
        return operations / (timing.minimum * 1e6)
    }
}

import Glibc
import Kernels

/// A table of rows that many threads read and write without locks (Recht et al. 2011, "Hogwild").
///
/// Rows are padded to whole vector registers, and the memory asks for huge pages: rows are met at random, and with
/// pages of 4 KiB each would cost a walk through the page tables.
final class TrainingMatrix: @unchecked Sendable {
    let rows: Int
    /// Floats from one row to the next; those behind `width` are zero and stay so.
    let stride: Int
    let base: UnsafeMutablePointer<Float>
    private var byteCount: Int

    init(rows: Int, width: Int) {
        let alignment = Word2VecKernel.rowAlignment
        self.rows = rows
        stride = (width + alignment - 1) / alignment * alignment
        byteCount = max(rows * stride * MemoryLayout<Float>.stride, 1)
        let memory = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else { fatalError("no memory for \(byteCount) bytes") }
        madvise(memory, byteCount, MADV_HUGEPAGE)
        base = memory.assumingMemoryBound(to: Float.self)
    }

    deinit { release() }

    /// Gives the memory back before its time: the finished vectors are then copied without a third matrix beside them.
    /// No row may be used afterwards.
    func release() {
        guard byteCount > 0 else { return }
        munmap(base, byteCount)
        byteCount = 0
    }

    @inline(__always)
    subscript(row: Int32) -> UnsafeMutablePointer<Float> { base + Int(row) &* stride }

    /// Uniform in [-0.5, 0.5] / width, as word2vec starts its input vectors.
    func fillUniformly(width: Int, using generator: inout SeededGenerator) {
        for row in 0..<rows {
            for place in 0..<width {
                base[row * stride + place] = Float((generator.uniform() - 0.5) / Double(width))
            }
        }
    }

    /// Moves the rows together, so that `width` floats follow on `width` floats. The matrix is of no use for training
    /// afterwards.
    func compact(width: Int) -> UnsafeMutableBufferPointer<Float> {
        for row in 1..<max(rows, 1) { (base + row * width).update(from: base + row * stride, count: width) }
        return UnsafeMutableBufferPointer(start: base, count: rows * width)
    }
}

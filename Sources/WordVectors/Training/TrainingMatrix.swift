import Glibc
import Kernels

/// A table of rows that many threads read and write without locks (Recht et al. 2011, "Hogwild").
///
/// Rows are padded to whole vector registers, and the memory asks for huge pages: rows are met at random, and with
/// pages of 4 KiB each would cost a walk through the page tables.
package final class TrainingMatrix: @unchecked Sendable {
    package let rows: Int
    /// Floats from one row to the next; those behind `width` are zero and stay so.
    package let stride: Int
    package let base: UnsafeMutablePointer<Float>
    private var byteCount: Int

    package init(rows: Int, width: Int) {
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

    /// Gives the memory back before its time. No row may be used afterwards.
    func release() {
        guard byteCount > 0 else { return }
        munmap(base, byteCount)
        byteCount = 0
    }

    /// Access to the rows that takes no part in counting references: threads that count together wait for each other.
    struct Rows {
        fileprivate let base: UnsafeMutablePointer<Float>
        fileprivate let stride: Int

        @inline(__always)
        subscript(row: Int32) -> UnsafeMutablePointer<Float> { base + Int(row) &* stride }
    }

    /// Good as long as the matrix.
    var access: Rows { Rows(base: base, stride: stride) }

    /// Uniform in [-0.5, 0.5] / width, as word2vec starts its input vectors.
    func fillUniformly(width: Int, using generator: inout SeededGenerator) {
        for row in 0..<rows {
            for place in 0..<width {
                base[row * stride + place] = Float((generator.uniform() - 0.5) / Double(width))
            }
        }
    }

    /// Copies rows without their padding into an array, and gives their memory back on the way, so that at no time two
    /// copies of all are held. These rows are of no use afterwards.
    func drain(_ range: Range<Int>, width: Int) -> [Float] {
        let pageSize = sysconf(Int32(_SC_PAGESIZE)), rowBytes = stride * MemoryLayout<Float>.stride
        let rowsAtOnce = max(1, Self.drainedAtOnce / rowBytes)
        return [Float](unsafeUninitializedCapacity: range.count * width) { target, initializedCount in
            for first in Swift.stride(from: range.lowerBound, to: range.upperBound, by: rowsAtOnce) {
                let end = min(first + rowsAtOnce, range.upperBound)
                for row in first..<end {
                    (target.baseAddress! + (row - range.lowerBound) * width)
                        .initialize(from: base + row * stride, count: width)
                }
                // Whole pages only, as the next rows are still wanted.
                let begin = (first * rowBytes + pageSize - 1) / pageSize * pageSize
                let length = end * rowBytes / pageSize * pageSize - begin
                if length > 0 { madvise(UnsafeMutableRawPointer(base) + begin, length, MADV_DONTNEED) }
            }
            initializedCount = range.count * width
        }
    }

    private static let drainedAtOnce = 1 << 22  // bytes
}

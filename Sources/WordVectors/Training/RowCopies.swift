import Kernels

/// One thread's own copies of the rows of a matrix that all threads use most.
///
/// A cache line that another core has written has to come over, which takes longest where the cores share no cache, and
/// the rows of frequent words are written all the time. A thread that has its own reads and writes them in its own
/// cache. After so many uses of a row its change goes to the shared matrix, and what others changed comes back:
///
///     shared += copy - base      copy = base = shared
///
/// Ji et al. 2016 ("Parallelizing Word2Vec in shared and distributed memory") merge whole models between machines, by
/// the clock. Counting the uses of a row keeps what others do not see of it equally small for all rows.
package final class RowCopies {
    private let matrix: TrainingMatrix
    private let range: Range<Int>
    private let copies: TrainingMatrix
    /// What the copies were when they last met the shared rows.
    private let bases: TrainingMatrix
    /// Uses until a row is due, and behind the last a place for all rows that have no copy.
    private let remaining: UnsafeMutablePointer<UInt16>
    private let usesBetweenMerges: UInt16
    /// Rows that are due, and whose cache lines have been asked for.
    private let due: UnsafeMutablePointer<Int32>
    private var dueCount = 0

    /// - Parameters:
    ///   - range: The rows to be copied; others are used where they are.
    ///   - usesBetweenMerges: At least 1.
    package init(of matrix: TrainingMatrix, _ range: Range<Int>, usesBetweenMerges: Int) {
        (self.matrix, self.range) = (matrix, range)
        self.usesBetweenMerges = UInt16(clamping: usesBetweenMerges)
        copies = TrainingMatrix(rows: range.count, width: matrix.stride)
        bases = TrainingMatrix(rows: range.count, width: matrix.stride)
        for rows in [copies, bases] {
            rows.base.update(from: matrix.base + range.lowerBound * matrix.stride, count: range.count * matrix.stride)
        }
        remaining = .allocate(capacity: range.count + 1)
        remaining.initialize(repeating: self.usesBetweenMerges, count: range.count)
        remaining[range.count] = .max
        due = .allocate(capacity: range.count)
    }

    deinit {
        remaining.deallocate()
        due.deallocate()
    }

    /// Where this thread finds its rows.
    package struct Rows {
        fileprivate let shared: UnsafeMutablePointer<Float>
        /// The place of row 0 among the copies, as if it had one.
        fileprivate let copies: UnsafeMutablePointer<Float>
        fileprivate let first: Int32
        fileprivate let count: UInt32
        fileprivate let stride: Int

        @inline(__always)
        package subscript(row: Int32) -> UnsafeMutablePointer<Float> {
            (place(of: row) < count ? copies : shared) + Int(row) &* stride
        }

        /// Among the copies; at least `count` for a row without one.
        @inline(__always)
        fileprivate func place(of row: Int32) -> UInt32 { UInt32(bitPattern: row &- first) }
    }

    /// Good as long as this object and the matrix.
    package var access: Rows {
        Rows(
            shared: matrix.base, copies: copies.base - range.lowerBound * matrix.stride,
            first: Int32(range.lowerBound), count: UInt32(range.count), stride: matrix.stride)
    }

    /// Counts a use of a row.
    @inline(__always)
    package func use(_ row: Int32, _ rows: Rows) {
        // One place more instead of a branch, which would be guessed wrong every other time.
        let place = Int(min(rows.place(of: row), rows.count))
        remaining[place] &-= 1
        if remaining[place] == 0 { becomeDue(place) }
    }

    @inline(never)
    private func becomeDue(_ place: Int) {
        guard place < range.count else {
            remaining[place] = .max
            return
        }
        remaining[place] = usesBetweenMerges
        if dueCount == range.count { mergeAllDue() }
        Word2VecKernel.prefetch(shared(place), width: matrix.stride)
        Word2VecKernel.prefetch(bases.base + place * matrix.stride, width: matrix.stride)
        due[dueCount] = Int32(place)
        dueCount += 1
    }

    /// Merges the rows that are due: between two steps, when their cache lines have had a step's time to come.
    @inline(__always)
    package func mergeDue() {
        if dueCount > 0 { mergeAllDue() }
    }

    @inline(never)
    private func mergeAllDue() {
        for index in 0..<dueCount { merge(Int(due[index])) }
        dueCount = 0
    }

    /// Merges all rows.
    package func merge() {
        for place in 0..<range.count { merge(place) }
        dueCount = 0
    }

    private func merge(_ place: Int) {
        let offset = place * matrix.stride
        Word2VecKernel.merge(
            copies.base + offset, base: bases.base + offset, into: shared(place), width: matrix.stride)
    }

    private func shared(_ place: Int) -> UnsafeMutablePointer<Float> {
        matrix.base + (range.lowerBound + place) * matrix.stride
    }
}

extension RowCopies {
    /// Which rows each thread copies, and how long it keeps a change to itself.
    struct Plan: Sendable {
        let input: Range<Int>
        let output: Range<Int>
        let usesBetweenMerges: Int

        /// The most frequent words copied make up so much of all words trained on; as many nodes at the top of the
        /// tree. On 5.8 million words of English these are 3,900 of 34,700 words.
        private static let copiedShare = 0.75
        /// Uses of a row by all other threads, at most, that a thread does not see. With 64 instead of 16, analogies
        /// lose 0.8 points.
        private static let unseenUses = 16

        /// - Parameters:
        ///   - counts: Of the words, in falling order.
        ///   - keeping: For each word the probability to be trained on, of 2^32; empty where all are.
        ///   - nodes: Of the tree, the root last; nil where outputs are words.
        init(counts: [Int], keeping: [UInt32], nodes: Int?, threads: Int) {
            usesBetweenMerges = max(1, Self.unseenUses / max(threads - 1, 1))
            guard threads > 1 else {
                (input, output) = (0..<0, 0..<0)
                return
            }
            let kept = counts.indices.map { Double(counts[$0]) * (keeping.isEmpty ? 1 : Double(keeping[$0]) * 0x1p-32) }
            var (words, left) = (0, kept.reduce(0, +) * Self.copiedShare)
            while left > 0, words < kept.count {
                left -= kept[words]
                words += 1
            }
            input = 0..<words
            output = nodes.map { max($0 - words, 0)..<$0 } ?? 0..<words
        }
    }
}

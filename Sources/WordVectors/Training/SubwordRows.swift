import Text

/// The table rows that make up each word of the vocabulary: its own, and those of its character n-grams.
final class SubwordRows: @unchecked Sendable {
    /// Where each word's rows begin in `all`, and the end.
    private let starts: UnsafeMutableBufferPointer<Int>
    private let all: UnsafeMutableBufferPointer<Int32>
    /// Rows of a word, at most.
    let largest: Int

    init(words: [String], characterNGrams: CharacterNGrams) {
        var (starts, all, largest): ([Int], [Int32], Int) = ([0], [], 0)
        for (number, word) in words.enumerated() {
            all.append(Int32(number))
            all += characterNGrams.bucketIndices(of: word).lazy.map { Int32(words.count) + $0 }
            largest = max(largest, all.count - starts[number])
            starts.append(all.count)
        }
        self.starts = .allocate(capacity: starts.count)
        self.all = .allocate(capacity: all.count)
        _ = self.starts.initialize(from: starts)
        _ = self.all.initialize(from: all)
        self.largest = largest
    }

    deinit {
        starts.deallocate()
        all.deallocate()
    }

    /// Access to the rows that takes no part in counting references; good as long as this object.
    struct Access {
        fileprivate let starts: UnsafeMutableBufferPointer<Int>
        fileprivate let all: UnsafeMutableBufferPointer<Int32>

        @inline(__always)
        subscript(word: Int32) -> UnsafeBufferPointer<Int32> {
            let start = starts[Int(word)]
            return UnsafeBufferPointer(
                start: all.baseAddress.unsafelyUnwrapped + start, count: starts[Int(word) + 1] - start)
        }
    }

    var access: Access { Access(starts: starts, all: all) }
}

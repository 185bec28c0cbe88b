import Files
import Glibc
import ModelFiles

/// The words of a set of vectors by number, and their numbers by binary search over the sorted words.
///
/// Everything may lie in a mapped file. Nothing is looked through on opening; what a look-up reads is checked when it
/// is read, so that a damaged file gives an error there.
struct WordTable: Sendable {
    let count: Int
    /// The file that messages name.
    let path: String
    /// The UTF-8 of all words one after the other.
    let bytes: Column<UInt8>
    /// Where each word begins in `bytes`, and last where the bytes end.
    let offsets: Column<Int64>
    /// The numbers of the words, sorted by their UTF-8 bytes.
    let sorted: Column<Int32>

    /// Two words that are the same.
    struct Duplicate: Error {
        let first: Int
        let second: Int
    }

    /// Sorts words that are in memory.
    ///
    /// - Throws: `Duplicate`, the one whose second word comes first.
    /// - Precondition: the offsets rise from 0 to the number of bytes, and are one more than there are words.
    init(bytes: [UInt8], offsets: [Int64], path: String) throws(Duplicate) {
        count = offsets.count - 1
        self.path = path
        sorted = .array(try Self.sorted(bytes, offsets))
        self.bytes = .array(bytes)
        self.offsets = .array(offsets)
    }

    /// Uses the columns of a file, whose ends have been checked by the caller.
    init(bytes: Column<UInt8>, offsets: Column<Int64>, sorted: Column<Int32>, path: String) {
        count = offsets.count - 1
        self.path = path
        self.bytes = bytes
        self.offsets = offsets
        self.sorted = sorted
    }

    func withView<Result>(_ body: (View) throws -> Result) rethrows -> Result {
        try bytes.withUnsafeBytes { bytes in
            try offsets.withUnsafeBytes { offsets in
                try sorted.withUnsafeBytes { sorted in
                    try body(View(count: count, path: path, bytes: bytes, offsets: offsets, sorted: sorted))
                }
            }
        }
    }

    /// - Throws: `FileError` where the file's vocabulary is damaged there.
    func word(_ index: Int) throws -> String { try withView { try $0.word(index) } }

    /// - Throws: `FileError` where the file's vocabulary is damaged on the way.
    func index(of word: String) throws -> Int? {
        var word = word
        return try word.withUTF8 { word in try withView { try $0.index(of: UnsafeRawBufferPointer(word)) } }
    }
}

extension WordTable {
    /// The table while its memory is at hand.
    struct View {
        let count: Int
        let path: String
        let bytes: UnsafeRawBufferPointer
        let offsets: UnsafeRawBufferPointer
        let sorted: UnsafeRawBufferPointer

        /// The UTF-8 of a word.
        func utf8(_ index: Int) throws -> UnsafeRawBufferPointer {
            let stride = MemoryLayout<Int64>.stride
            let begin = Int(offsets.loadUnaligned(fromByteOffset: index * stride, as: Int64.self))
            let end = Int(offsets.loadUnaligned(fromByteOffset: (index + 1) * stride, as: Int64.self))
            guard begin >= 0, begin < end, end <= bytes.count else {
                throw FileError.malformed(
                    path, .file, "word \(index) from byte \(begin) to \(end) of the vocabulary found, "
                        + "a range within its \(bytes.count) bytes expected")
            }
            return UnsafeRawBufferPointer(rebasing: bytes[begin..<end])
        }

        func word(_ index: Int) throws -> String {
            guard let word = String(validating: try utf8(index), as: UTF8.self) else {
                throw FileError.malformed(path, .file, "word \(index) is not UTF-8")
            }
            return word
        }

        /// The number of the word at a place of the sorted order.
        func number(atSortedPlace place: Int) throws -> Int {
            let number = Int(sorted.loadUnaligned(fromByteOffset: place * MemoryLayout<Int32>.stride, as: Int32.self))
            guard number >= 0, number < count else {
                throw FileError.malformed(
                    path, .file, "word \(number) found at place \(place) of the sorted words, "
                        + "0 to \(count - 1) expected")
            }
            return number
        }

        func index(of word: UnsafeRawBufferPointer) throws -> Int? {
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                let number = try number(atSortedPlace: middle)
                let order = WordTable.compare(try utf8(number), word)
                if order == 0 { return number }
                if order < 0 { low = middle + 1 } else { high = middle }
            }
            return nil
        }

        /// Looks through everything: each word is UTF-8, and the sorted order rises strictly.
        ///
        /// That it rises, over as many places as there are words, also shows that no word comes twice.
        func validate() throws {
            var end: Int64 = 0
            for index in 0..<count {
                _ = try word(index)
                let begin = offsets.loadUnaligned(fromByteOffset: index * MemoryLayout<Int64>.stride, as: Int64.self)
                guard begin == end else {
                    throw FileError.malformed(path, .file, "word \(index) begins at byte \(begin), \(end) expected")
                }
                end = offsets.loadUnaligned(fromByteOffset: (index + 1) * MemoryLayout<Int64>.stride, as: Int64.self)
            }
            guard var last = count > 0 ? try utf8(try number(atSortedPlace: 0)) : nil else { return }
            for place in 1..<count {
                let next = try utf8(try number(atSortedPlace: place))
                guard WordTable.compare(last, next) < 0 else {
                    throw FileError.malformed(
                        path, .file, "the words at places \(place - 1) and \(place) of the sorted order do not rise")
                }
                last = next
            }
        }
    }

    /// Negative, zero or positive as the bytes come before, are equal to, or come after the others.
    fileprivate static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let common = min(a.count, b.count)
        if common > 0, let first = a.baseAddress, let second = b.baseAddress {
            let order = memcmp(first, second, common)
            if order != 0 { return Int(order) }
        }
        return a.count - b.count
    }

    /// The numbers of the words in the order of their bytes. The first eight bytes, read as one number, settle nearly
    /// every comparison without a look at the words.
    private static func sorted(_ bytes: [UInt8], _ offsets: [Int64]) throws(Duplicate) -> [Int32] {
        struct Entry {
            let prefix: UInt64
            let index: Int32
        }
        let (order, duplicate) = bytes.withUnsafeBytes { bytes -> ([Int32], Duplicate?) in
            func utf8(_ index: Int32) -> UnsafeRawBufferPointer {
                UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[Int(index)])..<Int(offsets[Int(index) + 1])])
            }
            var entries = (0..<Int32(offsets.count - 1)).map { index in
                let word = utf8(index)
                var prefix: UInt64 = 0
                for place in 0..<8 { prefix = prefix << 8 | (place < word.count ? UInt64(word[place]) : 0) }
                return Entry(prefix: prefix, index: index)
            }
            entries.sort { a, b in
                if a.prefix != b.prefix { return a.prefix < b.prefix }
                let order = compare(utf8(a.index), utf8(b.index))
                return order == 0 ? a.index < b.index : order < 0
            }
            var duplicate: Duplicate?
            for (a, b) in zip(entries, entries.dropFirst())
            where a.prefix == b.prefix && compare(utf8(a.index), utf8(b.index)) == 0 {
                if Int(b.index) < duplicate?.second ?? .max {
                    duplicate = Duplicate(first: Int(a.index), second: Int(b.index))
                }
            }
            return (entries.map(\.index), duplicate)
        }
        if let duplicate { throw duplicate }
        return order
    }
}

import Files
import Kernels
import Text

/// Reads fastText's binary model, version 12, not quantised.
///
/// Layout, little-endian: magic and version I32; dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn,
/// maxn, lrUpdateRate I32 and t F64; dictionary: size, nwords, nlabels I32, ntokens and pruneidx_size I64, and for each
/// entry a word that ends in 0, its count I64 and its type I8 (0 a word, 1 a label); one byte that tells whether the
/// input matrix is quantised; the matrix: rows and columns I64, floats. The rows are those of the words, then those of
/// the n-gram buckets. What follows, the output matrix, is not read. Source: the published code of fastText, version
/// 0.9.2 (`FastText::saveModel`, `Dictionary::save`, `DenseMatrix::save`).
struct FastTextReader {
    private let reader: BlockReader
    private var collector: VectorCollector
    private static let magic: Int32 = 793_712_314
    private static let version: Int32 = 12
    private static let longestWord = 1 << 16  // bytes
    /// fastText's sign for the end of a line, which has no n-grams.
    private static let endOfLine = "</s>"

    init(_ reader: BlockReader, invalidText: InvalidText) {
        self.reader = reader
        collector = VectorCollector(path: reader.path, invalidText: invalidText)
    }

    /// Whether a file begins as fastText's do.
    static func begins(_ reader: BlockReader) throws -> Bool {
        let bytes = try reader.peek(4)
        return bytes.count >= 4 && bytes.loadUnaligned(as: Int32.self) == magic
    }

    consuming func read() throws -> WordVectors {
        _ = try integer(Int32.self, "magic number")
        let version = try integer(Int32.self, "version")
        guard version == Self.version else {
            throw malformed(reader.offset - 4, "version \(version) found, version \(Self.version) expected")
        }
        let dimensionsByte = reader.offset
        var arguments: [Int] = []
        for _ in 0..<12 { arguments.append(Int(try integer(Int32.self, "arguments"))) }
        _ = try integer(Int64.self, "arguments")  // t, the subsampling threshold
        let (dimensions, buckets) = (arguments[0], arguments[8])
        let lengths = (minimum: max(arguments[9], 1), maximum: arguments[10])
        guard dimensions > 0, buckets >= 0, buckets <= Int(Int32.max) else {
            throw malformed(dimensionsByte, "\(dimensions) dimensions and \(buckets) buckets found")
        }
        let (counts, starts) = try readDictionary()
        let quantised = try integer(Int8.self, "mark of quantisation")
        guard quantised == 0 else {
            throw malformed(reader.offset - 1, "a quantised model found, one that is not quantised expected")
        }
        let rows = Int(try integer(Int64.self, "number of rows"))
        let columns = Int(try integer(Int64.self, "number of columns"))
        let words = collector.count
        guard columns == dimensions, rows == words + buckets else {
            throw malformed(
                reader.offset - 16, "a matrix of \(rows) rows and \(columns) columns found, \(words + buckets) and "
                    + "\(dimensions) expected")
        }
        if let size = reader.fileByteCount {
            let (floats, overflow) = rows.multipliedReportingOverflow(by: columns)
            guard !overflow, floats <= (size - reader.offset) / 4 else {
                throw malformed(size, "the file ends within the matrix of \(rows) rows and \(columns) columns")
            }
        }
        collector.elements = try floats(rows: words, columns: dimensions)
        let table = try floats(rows: buckets, columns: dimensions)
        var subwords: SubwordVectors?
        if buckets > 0, lengths.maximum >= lengths.minimum {
            subwords = SubwordVectors(
                characterNGrams: CharacterNGrams(
                    minimumLength: lengths.minimum, maximumLength: lengths.maximum, buckets: buckets),
                dimensions: dimensions, elements: table)
        }
        if let subwords { compose(subwords) }
        return try collector.vectors(dimensions: dimensions, counts: counts, subwords: subwords) { .byte(starts[$0]) }
    }

    private func malformed(_ byte: Int, _ message: String) -> FileError {
        .malformed(reader.path, .byte(byte), message)
    }

    private func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ type: Integer.Type, _ what: String
    ) throws -> Integer {
        let bytes = try reader.peek(MemoryLayout<Integer>.size)
        guard bytes.count >= MemoryLayout<Integer>.size else {
            throw malformed(reader.offset + bytes.count, "the file ends here, the \(what) expected")
        }
        let value = bytes.loadUnaligned(as: Integer.self)
        reader.skip(MemoryLayout<Integer>.size)
        return Integer(littleEndian: value)
    }

    /// Collects the words; labels, which come after them, are passed over.
    private mutating func readDictionary() throws -> (counts: [Int64], starts: [Int]) {
        let sizeByte = reader.offset
        let size = Int(try integer(Int32.self, "dictionary's size"))
        let words = Int(try integer(Int32.self, "number of words"))
        let labels = Int(try integer(Int32.self, "number of labels"))
        _ = try integer(Int64.self, "number of tokens")
        let pruned = try integer(Int64.self, "number of pruned words")
        guard words > 0, labels >= 0, size == words + labels else {
            throw malformed(sizeByte, "\(size) entries, \(words) words and \(labels) labels found")
        }
        guard pruned <= 0 else {
            throw malformed(reader.offset - 8, "a pruned and quantised model found, one that is not expected")
        }
        var counts: [Int64] = []
        var starts: [Int] = []
        for entry in 0..<size {
            let start = reader.offset
            let length = try wordLength()
            let bytes = try reader.peek(length)
            if entry < words {
                try collector.append(word: UnsafeRawBufferPointer(rebasing: bytes[..<length]), place: .byte(start))
            }
            reader.skip(length + 1)
            let count = try integer(Int64.self, "word's count")
            let type = try integer(Int8.self, "word's type")
            guard type == (entry < words ? 0 : 1) else {
                throw malformed(
                    reader.offset - 1, "type \(type) of entry \(entry + 1) found, words before labels expected")
            }
            if entry < words {
                guard count >= 0 else { throw malformed(reader.offset - 9, "a count of \(count) found") }
                counts.append(count)
                starts.append(start)
            }
        }
        return (counts, starts)
    }

    /// The number of bytes before the 0 that ends a word.
    private func wordLength() throws -> Int {
        var window = 256
        while true {
            let bytes = try reader.peek(window)
            if let end = bytes.prefix(Self.longestWord + 1).firstIndex(of: 0) { return end }
            guard bytes.count <= Self.longestWord else {
                throw malformed(reader.offset, "no end of a word found within \(Self.longestWord) bytes")
            }
            guard bytes.count >= window else {
                throw malformed(reader.offset + bytes.count, "the file ends in the dictionary")
            }
            window *= 4
        }
    }

    private func floats(rows: Int, columns: Int) throws -> [Float] {
        let begin = reader.offset
        var values: [Float] = []
        let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow else { throw malformed(begin, "a matrix of \(rows) rows and \(columns) columns found") }
        // A file that tells its size has been checked to hold all of them; from another they are taken as they come.
        let piece = reader.fileByteCount == nil ? 1 << 16 : count
        while values.count < count {
            let wanted = min(piece, count - values.count)
            var got = 0
            let part = try [Float](unsafeUninitializedCapacity: wanted) { part, initializedCount in
                got = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing:
                    UnsafeMutableRawBufferPointer(part)[..<(wanted * 4)]))
                initializedCount = got / 4
            }
            guard got == wanted * 4 else {
                throw malformed(reader.offset, "the file ends within the matrix of vectors")
            }
            if values.isEmpty { values = part } else { values.append(contentsOf: part) }
        }
        let nonFinite = values.withUnsafeBufferPointer { values in
            values.baseAddress.flatMap { Vector.firstNonFinite($0, count: values.count) }
        }
        if let nonFinite {
            throw malformed(begin + nonFinite * 4, "\(values[nonFinite]) found, a finite number expected")
        }
        return values
    }

    /// Each word's vector becomes the mean of its own row and those of its n-grams, as fastText gives it out.
    private mutating func compose(_ subwords: SubwordVectors) {
        let dimensions = subwords.dimensions
        let (bytes, offsets) = (collector.wordBytes, collector.offsets)
        collector.elements.withUnsafeMutableBufferPointer { elements in
            for index in 0..<(offsets.count - 1) {
                let word = String(decoding: bytes[Int(offsets[index])..<Int(offsets[index + 1])], as: UTF8.self)
                guard word != Self.endOfLine else { continue }
                let buckets = subwords.characterNGrams.bucketIndices(of: word)
                let row = elements.baseAddress! + index * dimensions
                subwords.addRows(buckets, to: row)
                Vector.scale(1 / Float(1 + buckets.count), row, into: row, count: dimensions)
            }
        }
    }
}

import Files

/// Reads word2vec binary: a line with the numbers of words and dimensions, then each word, a space and its floats,
/// little-endian. A line feed before a word is passed over: word2vec writes one after each vector, gensim none.
struct VectorBinaryReader {
    private let reader: BlockReader
    private var collector: VectorCollector
    private static let longestHeader = 100  // bytes
    private static let longestWord = 1 << 16  // bytes

    init(_ reader: BlockReader, invalidText: InvalidText) {
        self.reader = reader
        collector = VectorCollector(path: reader.path, invalidText: invalidText)
    }

    consuming func read() throws -> WordVectors {
        let (count, dimensions) = try readHeader()
        collector.reserve(
            words: count, dimensions: dimensions, fileByteCount: reader.fileByteCount, bytesPerFloat: 4)
        var starts: [Int] = []
        // In pieces, so that a promise of huge vectors takes no memory for what is not there.
        var row = [Float](repeating: 0, count: min(dimensions, 4096))
        while collector.count < count {
            starts.append(try readWord(of: count))
            var missing = dimensions
            while missing > 0 {
                let piece = min(missing, row.count)
                let begin = reader.offset
                let got = try row.withUnsafeMutableBytes {
                    try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<(piece * 4)]))
                }
                guard got == piece * 4 else {
                    throw malformed(begin + got, "the file ends in the vector of word \(collector.count) of \(count)")
                }
                for (place, value) in row[..<piece].enumerated() where !value.isFinite {
                    throw malformed(
                        begin + place * 4, "\(value) found in the vector of word \(collector.count), a finite number "
                            + "expected")
                }
                collector.elements.append(contentsOf: row[..<piece])
                missing -= piece
            }
        }
        let rest = try reader.peek(2)
        guard rest.isEmpty || rest.count == 1 && rest[0] == UInt8(ascii: "\n") else {
            throw malformed(reader.offset, "more found after the \(count) words that the header promises")
        }
        return try collector.vectors(dimensions: dimensions) { .byte(starts[$0]) }
    }

    private func malformed(_ byte: Int, _ message: String) -> FileError {
        .malformed(reader.path, .byte(byte), message)
    }

    private func readHeader() throws -> (count: Int, dimensions: Int) {
        let start = try reader.peek(Self.longestHeader).prefix(Self.longestHeader)
        let expected = "a line with the number of words, a space and the number of dimensions expected"
        guard let end = start.firstIndex(of: UInt8(ascii: "\n")) else { throw malformed(0, expected) }
        let fields = start[..<end].split(separator: UInt8(ascii: " "))
        guard fields.count == 2, let count = DecimalScanner.count(.init(rebasing: fields[0])),
            let dimensions = DecimalScanner.count(.init(rebasing: fields[1]))
        else { throw malformed(0, expected) }
        guard count > 0, dimensions > 0 else {
            throw malformed(0, "\(count) words of \(dimensions) dimensions found, at least one of each expected")
        }
        reader.skip(end + 1)
        return (count, dimensions)
    }

    /// Reads a word and the space after it.
    ///
    /// - Returns: The byte where the word begins.
    private mutating func readWord(of count: Int) throws -> Int {
        var window = 256
        while true {
            let bytes = try reader.peek(window)
            let feed = bytes.first == UInt8(ascii: "\n") ? 1 : 0
            let rest = bytes.dropFirst(feed).prefix(Self.longestWord + 1)
            if let end = rest.firstIndex(of: UInt8(ascii: " ")) {
                let start = reader.offset + feed
                try collector.append(
                    word: UnsafeRawBufferPointer(rebasing: bytes[feed..<end]), place: .byte(start))
                reader.skip(end + 1)
                return start
            }
            guard rest.count <= Self.longestWord else {
                throw malformed(
                    reader.offset, "no space found within \(Self.longestWord) bytes, one after the word expected")
            }
            guard bytes.count >= window else {
                throw malformed(
                    reader.offset + bytes.count, "the file ends after \(collector.count) words, the header promises "
                        + "\(count)")
            }
            window *= 4
        }
    }
}

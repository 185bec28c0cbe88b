import Files

/// Words and floats as a reader finds them.
///
/// What a header promises is not taken for granted: memory grows with what is read.
struct VectorCollector {
    let path: String
    let invalidText: InvalidText
    private(set) var wordBytes: [UInt8] = []
    private(set) var offsets: [Int64] = [0]
    var elements: [Float] = []

    init(path: String, invalidText: InvalidText) {
        self.path = path
        self.invalidText = invalidText
    }

    var count: Int { offsets.count - 1 }

    /// Makes room for what a header promises, but for no more floats than a file of this size could hold.
    mutating func reserve(words: Int, dimensions: Int, fileByteCount: Int?, bytesPerFloat: Int) {
        guard let fileByteCount else { return }
        let (floats, overflow) = words.multipliedReportingOverflow(by: dimensions)
        elements.reserveCapacity(min(overflow ? .max : floats, fileByteCount / bytesPerFloat))
        offsets.reserveCapacity(min(words, fileByteCount / bytesPerFloat / max(dimensions, 1)) + 1)
    }

    /// Appends the UTF-8 of a word.
    mutating func append(word: UnsafeRawBufferPointer, place: FileError.Place) throws {
        guard !word.isEmpty else { throw FileError.malformed(path, place, "an empty word found") }
        if isASCII(word) || String(validating: word, as: UTF8.self) != nil {
            wordBytes.append(contentsOf: word)
        } else {
            guard invalidText == .replaced else {
                let shown = WordVectors.quoted(String(decoding: word, as: UTF8.self))
                throw FileError.malformed(path, place, "a word that is not UTF-8 found: \(shown)")
            }
            wordBytes.append(contentsOf: String(decoding: word, as: UTF8.self).utf8)
        }
        offsets.append(Int64(wordBytes.count))
    }

    private func isASCII(_ word: UnsafeRawBufferPointer) -> Bool { word.allSatisfy { $0 < 0x80 } }

    /// The vectors.
    ///
    /// - Parameter place: Where in the file a word stands.
    consuming func vectors(
        dimensions: Int, counts: [Int64]? = nil, subwords: SubwordVectors? = nil, place: (Int) -> FileError.Place
    ) throws -> WordVectors {
        let path = path
        return try WordVectors(
            wordBytes: wordBytes, offsets: offsets, counts: counts, dimensions: dimensions, elements: elements,
            subwords: subwords, path: path
        ) { .malformed(path, place($0), $1) }
    }
}

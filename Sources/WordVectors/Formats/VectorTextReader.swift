import Files

/// Reads word2vec and GloVe text: a word and its floats a line, between spaces.
struct VectorTextReader {
    /// Whether the first line holds the numbers of words and dimensions.
    enum Header {
        /// As in word2vec's files.
        case required
        /// Where the first line is two whole numbers. A GloVe file of one dimension whose first word is a number would
        /// be mistaken for one with a header; there is none of use.
        case detected
    }

    private let reader: BlockReader
    private let header: Header
    private var collector: VectorCollector
    private var dimensions = 0
    /// The number of words that a header promises.
    private var promised: Int?

    init(path: String, header: Header, invalidText: InvalidText) throws {
        reader = try BlockReader(path: path)
        self.header = header
        collector = VectorCollector(path: path, invalidText: invalidText)
    }

    consuming func read() throws -> WordVectors {
        guard let first = try reader.nextLine() else {
            throw malformed(header == .required ? "the file is empty, a header expected" : "the file is empty")
        }
        try begin(first)
        var blankLine: Int?
        while let line = try reader.nextLine() {
            if line.allSatisfy({ $0 == space }) {
                blankLine = blankLine ?? reader.lineNumber
                continue
            }
            if let blankLine { throw FileError.malformed(reader.path, .line(blankLine), "an empty line found") }
            if let promised, collector.count == promised {
                throw malformed("a word found after the \(promised) that the header promises")
            }
            try readRow(line)
        }
        if let promised, collector.count < promised {
            throw FileError.malformed(
                reader.path, .line(reader.lineNumber), "the file ends after \(collector.count) words, the header "
                    + "promises \(promised)")
        }
        let firstRow = promised == nil ? 1 : 2
        return try collector.vectors(dimensions: dimensions) { .line($0 + firstRow) }
    }

    private let space = UInt8(ascii: " ")

    private func malformed(_ message: String) -> FileError {
        .malformed(reader.path, .line(max(reader.lineNumber, 1)), message)
    }

    /// Learns the dimensions from the first line, which is a header or already a row.
    private mutating func begin(_ line: UnsafeRawBufferPointer) throws {
        let fields = line.split(separator: space)
        if fields.count == 2, let words = DecimalScanner.count(.init(rebasing: fields[0])),
            let size = DecimalScanner.count(.init(rebasing: fields[1]))
        {
            guard words > 0, size > 0 else {
                throw malformed("\(words) words of \(size) dimensions found, at least one of each expected")
            }
            promised = words
            dimensions = size
            collector.reserve(
                words: words, dimensions: size, fileByteCount: reader.fileByteCount, bytesPerFloat: 2)
            return
        }
        guard header == .detected else {
            throw malformed("a header expected: the number of words, a space, the number of dimensions")
        }
        guard fields.count > 1 else { throw malformed("1 field found, a word and its numbers expected") }
        dimensions = fields.count - 1
        if let size = reader.fileByteCount {
            collector.reserve(
                words: size / line.count + 1, dimensions: dimensions, fileByteCount: size, bytesPerFloat: 2)
        }
        try readRow(line)
    }

    private mutating func readRow(_ line: UnsafeRawBufferPointer) throws {
        guard let wordEnd = line.firstIndex(of: space) else { throw wrongCount(line) }
        try collector.append(
            word: UnsafeRawBufferPointer(rebasing: line[..<wordEnd]), place: .line(reader.lineNumber))
        var place = wordEnd
        var found = 0
        while true {
            while place < line.count, line[place] == space { place += 1 }
            guard place < line.count else { break }
            let begin = place
            while place < line.count, line[place] != space { place += 1 }
            let field = UnsafeRawBufferPointer(rebasing: line[begin..<place])
            found += 1
            guard found <= dimensions else { throw wrongCount(line) }
            guard let value = DecimalScanner.float(field) else {
                throw malformed("\(shown(field)) found as number \(found), a number expected")
            }
            guard value.isFinite else {
                throw malformed("\(shown(field)) found as number \(found), a finite number expected")
            }
            collector.elements.append(value)
        }
        guard found == dimensions else { throw wrongCount(line) }
    }

    private func wrongCount(_ line: UnsafeRawBufferPointer) -> FileError {
        let numbers = max(line.split(separator: space).count - 1, 0)
        return malformed("a word with \(numbers) \(numbers == 1 ? "number" : "numbers") found, \(dimensions) expected")
    }

    private func shown(_ field: UnsafeRawBufferPointer) -> String {
        WordVectors.quoted(String(decoding: field, as: UTF8.self))
    }
}

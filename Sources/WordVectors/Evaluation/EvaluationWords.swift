import Files

/// Words of evaluation files and their numbers, compared without case.
///
/// Words are upper-cased; of words that then are the same the most frequent counts, which is the first.
struct EvaluationWords {
    /// Only the most frequent words take part, as in gensim.
    static let limit = 300_000

    private let numbers: [String: Int]
    /// The number of the first word that is the same but for case, for each word that takes part.
    let representatives: [Int]

    /// - Throws: `FileError` where the file is damaged.
    init(_ vectors: WordVectors) throws {
        let count = min(vectors.count, Self.limit)
        var numbers = [String: Int](minimumCapacity: count)
        representatives = try vectors.words.withView { view in
            try (0..<count).map { index in
                let folded = try view.word(index).uppercased()
                if let first = numbers[folded] { return first }
                numbers[folded] = index
                return index
            }
        }
        self.numbers = numbers
    }

    subscript(word: String) -> Int? { numbers[word.uppercased()] }
}

/// The lines of a text file, with fields between white space.
enum EvaluationLines {
    /// Calls `body` with each line and its number.
    ///
    /// - Throws: `FileError` where the file cannot be read or is not UTF-8, and what `body` throws.
    static func read(_ path: String, _ body: (_ line: String, _ number: Int) throws -> Void) throws {
        let name = InputFile.displayName(path)
        let bytes = try InputFile.bytes(at: path)
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (place, line) in lines.enumerated() {
            guard let text = String(validating: line, as: UTF8.self) else {
                throw FileError.malformed(name, .line(place + 1), "bytes that are not UTF-8 found, text expected")
            }
            try body(text, place + 1)
        }
    }

    static func fields(_ line: String) -> [String] { line.split(whereSeparator: \.isWhitespace).map(String.init) }
}

import Cantus
import Foundation
import TestSupport

/// Vectors for tests, files for a moment, and what errors say.
enum VectorsSupport {
    /// Random vectors under random words: letters of several scripts, digits, signs, marks, but neither spaces nor line
    /// feeds, which the text formats cannot hold.
    static func random(
        words count: Int, dimensions: Int, seed: UInt64, subwords: SubwordVectors? = nil
    ) throws -> WordVectors {
        var generator = SeededGenerator(seed: seed)
        var words: [String] = []
        var seen = Set<[UInt8]>()
        while words.count < count {
            let length = 1 + generator.index(below: 6)
            let word = (0..<length).map { _ in pieces[generator.index(below: pieces.count)] }.joined()
            if seen.insert(Array(word.utf8)).inserted { words.append(word) }
        }
        let elements = (0..<count * dimensions).map { _ in float(&generator) }
        let counts = (0..<count).map { _ in generator.index(below: 1_000_000) }
        return try WordVectors(
            words: words, counts: counts, dimensions: dimensions, elements: elements, subwords: subwords)
    }

    private static let pieces = [
        "a", "b", "Z", "0", "7", "-", ".", "'", "é", "e\u{301}", "ß", "中", "語", "ไ", "ع", "👍🏽", "𝔘", "\u{A0}",
        "\u{200B}", "\t", "\"", "<", "&", "\u{85}",
    ]

    /// A finite float of any size: most near one, some of any bits.
    static func float(_ generator: inout SeededGenerator) -> Float {
        if generator.index(below: 4) > 0 { return Float(generator.normal()) }
        while true {
            // The length of a vector is to be a float too.
            let value = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
            if value.isFinite, abs(value) < 1e30 { return value }
        }
    }

    static func withFile<Result>(_ name: String, _ body: (String) throws -> Result) throws -> Result {
        let path = "/tmp/cantus-\(UInt64.random(in: 0 ... .max))-\(name)"
        defer { try? OutputFile.remove(path) }
        return try body(path)
    }

    /// Vectors from a file with this content.
    static func read(_ content: String, as name: String) throws -> WordVectors {
        try read(Array(content.utf8), as: name)
    }

    static func read(
        _ content: [UInt8], as name: String, invalidText: InvalidText = .refused
    ) throws -> WordVectors {
        try withFile(name) { path in
            // Not flushed to the disk, as OutputFile does, for the sake of time.
            try Data(content).write(to: URL(fileURLWithPath: path))
            return try WordVectors(contentsOf: path, invalidText: invalidText)
        }
    }

    /// The place and the message of the error that `body` throws, without the path; nil where it throws none.
    static func failure<Result>(_ body: () throws -> Result) throws -> String? {
        do {
            _ = try body()
            return nil
        } catch let error as FileError {
            return switch error.place {
            case .file: error.message
            case .line(let line): "line \(line): \(error.message)"
            case .byte(let byte): "byte \(byte): \(error.message)"
            }
        }
    }

    static func failure(_ content: String, as name: String) throws -> String? {
        try failure { try read(content, as: name) }
    }

    static func fixture(_ name: String) -> String { Fixture.folder + "/wordvectors/" + name }

    static func words(_ vectors: WordVectors) throws -> [String] {
        try (0..<vectors.count).map { try vectors.word(at: $0) }
    }

    static func elements(_ vectors: WordVectors) -> [Float] { vectors.withUnsafeVectors { Array($0) } }

    /// Bytes of a value as it lies in memory.
    static func bytes(_ value: some BitwiseCopyable) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }
}

/// What gensim and the script beside the fixtures say of them.
struct ExpectedVectors: Decodable {
    let words: [String]
    let dimensions: Int
    let vectors: [[Float]]
    let neighbors: [String: [Entry]]
    let add: [Entry]
    let multiply: [Entry]
    let odd: String
    let sections: [String: [Int]]
    let pearson: Double
    let spearman: Double
    let missing_percent: Double
    let fasttext: [String: [Float]]

    /// A word and its score.
    struct Entry: Decodable {
        let word: String
        let score: Float

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            word = try list.decode(String.self)
            score = try list.decode(Float.self)
        }
    }

    static func read() throws -> ExpectedVectors {
        let data = try Data(contentsOf: URL(fileURLWithPath: VectorsSupport.fixture("expected.json")))
        return try JSONDecoder().decode(ExpectedVectors.self, from: data)
    }
}

import ArgumentParser
import Cantus

/// The file of vectors, for every command that asks it something.
struct VectorsArgument: ParsableArguments {
    @Argument(help: "The file of vectors: .safetensors, .txt, .bin or .vec.")
    var vectors: String

    func read() throws -> WordVectors { try WordVectors(contentsOf: vectors) }
}

/// Words from the command line or, where there are none, from standard input.
enum EmbedInput {
    /// Calls `body` with the words of the command line, or with those of each line of standard input as it comes; empty
    /// lines count for nothing.
    ///
    /// - Parameter check: Says what is wrong with a line's words, nil where nothing is.
    static func eachGroup(
        _ words: [String], check: ([String]) -> String? = { _ in nil }, _ body: ([String]) throws -> Void
    ) throws {
        guard words.isEmpty else { return try body(words) }
        var input = InputLines()
        var number = 0
        while let lines = try input.next() {
            for line in lines {
                number += 1
                let group = line.split(whereSeparator: \.isWhitespace).map(String.init)
                if group.isEmpty { continue }
                if let problem = check(group) {
                    throw FileError.malformed(InputFile.standardInputName, .line(number), problem)
                }
                try body(group)
            }
        }
    }

    /// How many words were found and how many were expected.
    static func wrongCount(_ words: [String], expected: String) -> String {
        "\(words.count) \(words.count == 1 ? "word" : "words") found, \(expected) expected"
    }
}

/// Words and similarities as people read them.
enum NeighborTable {
    static func rendered(
        _ neighbors: [WordVectors.Neighbor], heading: String, score: String = "cosine", style: TextTable.Style
    ) -> String {
        var table = TextTable(columns: [.init(heading), .init(score, .right)])
        for neighbor in neighbors {
            table.append([neighbor.word, Formats.fixed(Double(neighbor.similarity), decimals: 4)])
        }
        return table.rendered(style)
    }
}

/// A word with its score in JSON.
struct ScoredWord: Encodable {
    let word: String
    let similarity: Float

    init(_ neighbor: WordVectors.Neighbor) {
        (word, similarity) = (neighbor.word, neighbor.similarity)
    }

    init(word: String, similarity: Float) {
        (self.word, self.similarity) = (word, similarity)
    }
}

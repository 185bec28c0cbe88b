import ArgumentParser
import Cantus

struct EmbedOddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "odd",
        abstract: "Finds the word that fits the others least.",
        discussion: """
            Example:
              cantus embed odd vectors.safetensors breakfast cereal dinner lunch

            It is the one whose vector has the lowest cosine with the mean of all. Without words, each line of \
            standard input is a list.
            """)

    @OptionGroup var file: VectorsArgument

    @Argument(help: "At least three words; none reads them from standard input.")
    var words: [String] = []

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        if !words.isEmpty, let problem = Self.problem(words) { throw ValidationError(problem) }
    }

    private static func problem(_ words: [String]) -> String? {
        words.count >= 3 ? nil : EmbedInput.wrongCount(words, expected: "at least 3")
    }

    /// A list and its odd word in JSON.
    private struct Answer: Encodable {
        let odd: String
        let words: [ScoredWord]
    }

    func run() throws {
        try Failures.reported {
            let vectors = try file.read()
            var answers: [Answer] = []
            var isFirst = true
            try EmbedInput.eachGroup(words, check: Self.problem) { words in
                let ranked = try vectors.oddOneOut(words)
                if json {
                    let scored = ranked.map { ScoredWord(word: $0.word, similarity: $0.similarity) }
                    answers.append(Answer(odd: ranked[0].word, words: scored))
                    return
                }
                var table = TextTable(columns: [.init("word"), .init("cosine with the mean", .right)])
                for (place, entry) in ranked.enumerated() {
                    table.append(
                        [entry.word, Formats.fixed(Double(entry.similarity), decimals: 4)], isHighlighted: place == 0)
                }
                Standard.output((isFirst ? "" : "\n") + table.rendered(Standard.tableStyle))
                isFirst = false
            }
            if json { try Standard.json(["queries": answers]) }
        }
    }
}

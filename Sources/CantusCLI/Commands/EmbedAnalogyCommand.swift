import ArgumentParser
import Cantus

struct EmbedAnalogyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analogy",
        abstract: "Answers: A is to B as C is to what?",
        discussion: """
            Example:
              cantus embed analogy vectors.safetensors man king woman
              cantus embed analogy vectors.safetensors france paris italy --method multiply

            Without words, each line of standard input holds three. The method add takes the words nearest to \
            B - A + C (3CosAdd, Mikolov et al. 2013); multiply weighs each similarity on its own (3CosMul, Levy and \
            Goldberg 2014).
            """)

    @OptionGroup var file: VectorsArgument

    @Argument(help: "Three words; none reads them from standard input.")
    var words: [String] = []

    @Option(help: "How answers are scored: \(AnalogyMethod.allCases.map(\.rawValue).joined(separator: " or ")).")
    var method = AnalogyMethod.add

    @Option(help: ArgumentHelp("How many answers.", valueName: "n"))
    var count = 5

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        if count < 1 { throw ValidationError("--count is \(count), a number from 1 on expected") }
        if !words.isEmpty, let problem = Self.problem(words) { throw ValidationError(problem) }
    }

    private static func problem(_ words: [String]) -> String? {
        words.count == 3 ? nil : EmbedInput.wrongCount(words, expected: "3")
    }

    /// A question and its answers in JSON.
    private struct Answer: Encodable {
        let question: [String]
        let answers: [ScoredWord]
    }

    func run() throws {
        try Failures.reported {
            let vectors = try file.read()
            let pool = threading.pool()
            var answers: [Answer] = []
            var isFirst = true
            try EmbedInput.eachGroup(words, check: Self.problem) { words in
                let found = try vectors.analogy(
                    words[0], words[1], words[2], method: method, count: count, pool: pool)
                if json {
                    answers.append(Answer(question: words, answers: found.map { ScoredWord($0) }))
                    return
                }
                let table = NeighborTable.rendered(
                    found, heading: "\(words[0]) : \(words[1]) = \(words[2]) : ?",
                    score: method == .add ? "cosine" : "ratio", style: Standard.tableStyle)
                Standard.output((isFirst ? "" : "\n") + table)
                isFirst = false
            }
            if json { try Standard.json(["queries": answers]) }
        }
    }
}

extension AnalogyMethod: ExpressibleByArgument {}

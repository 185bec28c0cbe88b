import ArgumentParser
import Cantus

struct EmbedEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Scores vectors on analogies and on pairs of words.",
        discussion: """
            Example:
              cantus embed evaluate vectors.safetensors --analogies questions-words.txt
              cantus embed evaluate vectors.safetensors --pairs wordsim.tsv --json

            Analogies: sections begin with a line ": name", other lines hold a question of four words. Pairs: a line \
            holds two words and a number. Words are compared without case among the 300,000 most frequent; questions \
            and pairs with a missing word are left out and counted.
            """)

    @OptionGroup var file: VectorsArgument

    @Option(help: ArgumentHelp("Analogy questions; - reads standard input.", valueName: "file"))
    var analogies: String?

    @Option(help: ArgumentHelp("Pairs of words with scores; - reads standard input.", valueName: "file"))
    var pairs: String?

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        if analogies == nil, pairs == nil { throw ValidationError("--analogies or --pairs expected, or both") }
        if analogies == "-", pairs == "-" { throw ValidationError("standard input can be read once only") }
    }

    /// The scores in JSON; what was not asked for is left out.
    private struct Report: Encodable {
        let analogies: AnalogyScores?
        let pairs: WordPairScores?
    }

    func run() throws {
        try Failures.reported {
            // Small files first: what is wrong with them should show before a large one is read.
            let questions = try analogies.map { try AnalogyQuestions(contentsOf: $0) }
            let wordPairs = try pairs.map { try WordPairs(contentsOf: $0) }
            let vectors = try file.read()
            let pool = threading.pool()
            let report = Report(
                analogies: try questions.map { try vectors.scores(on: $0, pool: pool) },
                pairs: try wordPairs.map { try vectors.scores(on: $0) })
            if json { return try Standard.json(report) }
            let tables = [report.analogies.map(table), report.pairs.map(table)].compactMap { $0 }
            Standard.output(tables.joined(separator: "\n"))
        }
    }

    private func table(_ scores: AnalogyScores) -> String {
        var table = TextTable(columns: [
            .init("analogies"), .init("accuracy", .right), .init("correct", .right), .init("asked", .right),
            .init("skipped", .right),
        ])
        func row(_ name: String, _ tally: AnalogyScores.Tally, isHighlighted: Bool = false) {
            let accuracy = tally.accuracy.map { Formats.percent($0) } ?? "-"
            let counts = [tally.correct, tally.total, tally.skipped].map(Formats.grouped)
            table.append([name, accuracy] + counts, isHighlighted: isHighlighted)
        }
        for section in scores.sections { row(section.name, section.tally) }
        row("all", scores.all, isHighlighted: true)
        return table.rendered(Standard.tableStyle)
    }

    private func table(_ scores: WordPairScores) -> String {
        var table = TextTable(columns: [.init("pairs"), .init("value", .right)])
        table.append(["Spearman", scores.spearman.map { Formats.fixed($0, decimals: 4) } ?? "-"])
        table.append(["Pearson", scores.pearson.map { Formats.fixed($0, decimals: 4) } ?? "-"])
        table.append(["missing", Formats.percent(scores.missingShare)])
        return table.rendered(Standard.tableStyle)
    }
}

import ArgumentParser
import Cantus

struct TagEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Scores a tagger on labelled texts, beside its baselines.",
        discussion: """
            Example:
              cantus tag evaluate tagger.safetensors --data test.tsv

            The most frequent labels stand in the model file. The linear baseline does not; --train fits it anew on \
            the rows that the model was trained on.
            """)

    @Argument(help: "The model file.")
    var model: String

    @Option(help: ArgumentHelp("Texts with labels; - reads standard input.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("The rows that the model was trained on, for the linear baseline.", valueName: "file"))
    var train: String?

    @Option(help: ArgumentHelp("The column of the texts (default: as in training).", valueName: "column"))
    var text: String?

    @Option(help: ArgumentHelp("The column of the labels (default: as in training).", valueName: "column"))
    var labels: String?

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Leave out malformed rows and say how many.")
    var skipMalformed = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func run() throws {
        try Failures.reported {
            let tagger = try Tagger(contentsOf: model)
            let rows = try read(data, tagger)
            let training = try train.map { (rows: try read($0, tagger), path: $0) }
            let report = try TagEvaluation(tagger, pool: threading.pool()).run(rows, path: data, training: training)
            if json {
                try Standard.json(report)
            } else {
                Standard.output(TagTable.rendered(report, style: Standard.tableStyle))
            }
        }
    }

    private func read(_ path: String, _ tagger: Tagger) throws -> LabeledTexts {
        let columns = tagger.recipe.columns
        let rows = try LabeledTexts.read(
            path: path, textColumn: text ?? columns.text.nonEmpty, labelsColumn: labels ?? columns.labels.nonEmpty,
            skippingMalformed: skipMalformed)
        SkippedRows.report(rows, path: path)
        if !rows.hasColumns, text != nil || labels != nil {
            Standard.error("\(path) holds fastText's lines, which have no columns: --text and --labels did nothing.\n")
        }
        return rows
    }
}

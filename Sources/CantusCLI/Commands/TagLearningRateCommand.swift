import ArgumentParser
import Cantus
import Glibc

struct TagLearningRateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learning-rate",
        abstract: "Shows which learning rates suit a tagger and its data.",
        discussion: """
            Example:
              cantus tag learning-rate --data questions.tsv --model gru

            A short training takes one step at each of many learning rates, from small to large ones, and its loss is \
            drawn. Good learning rates lie between the one where it falls most steeply and a third of the one where it \
            rises again; small data need more --steps to tell. Nothing is written.
            """)

    @Option(
        help: ArgumentHelp(
            "Texts with labels: a table, or fastText's lines; - reads standard input.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("The column of the texts (default: title, or what else is plain).", valueName: "column"))
    var text: String?

    @Option(help: ArgumentHelp("The column of the labels (default: tags, or what else is plain).", valueName: "column"))
    var labels: String?

    @Option(
        help: ArgumentHelp(
            "The network, as in `cantus tag train` (default: \(TagRecipe.usualKind.rawValue)).", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("The learning rate of the first step.", valueName: "rate"))
    var from = 1e-5

    @Option(help: ArgumentHelp("The learning rate of the last step.", valueName: "rate"))
    var to = 1.0

    @Option(help: ArgumentHelp("Steps, each with a learning rate of its own.", valueName: "n"))
    var steps = 200

    @OptionGroup var threading: ThreadOptions

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set any key of the recipe: --set model.hidden=128.", valueName: "key=value"))
    var assignments: [String] = []

    @Flag(help: "Leave out malformed rows and say how many.")
    var skipMalformed = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        guard from > 0, from < to, to <= 1e6 else {
            throw ValidationError("--from is \(from) and --to \(to); numbers above 0 expected, --from the smaller one")
        }
        guard (10...100_000).contains(steps) else {
            throw ValidationError("--steps is \(steps), a number from 10 to 100000 expected")
        }
    }

    func run() throws {
        try Failures.reported {
            let recipe = try TagRecipe(settings: settings)
            let rows = try LabeledTexts.read(
                path: data, textColumn: recipe.columns.text.nonEmpty, labelsColumn: recipe.columns.labels.nonEmpty,
                skippingMalformed: skipMalformed)
            SkippedRows.report(rows, path: data)
            Interrupts.watch()
            let bar = ProgressBar()
            defer { bar.clear() }
            let report = try TagLearningRateSearch(recipe, pool: threading.pool()).run(
                rows, path: data, from: from, to: to, steps: steps, shouldStop: { Interrupts.isRequested },
                report: { show($0, bar) })
            bar.clear()
            if json {
                try Standard.json(report)
            } else {
                Standard.output(LearningRateText.rendered(report, style: Standard.tableStyle))
            }
        }
    }

    private func show(_ event: TagLearningRateSearch.Event, _ bar: ProgressBar) {
        switch event {
        case .prepared(let rows, let labels, let parameters):
            bar.log(
                "\(Formats.grouped(rows)) rows to train on; \(labels) labels; \(Formats.grouped(parameters)) parameters"
            )
        case .point(let point, let number):
            bar.show(
                "learning rates", done: number, of: steps, doneInAll: number, of: steps, unit: "steps",
                note: "loss \(Formats.fixed(point.loss, decimals: 4))")
        }
    }

    private var settings: [RecipeSetting] {
        get throws {
            let flags: [(String, String, String?)] = [
                ("columns.text", "--text", text), ("columns.labels", "--labels", labels),
                ("model.kind", "--model", model),
            ]
            return flags.compactMap { key, place, value in
                value.map { RecipeSetting(key, .text($0), place: place) }
            } + (try assignments.map { try RecipeSetting(assignment: $0, place: "--set") })
        }
    }
}

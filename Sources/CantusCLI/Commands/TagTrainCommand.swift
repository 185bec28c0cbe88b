import ArgumentParser
import Cantus

struct TagTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a tagger and shows it beside its baselines.",
        discussion: """
            Example:
              cantus tag train --data questions.tsv --output tagger.safetensors --epochs 8

            Without --test the last tenth of the rows is held out for the result table. Of the rest a tenth serves \
            early stopping and a twentieth the threshold. Behind every epoch the state goes to OUTPUT.checkpoint, \
            from which --resume goes on. With --model all one of each kind is trained on the same parts, one table \
            compares them, and the one that is best on the validation part is saved. The same recipe, seed and \
            number of replicas (by default one a thread) give the same file.
            """)

    @Option(
        help: ArgumentHelp(
            "Texts with labels: a table, or fastText's lines; - reads standard input.", valueName: "file"))
    var data: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Where the model goes.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("Rows to test on (default: the last tenth of --data).", valueName: "file"))
    var test: String?

    @Option(help: ArgumentHelp("The column of the texts (default: title, or what else is plain).", valueName: "column"))
    var text: String?

    @Option(help: ArgumentHelp("The column of the labels (default: tags, or what else is plain).", valueName: "column"))
    var labels: String?

    @Option(
        help: ArgumentHelp(
            "The network: \(kinds), or all to compare them (default: \(TagRecipe.usualKind.rawValue)).",
            valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("Word vectors to build on, as `cantus embed` reads them.", valueName: "file"))
    var embeddings: String?

    @Flag(help: "Train these vectors further; otherwise they stay as they are.")
    var fineTune = false

    @Option(
        help: ArgumentHelp("Passes over the data (default: about 1,700 steps, from 6 to 60 passes).", valueName: "n"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Texts in a step (default: a hundredth of the rows, from 16 to 64).", valueName: "n"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("Decides everything random (default: 1).", valueName: "n"))
    var seed: UInt64?

    @OptionGroup var rows: RowOptions

    @OptionGroup var options: TrainingRunOptions

    private static let kinds = TagRecipe.Model.Kind.allCases.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        if fineTune, embeddings == nil { throw ValidationError("--fine-tune goes with --embeddings") }
    }

    func run() throws {
        try Failures.reported {
            let recipes = try TagRecipe.recipes(settings: flags + options.settings)
            try TagTrainingRun(
                recipes, data: data, test: test, output: output, skippingMalformed: rows.skipMalformed, options: options
            ).run()
        }
    }

    /// The flags as settings of the recipe.
    private var flags: [RecipeSetting] {
        let values: [(String, String, ConfigurationValue?)] = [
            ("columns.text", "--text", text.map { .text($0) }),
            ("columns.labels", "--labels", labels.map { .text($0) }),
            ("model.kind", "--model", model.map { .text($0) }),
            ("embeddings.file", "--embeddings", embeddings.map { .text($0) }),
            ("embeddings.frozen", "--fine-tune", fineTune ? .boolean(false) : nil),
            ("training.epochs", "--epochs", epochs.map { .number(Double($0)) }),
            ("training.batchSize", "--batch-size", batchSize.map { .number(Double($0)) }),
            ("seed", "--seed", seed.map { .text(String($0)) }),
        ]
        return values.compactMap { key, place, value in value.map { RecipeSetting(key, $0, place: place) } }
    }
}

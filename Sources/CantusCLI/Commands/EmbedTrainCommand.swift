import ArgumentParser
import Cantus
import Glibc

struct EmbedTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains word vectors on a corpus of any size.",
        discussion: """
            Example:
              cantus embed train --corpus corpus.txt --output vectors.safetensors --architecture cbow

            The corpus is text, one a line or all in one line; it is cleaned and split as --clean says. Memory holds \
            the vectors and the vocabulary, not the corpus. Threads share the vectors without locks, so that two runs \
            differ a little; --deterministic trains on one thread and gives the same bytes for the same seed.
            """)

    @Option(help: ArgumentHelp("The text; - reads standard input.", valueName: "file"))
    var corpus: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where the vectors go (.safetensors, .txt, .bin or .vec).", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("skip-gram or cbow (default: skip-gram).", valueName: "name"))
    var architecture: String?

    @Option(
        help: ArgumentHelp(
            "negative-sampling or hierarchical-softmax (default: negative-sampling).", valueName: "name"))
    var loss: String?

    @Option(help: ArgumentHelp("The width of the vectors (default: 100).", valueName: "n"))
    var dimensions: Int?

    @Option(help: ArgumentHelp("Context words on either side, at most (default: 5).", valueName: "n"))
    var window: Int?

    @Option(help: ArgumentHelp("Random words beside each centre word (default: 5).", valueName: "n"))
    var negatives: Int?

    @Option(
        help: ArgumentHelp(
            "Thin out words with a larger share of the corpus; 0 keeps all (default: 1e-4).", valueName: "share"))
    var subsample: Double?

    @Option(help: ArgumentHelp("Leave out rarer words (default: 5).", valueName: "n"))
    var minimumCount: Int?

    @Option(help: ArgumentHelp("Keep at most this many words; 0 for any number (default: 0).", valueName: "n"))
    var maximumVocabulary: Int?

    @Option(help: ArgumentHelp("Passes over the corpus (default: 5).", valueName: "n"))
    var epochs: Int?

    @Option(help: ArgumentHelp("The learning rate at the start (default: 0.025, for cbow 0.06).", valueName: "x"))
    var learningRate: Double?

    @Option(
        help: ArgumentHelp(
            "none (words stand between spaces), prose or technical (default: prose).", valueName: "preset"))
    var clean: String?

    @Option(
        help: ArgumentHelp("Passes that join words which belong together, as new_york (default: 0).", valueName: "n"))
    var phrases: Int?

    @Flag(help: "Train character n-grams too, so that unseen words have vectors.")
    var subwords = false

    @Flag(help: "Give the same bytes for the same seed, on one thread.")
    var deterministic = false

    @Option(help: ArgumentHelp("Decides everything random (default: 1).", valueName: "n"))
    var seed: UInt64?

    @OptionGroup var threading: ThreadOptions

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set any key of the recipe: --set subwords.buckets=1000000.", valueName: "key=value"))
    var assignments: [String] = []

    @Flag(help: "Replace the output where it stands already.")
    var force = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func run() throws {
        try Failures.reported {
            let recipe = try EmbedRecipe(
                settings: flags + assignments.map { try RecipeSetting(assignment: $0, place: "--set") })
            try EmbedTrainingRun(
                recipe, corpus: corpus, output: output, threading: threading, force: force, json: json
            ).run()
        }
    }

    /// The flags as settings of the recipe.
    private var flags: [RecipeSetting] {
        func number(_ value: Int?) -> ConfigurationValue? { value.map { .number(Double($0)) } }
        let values: [(String, String, ConfigurationValue?)] = [
            ("training.architecture", "--architecture", architecture.map { .text($0) }),
            ("training.loss", "--loss", loss.map { .text($0) }),
            ("training.dimensions", "--dimensions", number(dimensions)),
            ("training.window", "--window", number(window)),
            ("training.negatives", "--negatives", number(negatives)),
            ("training.subsample", "--subsample", subsample.map { .number($0) }),
            ("training.minimumCount", "--minimum-count", number(minimumCount)),
            ("training.maximumVocabulary", "--maximum-vocabulary", number(maximumVocabulary)),
            ("training.epochs", "--epochs", number(epochs)),
            ("training.learningRate", "--learning-rate", learningRate.map { .number($0) }),
            ("training.deterministic", "--deterministic", deterministic ? .boolean(true) : nil),
            ("text.cleaning", "--clean", clean.map { .text($0) }),
            ("text.phrases", "--phrases", number(phrases)),
            ("subwords.enabled", "--subwords", subwords ? .boolean(true) : nil),
            ("seed", "--seed", seed.map { .text(String($0)) }),
        ]
        return values.compactMap { key, place, value in value.map { RecipeSetting(key, $0, place: place) } }
    }
}

/// One training of word vectors as the terminal shows it; `embed train` and `run` both come here.
struct EmbedTrainingRun {
    private let recipe: EmbedRecipe
    private let corpus: String
    private let output: String
    private let threading: ThreadOptions
    private let force: Bool
    private let json: Bool

    init(_ recipe: EmbedRecipe, corpus: String, output: String, threading: ThreadOptions, force: Bool, json: Bool) {
        (self.recipe, self.corpus, self.output) = (recipe, corpus, output)
        (self.threading, self.force, self.json) = (threading, force, json)
    }

    func run() throws {
        _ = try VectorFormat.written(to: output)
        try OutputFile.check(output, isNoneOf: [corpus])
        try OutputFile.check(output, replacing: force)
        Interrupts.watch()
        // The trainer calls one at a time, though from several threads.
        nonisolated(unsafe) let bar = ProgressBar()
        let epochs = recipe.training.epochs
        let result: (vectors: WordVectors, report: EmbedTraining.Report)
        do {
            result = try EmbedTraining(recipe, pool: threading.pool()).run(
                corpus: corpus, shouldStop: { Interrupts.isRequested },
                report: { event in
                    switch event {
                    case .reading: break
                    case .phrases(let count): bar.log("\(Formats.grouped(count)) pairs of words joined")
                    case .counted(let words, let vocabulary):
                        bar.log(
                            "\(Formats.grouped(words)) words, \(Formats.grouped(vocabulary)) different ones kept")
                    case .training(let epoch, let words, let count):
                        let share = count / max(epochs, 1)
                        bar.show(
                            "epoch \(epoch) of \(epochs)", done: words - (epoch - 1) * share, of: share,
                            doneInAll: words, of: count, unit: "words", note: "")
                    case .epoch(let epoch, let loss):
                        bar.log("epoch \(epoch) of \(epochs): loss \(Formats.fixed(loss, decimals: 4))")
                    }
                })
        } catch Word2VecError.interrupted {
            bar.clear()
            Standard.error("cantus: interrupted; nothing was written\n")
            throw ExitCode(128 + SIGINT)
        }
        bar.clear()
        try result.vectors.write(to: output, replacing: force)
        let report = result.report
        if json {
            try Standard.json(report)
        } else {
            Standard.output(
                "\(Formats.grouped(report.vocabulary)) vectors of \(recipe.training.dimensions) numbers are in "
                    + "\(output); trained in \(Formats.duration(seconds: report.trainSeconds)) at "
                    + "\(Formats.grouped(Int(report.wordsPerSecond))) words a second, "
                    + "with \(report.peakMebibytes) MiB of memory at most.\n")
        }
    }
}

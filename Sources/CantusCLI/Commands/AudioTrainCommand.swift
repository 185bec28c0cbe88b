import ArgumentParser
import Cantus

struct AudioTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a classifier of sounds and shows it beside its baselines.",
        discussion: """
            Example:
              cantus audio train --data recordings --pattern '{label}_{group}_{index}.wav' --output digits.safetensors

            Sounds are cut into chunks, each is classified, and the chunks of a file vote; all chunks of a file are \
            on one side of a split. What is left behind the last whole chunk makes one more, filled with silence \
            (--set chunking.rest=drop leaves it out). Without another word a fifth of the files of every label is \
            held out. --split group holds every group (such as a speaker) out once, or a fifth of more than ten \
            groups; --split fold every fold of the table, --folds K every one of K parts; the model that is kept has \
            then seen all files. Behind every epoch the state goes to OUTPUT.checkpoint, from which --resume goes on. \
            The same recipe, seed and number of replicas (by default one a thread) give the same file.
            """)

    @Option(help: ArgumentHelp("A folder of sounds, or a table that lists them.", valueName: "path"))
    var data: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Where the model goes.", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Names of files as labels and groups: {label}_{group}_{index}.wav (default: a folder a label).",
            valueName: "pattern"))
    var pattern: String?

    @Option(help: ArgumentHelp("What the model sees: \(featureKinds) (default: \(usualFeatures)).", valueName: "name"))
    var features: String?

    @Option(help: ArgumentHelp("The network: \(kinds) (default: \(usualKind)).", valueName: "name"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Samples a second that sounds are brought to (default: the data's own, 16000 at most).",
            valueName: "hertz"))
    var rate: Int?

    @Option(help: ArgumentHelp("The length of a chunk (default: 1).", valueName: "seconds"))
    var chunk: Double?

    @Option(help: ArgumentHelp("From the start of a chunk to that of the next (default: 0.5).", valueName: "seconds"))
    var hop: Double?

    @Option(help: ArgumentHelp("What stays together: file, group or fold (default: file).", valueName: "unit"))
    var split: String?

    @Option(help: ArgumentHelp("The group to test on, or with --split fold the fold.", valueName: "name"))
    var testGroup: String?

    @Option(help: ArgumentHelp("The files to test on, by their names: '*_[0-4].wav'.", valueName: "pattern"))
    var testPattern: String?

    @Option(help: ArgumentHelp("Parts of the files, or groups, that are each held out once.", valueName: "k"))
    var folds: Int?

    @Option(
        help: ArgumentHelp(
            "What is changed in training, with commas between: \(augmentations); or none (default: as the recipe "
                + "says).", valueName: "names"))
    var augment: String?

    @Option(help: ArgumentHelp("Passes over the data (default: \(AudioRecipe.usualEpochs)).", valueName: "n"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Chunks in a step (default: 32).", valueName: "n"))
    var batchSize: Int?

    @Option(help: ArgumentHelp("Decides everything random (default: 1).", valueName: "n"))
    var seed: UInt64?

    @OptionGroup var report: AudioPictureOptions

    @OptionGroup var caching: AudioCacheOptions

    @OptionGroup var options: TrainingRunOptions

    private static let kinds = AudioRecipe.Model.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    private static let usualKind = AudioRecipe().model.kind.rawValue
    private static let usualFeatures = AudioRecipe().features.kind.rawValue
    private static let featureKinds = FeatureSettings.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    private static let augmentations = AudioRecipe.Augmentation.Change.allCases.map(\.rawValue).joined(separator: ", ")

    func run() throws {
        try Failures.reported {
            let recipe = try AudioRecipe(settings: flags() + options.settings)
            try AudioTrainingRun(
                recipe, data: data, output: output, pictures: report.pictures, cache: caching.cache,
                options: options
            ).run()
        }
    }

    /// The flags as settings of the recipe.
    private func flags() throws -> [RecipeSetting] {
        let values: [(String, String, ConfigurationValue?)] = [
            ("clips.pattern", "--pattern", pattern.map { .text($0) }),
            ("clips.sampleRate", "--rate", rate.map { .number(Double($0)) }),
            ("features.kind", "--features", features.map { .text($0) }),
            ("model.kind", "--model", model.map { .text($0) }),
            ("chunking.chunkSeconds", "--chunk", chunk.map { .number($0) }),
            ("chunking.hopSeconds", "--hop", hop.map { .number($0) }),
            ("clips.reportBy", "--by", report.by.map { .text($0) }),
            ("split.by", "--split", split.map { .text($0) }),
            ("split.testGroup", "--test-group", testGroup.map { .text($0) }),
            ("split.testPattern", "--test-pattern", testPattern.map { .text($0) }),
            ("split.folds", "--folds", folds.map { .number(Double($0)) }),
            ("training.epochs", "--epochs", epochs.map { .number(Double($0)) }),
            ("training.batchSize", "--batch-size", batchSize.map { .number(Double($0)) }),
            ("seed", "--seed", seed.map { .text(String($0)) }),
        ]
        return values.compactMap { key, place, value in value.map { RecipeSetting(key, $0, place: place) } }
            + (try augment.map { try AudioRecipe.Augmentation.settings(for: $0, place: "--augment") } ?? [])
    }
}

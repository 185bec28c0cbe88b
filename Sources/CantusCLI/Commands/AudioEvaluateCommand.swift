import ArgumentParser
import Cantus

struct AudioEvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Scores a classifier on labelled sounds, beside its baselines.",
        discussion: """
            Example:
              cantus audio evaluate digits.safetensors --data other-speakers --confusion digits.svg

            How often each label occurs stands in the model file. The other baselines do not; --train fits them anew \
            on the sounds that the model was trained on.
            """)

    @Argument(help: "The model file.")
    var model: String

    @Option(help: ArgumentHelp("A folder of sounds, or a table that lists them.", valueName: "path"))
    var data: String

    @Option(help: ArgumentHelp("The sounds that the model was trained on, for the baselines.", valueName: "path"))
    var train: String?

    @Option(
        help: ArgumentHelp("Names of files as labels and groups (default: as in training).", valueName: "pattern"))
    var pattern: String?

    @OptionGroup var report: AudioPictureOptions

    @OptionGroup var caching: AudioCacheOptions

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Replace pictures where they stand already.")
    var force = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func run() throws {
        try Failures.reported {
            try report.pictures.check(replacing: force)
            let classifier = try AudioClassifier(contentsOf: model)
            let cache = try caching.cache.map(FeatureCache.init(folder:))
            let result = try AudioEvaluation(classifier, cache: cache, pool: threading.pool())
                .run(data, pattern: pattern, by: report.by, training: train)
            try report.pictures.write(result, replacing: force)
            if json {
                try Standard.json(result)
            } else {
                Standard.output(AudioTable.rendered(result, style: Standard.tableStyle))
            }
        }
    }
}

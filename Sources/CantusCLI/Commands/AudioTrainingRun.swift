import ArgumentParser
import Cantus

/// The training of a classifier as the terminal shows it; `audio train` and `run` both come here.
struct AudioTrainingRun {
    private let recipe: AudioRecipe
    private let data: String
    private let output: String
    private let pictures: AudioPictures
    /// A folder for features; nil for none.
    private let cache: String?
    private let options: TrainingRunOptions
    private let progress = AudioProgress()

    init(
        _ recipe: AudioRecipe, data: String, output: String, pictures: AudioPictures, cache: String?,
        options: TrainingRunOptions
    ) {
        (self.recipe, self.data, self.output) = (recipe, data, output)
        (self.pictures, self.cache, self.options) = (pictures, cache, options)
    }

    func run() throws {
        try OutputFile.check(output, isNoneOf: [data])
        try OutputFile.check(output, replacing: options.force)
        try pictures.check(replacing: options.force)
        Interrupts.watch()
        let checkpoint: @Sendable (Int?) -> String = { [output] fold in
            fold.map { "\(output).fold\($0).checkpoint" } ?? "\(output).checkpoint"
        }
        let training = AudioTraining(
            recipe, checkpointPath: checkpoint, resumes: options.resume,
            cache: try cache.map(FeatureCache.init(folder:)), pool: options.threading.pool())
        let result = try progress.trainer.interruptible(checkpoint: checkpoint(progress.fold)) {
            try training.run(data, shouldStop: { Interrupts.isRequested }, report: progress.show)
        }
        try result.classifier.write(to: output, replacing: options.force)
        try pictures.write(result.report, replacing: options.force)
        for fold in [nil] + result.report.folds.indices.map({ $0 + 1 }) { try OutputFile.remove(checkpoint(fold)) }
        if options.json {
            try Standard.json(result.report)
        } else {
            Standard.output(AudioTable.rendered(result.report, style: Standard.tableStyle))
            Standard.output("\nThe model is in \(output).\n")
        }
    }
}

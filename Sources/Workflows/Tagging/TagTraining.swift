import Files
import Kernels
import Tables
import Training

/// Trains a tagger: recipe and rows in, model and report out.
public struct TagTraining {
    /// What a training is about to do and does.
    public enum Event: Sendable {
        /// The data are read and cut into parts.
        case prepared(rows: TagReport.Rows, labels: Int, vocabulary: Int, parameters: Int, epochs: Int, replicas: Int)
        case trainer(Trainer.Event)
        /// The network is done and the baselines are being fitted.
        case baselines
    }

    public let recipe: TagRecipe
    /// Where the state goes behind every epoch; nowhere where nil.
    public let checkpointPath: String?
    /// Whether to go on from a checkpoint that stands there.
    public let resumes: Bool
    private let pool: WorkerPool

    public init(_ recipe: TagRecipe, checkpointPath: String? = nil, resumes: Bool = false, pool: WorkerPool) {
        (self.recipe, self.checkpointPath, self.resumes, self.pool) = (recipe, checkpointPath, resumes, pool)
    }

    /// Trains on `rows`, scores on `test`, or on the last share of `rows` where there is none.
    ///
    /// - Parameters:
    ///   - path: The file of the rows, for messages.
    ///   - shouldStop: Asked before every step; true ends training with `TrainingError.interrupted`.
    /// - Throws: `FileError` for data that cannot be trained on, `RecipeError` for options that name parameters which
    ///   the model does not have, `TrainingError`, `CleaningError`, `TaggerError`.
    public func run(
        _ rows: LabeledTexts, path: String, test: LabeledTexts?, shouldStop: () -> Bool = { false },
        report: (Event) -> Void = { _ in }
    ) throws -> (tagger: Tagger, report: TagReport) {
        let clock = ContinuousClock()
        let start = clock.now
        let data = try TagData(rows, path: path, test: test, recipe: recipe, pool: pool)
        let resolved = recipe.resolved(
            threads: pool.threadCount, trainingRows: data.training.count, hasTestFile: test != nil)
        let fitting = try TagFitting(data, recipe: resolved, pool: pool)
        let counts = data.rowCounts
        report(
            .prepared(
                rows: counts, labels: data.knownLabels, vocabulary: fitting.vocabulary.count,
                parameters: fitting.parameters.weightCount, epochs: resolved.training.epochs,
                replicas: resolved.training.replicas))
        let checkpoint = try checkpointPath.map { try fitting.checkpoint(path: $0, resumes: resumes) }
        let history = try fitting.train(checkpoint, shouldStop: shouldStop) { report(.trainer($0)) }
        report(.baselines)
        let baselines = TagBaselines.lines(data, scoring: data.scored, pool: pool)
        let tagger = try fitting.tagger(history, baselines: baselines)
        let elapsed = start.duration(to: clock.now)
        return (
            tagger,
            TagReport(
                model: .init(name: resolved.model.kind.rawValue, metrics: tagger.metrics), baselines: baselines,
                rows: counts, scoredPart: data.scoredPart, labels: data.knownLabels,
                parameters: fitting.parameters.weightCount, seconds: elapsed / .seconds(1),
                remarks: data.remarks(recipe: resolved))
        )
    }
}

import Audio
import Files
import Kernels
import Training

/// Trains a classifier of sounds: recipe and data in, model and report out.
public struct AudioTraining {
    /// What a training is about to do and does.
    public enum Event: Sendable {
        /// The data are read: files, chunks of these, samples a second.
        case read(files: Int, chunks: Int, sampleRate: Int)
        /// A model is about to be trained: for one fold of several, or the one that is kept.
        case prepared(
            fold: (name: String, number: Int, of: Int)?, files: AudioReport.Files, labels: Int, parameters: Int,
            epochs: Int, replicas: Int)
        case trainer(Trainer.Event)
        /// The baselines are being fitted.
        case baselines
    }

    public let recipe: AudioRecipe
    /// Where the state of the model that is kept, or of a fold's, goes behind every epoch; nowhere where nil.
    private let checkpointPath: (@Sendable (_ fold: Int?) -> String)?
    /// Whether to go on from checkpoints that stand there.
    private let resumes: Bool
    private let cache: FeatureCache?
    private let pool: WorkerPool

    /// - Parameter cache: Where features of chunks are kept that nothing changed: all but those that augmentation makes
    ///   for each step anew. nil for nowhere.
    public init(
        _ recipe: AudioRecipe, checkpointPath: (@Sendable (_ fold: Int?) -> String)? = nil, resumes: Bool = false,
        cache: FeatureCache? = nil, pool: WorkerPool
    ) {
        (self.recipe, self.checkpointPath, self.resumes) = (recipe, checkpointPath, resumes)
        (self.cache, self.pool) = (cache, pool)
    }

    /// Trains on the sounds at `path`, and scores on those that the recipe's split holds out.
    ///
    /// With folds one model is trained for each and scored on it; the model that is kept has then seen all files, and
    /// its scores are those of the folds.
    ///
    /// - Parameters:
    ///   - path: A folder or a manifest.
    ///   - shouldStop: Asked before every step; true ends training with `TrainingError.interrupted`.
    /// - Throws: `FileError` for data that cannot be trained on, `RecipeError`, `TrainingError`, `AudioError`.
    public func run(
        _ path: String, shouldStop: () -> Bool = { false }, report: (Event) -> Void = { _ in }
    ) throws -> (classifier: AudioClassifier, report: AudioReport) {
        let clock = ContinuousClock()
        let start = clock.now
        let clips = try AudioClips(path: path, recipe: recipe, pool: pool)
        let attribute = recipe.clips.reportBy.isEmpty ? nil : recipe.clips.reportBy
        if let attribute { try clips.list.require(attribute: attribute) }
        report(.read(files: clips.files.count, chunks: clips.chunkCount, sampleRate: clips.sampleRate))
        let splits = try AudioSplits(clips, split: recipe.split, seed: recipe.seed)
        var (folds, scored): ([AudioReport.Fold], [ScoredClips]) = ([], [])
        for (place, parts) in splits.folds.enumerated() {
            let fold = (name: parts.name, number: place + 1, of: splits.folds.count)
            let fitted = try fit(clips, parts, fold: fold, shouldStop: shouldStop, report: report)
            scored.append(try scores(of: fitted.fitting, parts, clips, report: report))
            let lines = ScoredClips.lines([scored[place]])
            folds.append(
                .init(name: parts.name, files: parts.counts, model: lines[0], baselines: Array(lines.dropFirst())))
        }
        let kept = try fit(clips, splits.kept, fold: nil, shouldStop: shouldStop, report: report)
        if folds.isEmpty { scored = [try scores(of: kept.fitting, splits.kept, clips, report: report)] }
        let lines = ScoredClips.lines(scored)
        let classifier = kept.fitting.classifier(
            kept.history, metrics: lines[0], baselines: Array(lines.dropFirst()))
        return (
            classifier,
            AudioReport(
                model: lines[0], baselines: classifier.baselines, folds: folds, attribute: attribute,
                parts: attribute.map { ScoredClips.parts(scored, by: $0) } ?? [], files: splits.kept.counts,
                scoredPart: folds.isEmpty ? splits.kept.scoredPart : .folds,
                parameters: classifier.parameters.weightCount, seconds: start.duration(to: clock.now) / .seconds(1),
                remarks: clips.remarks + splits.remarks + cache.remarks)
        )
    }

    /// Trains one model.
    private func fit(
        _ clips: AudioClips, _ parts: AudioParts, fold: (name: String, number: Int, of: Int)?, shouldStop: () -> Bool,
        report: (Event) -> Void
    ) throws -> (fitting: AudioFitting, history: History) {
        let chunks = AudioChunks(clips, files: parts.training).chunks.count
        let resolved = recipe.resolved(
            threads: pool.threadCount, trainingChunks: chunks, sampleRate: clips.sampleRate)
        let fitting = try AudioFitting(clips, parts, recipe: resolved, cache: cache, pool: pool)
        report(
            .prepared(
                fold: fold, files: parts.counts, labels: fitting.labels.count,
                parameters: fitting.parameters.weightCount, epochs: resolved.training.epochs,
                replicas: resolved.training.replicas))
        let checkpoint = try checkpointPath.map { try fitting.checkpoint(path: $0(fold?.number), resumes: resumes) }
        let history = try fitting.train(checkpoint, shouldStop: shouldStop) { report(.trainer($0)) }
        return (fitting, history)
    }

    /// The model and its baselines on what was held out.
    private func scores(
        of fitting: AudioFitting, _ parts: AudioParts, _ clips: AudioClips, report: (Event) -> Void
    ) throws -> ScoredClips {
        report(.baselines)
        let (training, scored) = (AudioChunks(clips, files: parts.training), AudioChunks(clips, files: parts.scored))
        let model = (name: recipe.model.kind.rawValue, values: try fitting.logProbabilities(of: scored.chunks))
        let baselines = try AudioBaselines.scores(
            training: training, scored: scored.chunks, labelCount: clips.labels.count, sampleRate: clips.sampleRate,
            cache: cache, pool: pool)
        try clips.store.check()
        return ScoredClips(clips, files: parts.scored, values: [model] + baselines)
    }
}

extension FeatureCache? {
    /// What a reader of a report should know about the cache.
    var remarks: [String] {
        self?.failure.map { ["Not all features could be kept, and were computed again where needed: \($0)."] } ?? []
    }
}

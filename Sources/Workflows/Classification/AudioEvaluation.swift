import Audio
import Files
import Kernels

/// Scores a classifier on labelled sounds, beside its baselines.
public struct AudioEvaluation {
    private let classifier: AudioClassifier
    private let cache: FeatureCache?
    private let pool: WorkerPool

    /// - Parameter cache: Where features are kept; nil for nowhere.
    public init(_ classifier: AudioClassifier, cache: FeatureCache? = nil, pool: WorkerPool) {
        (self.classifier, self.cache, self.pool) = (classifier, cache, pool)
    }

    /// The model and its baselines on the sounds at `path`.
    ///
    /// The shares of labels are in the model file. The other baselines are not: they are fitted anew where `training`
    /// gives the sounds that the model was trained on, on the part of these that training saw.
    ///
    /// - Parameters:
    ///   - path: A folder or a manifest.
    ///   - pattern: Of file names; that of training where nil.
    ///   - attribute: A column of the manifest; the scores of each of its values are reported, too.
    ///   - training: The folder or manifest that the model was trained on.
    /// - Throws: `FileError` where there are no sounds, or labels that the model does not know; `AudioError`.
    public func run(
        _ path: String, pattern: String? = nil, by attribute: String? = nil, training: String? = nil
    ) throws -> AudioReport {
        let clock = ContinuousClock()
        let start = clock.now
        var recipe = classifier.recipe
        if let pattern { recipe.clips.pattern = pattern }
        let list = try ClipList.read(path: path, pattern: recipe.namePattern).relabelled(classifier.labels)
        if let attribute { try list.require(attribute: attribute) }
        let clips = try AudioClips(list, recipe: recipe, pool: pool)
        let files = Array(clips.files.indices)
        let all = AudioChunks(clips, files: files)
        var values: [AudioBaselines.Scores] = [
            (recipe.model.kind.rawValue, try classifier.logProbabilities(of: all.chunks, cache: cache, pool: pool))
        ]
        var remarks = clips.remarks
        if let training {
            values += try baselines(fittedOn: training, scoring: all)
        } else {
            let shares = classifier.labelShares
            values.append((AudioBaselines.majorityName, AudioBaselines.majority(shares, rows: all.chunks.count)))
            remarks.append("The other baselines are fitted, too, where --train gives the sounds it was trained on.")
        }
        try clips.store.check()
        remarks += cache.remarks
        let scored = [ScoredClips(clips, files: files, values: values)]
        let lines = ScoredClips.lines(scored)
        return AudioReport(
            model: lines[0], baselines: Array(lines.dropFirst()), folds: [], attribute: attribute,
            parts: attribute.map { ScoredClips.parts(scored, by: $0) } ?? [], files: .init(test: files.count),
            scoredPart: .test, parameters: classifier.parameters.weightCount,
            seconds: start.duration(to: clock.now) / .seconds(1), remarks: remarks)
    }

    /// The baselines, fitted on what training saw of the sounds at a path.
    private func baselines(fittedOn path: String, scoring all: AudioChunks) throws -> [AudioBaselines.Scores] {
        let recipe = classifier.recipe
        let clips = try AudioClips(path: path, recipe: recipe, pool: pool)
        guard clips.labels == classifier.labels else {
            throw FileError.malformed(
                InputFile.displayName(path), .file,
                "\(clips.labels.count) labels found that are not the model's \(classifier.labels.count); the sounds "
                    + "that it was trained on are expected")
        }
        let kept = try AudioSplits(clips, split: recipe.split, seed: recipe.seed).kept
        let scores = try AudioBaselines.scores(
            training: AudioChunks(clips, files: kept.training), scored: all.chunks, labelCount: clips.labels.count,
            sampleRate: clips.sampleRate, cache: cache, pool: pool)
        try clips.store.check()
        return scores
    }
}

import Audio
import Glibc
import Kernels
import Layers
import Tensors
import Training

/// One model being fitted to some files.
struct AudioFitting {
    let parameters: Parameters
    let labels: [String]
    private let model: AudioModel
    private let pipeline: AudioPipeline
    private let training: AudioChunks
    private let validation: AudioChunks
    private let store: SampleStore
    private let recipe: AudioRecipe
    private let pool: WorkerPool

    /// - Parameter cache: Where features of chunks are kept that nothing changed; nil for nowhere.
    /// - Throws: `RecipeError` for features that the rate does not allow.
    init(
        _ clips: AudioClips, _ parts: AudioParts, recipe: AudioRecipe, cache: FeatureCache?, pool: WorkerPool
    ) throws {
        (store, self.recipe, self.pool) = (clips.store, recipe, pool)
        labels = clips.labels
        training = AudioChunks(clips, files: parts.training)
        // Without files to spare the training part itself picks the best epoch.
        validation = parts.validation.isEmpty ? training : AudioChunks(clips, files: parts.validation)
        try recipe.validateFeatures()
        let settings = recipe.featureSettings
        pipeline = try AudioPipeline(
            settings, normalization: recipe.features.normalization, fitting: training.chunks, cache: cache,
            pool: pool)
        parameters = Parameters(.seed(recipe.seed))
        model = AudioModel(recipe, recipe.modelSizes(settings, labels: labels.count), scope: parameters.scope)
    }

    /// - Throws: `RecipeError` for options that name parameters which the model does not have, `TrainingError`, and
    ///   `FileError` where the checkpoint cannot be read or written.
    func train(
        _ checkpoint: Checkpoint?, shouldStop: () -> Bool, report: (Trainer.Event) -> Void
    ) throws -> History {
        let trainer = Trainer(parameters, options: recipe.training, seed: recipe.seed, pool: pool)
        let loader = DataLoader(
            lengths: training.chunks.lengths, batchSize: recipe.training.batchSize, seed: recipe.seed)
        let model = model
        let augmentation = ChunkAugmentation(recipe, pipeline, training)
        let crossEntropy = CrossEntropy(labelSmoothing: Float(recipe.model.labelSmoothing))
        let loss: Trainer.Loss = { rows, context in
            let batch = augmentation.batch(rows, seed: context.nextSeed())
            let logits = model(batch.features, lengths: batch.lengths, context)
            let loss = crossEntropy(logits, targets: batch.targets)
            guard let (others, share) = batch.mixed else { return loss }
            return (1 - share) * loss + share * crossEntropy(logits, targets: others)
        }
        return try TrainingOptions.namingKeys {
            do {
                return try trainer.fit(
                    loader, checkpoint: checkpoint, shouldStop: { shouldStop() || store.hasFailed }, report: report,
                    loss: loss, validate: { validated() })
            } catch TrainingError.interrupted {
                try store.check()
                throw TrainingError.interrupted
            }
        }
    }

    /// The loss on the chunks of the validation part, and the geometric mean of the right labels' probabilities: it
    /// still tells epochs apart where all labels are right.
    private func validated() -> Trainer.Validation {
        let scores = scorer.logProbabilities(of: validation.chunks)
        var sum = 0.0
        for (row, label) in validation.labels.enumerated() { sum -= Double(scores[row * labels.count + Int(label)]) }
        let loss = sum / Double(max(validation.labels.count, 1))
        return Trainer.Validation(loss: loss, score: exp(-loss))
    }

    /// Where the state of the training goes, under the name of its recipe and data.
    func checkpoint(path: String, resumes: Bool) throws -> Checkpoint {
        Checkpoint(path: path, identity: "\(try recipe.json()) \(digest)", resumes: resumes)
    }

    /// Tells the data from others: a hash of the samples and labels of the parts that training sees.
    private var digest: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, a word at a time
        func add(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01b3 }
        var samples: [Float] = []
        for part in [training, validation] {
            add(UInt64(part.chunks.count))
            for (index, label) in part.labels.enumerated() {
                add(UInt64(label))
                part.chunks.read(index, into: &samples)
                for sample in samples { add(UInt64(sample.bitPattern)) }
            }
        }
        for label in labels { for byte in label.utf8 { add(UInt64(byte)) } }
        return String(hash, radix: 16)
    }

    /// The logarithm of each label's probability for each chunk, `[M, L]`.
    ///
    /// - Throws: `AudioError` where one is not a number.
    func logProbabilities(of chunks: SoundChunks) throws -> [Float] {
        let scores = scorer.logProbabilities(of: chunks)
        try AudioError.check(scores, labels: labels)
        return scores
    }

    /// The model as it is now, with its scores.
    func classifier(_ history: History, metrics: AudioReport.Line, baselines: [AudioReport.Line]) -> AudioClassifier {
        AudioClassifier(
            recipe: recipe, labels: labels, metrics: metrics, baselines: baselines,
            labelShares: AudioBaselines.shares(of: training.labels, labelCount: labels.count), history: history,
            parameters: parameters, pipeline: pipeline, model: model)
    }

    private var scorer: AudioScorer {
        AudioScorer(
            model: model, pipeline: pipeline, labels: labels.count, batchSize: recipe.training.batchSize, pool: pool)
    }
}

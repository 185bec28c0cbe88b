import Kernels
import Text
import WordVectors

/// Trains word vectors: recipe and corpus in, vectors and report out.
public struct EmbedTraining: Sendable {
    /// What a training came to, in the words of its JSON.
    public struct Report: Encodable, Sendable {
        /// Words of the corpus.
        public let words: Int
        /// Words with a vector.
        public let vocabulary: Int
        /// The training alone, in seconds.
        public let trainSeconds: Double
        /// Words of the corpus times epochs, a second of training.
        public let wordsPerSecond: Double
        public let epochs: Int
        /// The mean loss of a prediction, epoch by epoch.
        public let loss: [Double]
        /// The most memory that the process has had, in MiB.
        public let peakMebibytes: Int

        private enum CodingKeys: String, CodingKey {
            case words, vocabulary, epochs, loss
            case trainSeconds = "train_s"
            case wordsPerSecond = "words_per_s"
            case peakMebibytes = "peak_mib"
        }
    }

    public let recipe: EmbedRecipe
    private let pool: WorkerPool

    public init(_ recipe: EmbedRecipe, pool: WorkerPool) { (self.recipe, self.pool) = (recipe, pool) }

    /// Trains on a corpus file, or on standard input for `-`.
    ///
    /// - Throws: `FileError`, `CleaningError`, `Word2VecError`.
    public func run(
        corpus: String, shouldStop: @escaping @Sendable () -> Bool = { false },
        report: @escaping @Sendable (Word2Vec.Event) -> Void = { _ in }
    ) throws -> (vectors: WordVectors, report: Report) {
        let trainer = Word2Vec(
            recipe.training, pipeline: TextPipeline(cleaner: recipe.text.cleaning, tokenizer: recipe.text.tokenizer),
            characterNGrams: recipe.characterNGrams, phrasePasses: recipe.text.phrases, seed: recipe.seed, pool: pool)
        let outcome = try trainer.train(corpus: corpus, shouldStop: shouldStop, report: report)
        var vectors = outcome.vectors
        vectors.metadata[ModelFile.Key.recipe] = try recipe.json()
        let epochs = recipe.training.epochs
        return (
            vectors,
            Report(
                words: outcome.words, vocabulary: vectors.count, trainSeconds: outcome.trainingSeconds,
                wordsPerSecond: (Double(outcome.words * epochs) / max(outcome.trainingSeconds, 1e-9)).rounded(),
                epochs: epochs, loss: outcome.losses, peakMebibytes: ProcessMemory.peakMebibytes)
        )
    }
}

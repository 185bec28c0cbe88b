import Audio
import Glibc
import Kernels
import Layers
import Tensors
import Training

/// A trained classifier of sounds: samples in, labels with probabilities out.
///
/// It holds all that classification needs, chunking and features included; `init(contentsOf:)` and
/// `write(to:replacing:)` move it to and from one file.
public struct AudioClassifier: Sendable {
    public let recipe: AudioRecipe
    /// The names of the labels, by number.
    public let labels: [String]
    /// The scores on what was held out, as they stood when the model was trained.
    public let metrics: AudioReport.Line
    /// The baselines' scores on the same files.
    public let baselines: [AudioReport.Line]
    /// The share of training chunks that have each label, which is all that the simplest baseline needs.
    public let labelShares: [Float]
    public let history: History
    public let parameters: Parameters
    let pipeline: AudioPipeline
    let model: AudioModel

    /// A label and its probability.
    public struct Prediction: Codable, Hashable, Sendable {
        public let label: String
        public let probability: Float
    }

    /// Samples a second of what the model hears.
    public var sampleRate: Int { pipeline.settings.sampleRate }

    /// The layers with what each puts out for one whole chunk.
    public func summary() -> Summary {
        let silence = [Float](repeating: 0, count: recipe.chunking.chunkLength(sampleRate: sampleRate))
        let (features, lengths) = pipeline.batch([0], of: SoundChunks([silence[...]]))
        return parameters.summary { context in _ = model(features, lengths: lengths, context) }
    }

    /// The logarithm of each label's probability for each chunk, `[M, L]`.
    ///
    /// - Throws: `AudioError` where the weights are so large that no number comes out.
    func logProbabilities(
        of chunks: SoundChunks, cache: FeatureCache? = nil, pool: WorkerPool
    ) throws -> [Float] {
        let scorer = AudioScorer(
            model: model, pipeline: cache == nil ? pipeline : try pipeline.caching(in: cache), labels: labels.count,
            batchSize: recipe.training.batchSize, pool: pool)
        let scores = scorer.logProbabilities(of: chunks)
        try AudioError.check(scores, labels: labels)
        return scores
    }

    /// All labels with the probabilities that votes of chunks come to, the most probable first.
    ///
    /// - Parameter votes: Means of log-probabilities; they are brought to probabilities with a sum of 1.
    func ranked(_ votes: [Float]) -> [Prediction] {
        let largest = votes.max() ?? 0
        let odds = votes.map { exp(Double($0 - largest)) }
        let sum = odds.reduce(0, +)
        return zip(labels, odds).enumerated()
            .sorted { $0.element.1 != $1.element.1 ? $0.element.1 > $1.element.1 : $0.offset < $1.offset }
            .map { Prediction(label: $0.element.0, probability: Float($0.element.1 / sum)) }
    }
}

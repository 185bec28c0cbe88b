import Kernels
import Layers
import ModelFiles
import Tensors
import Text
import Training

/// A trained tagger: raw text in, labels with probabilities out.
///
/// It holds all that prediction needs, the text pipeline included; `init(contentsOf:)` and `write(to:replacing:)` move
/// it to and from one file.
public struct Tagger: Sendable {
    public let recipe: TagRecipe
    /// The names of the labels, by number.
    public let labels: [String]
    /// A label is given where its probability reaches its threshold.
    public let thresholds: LabelThresholds
    /// The threshold for all labels that their own ones lie around.
    public var threshold: Float { thresholds.common }
    /// The scores on the part that was held out, as they stood when the model was trained.
    public let metrics: MultiLabelMetrics
    /// The baselines' scores on the same rows.
    public let baselines: [TagReport.Line]
    /// The share of training rows that have each label, which is all that the simplest baseline needs.
    public let labelFrequencies: [Float]
    public let history: History
    public let vocabulary: Vocabulary
    /// The words that have pretrained vectors; nil where training had none.
    public let pretrainedVocabulary: Vocabulary?
    public let parameters: Parameters
    let model: TagModel

    /// A label and its probability.
    public struct Prediction: Codable, Hashable, Sendable {
        public let label: String
        public let probability: Float
    }

    /// The probability of each label for each text, `[N, L]` in row-major order.
    ///
    /// - Throws: `CleaningError` where a cleaning rule of the model cannot be carried out, `TaggerError` where the
    ///   weights are so large that no number comes out.
    public func probabilities(of texts: [String], pool: WorkerPool) throws -> [Float] {
        let tokenizer = ParallelTokenizer(recipe.pipeline, maximumLength: recipe.text.maximumLength, pool: pool)
        var words = TokenBags(
            vocabulary, characterNGrams: recipe.characterNGrams, pretrained: pretrainedVocabulary)
        let rows = words.numbers(of: try tokenizer.tokens(of: texts).rows)
        let scorer = TagScorer(model: model, labels: labels.count, batchSize: recipe.training.batchSize, pool: pool)
        let probabilities = scorer.probabilities(of: rows, words: words)
        if let place = MultiLabelMetrics.firstNonFinite(in: probabilities) {
            throw TaggerError.notFinite(label: labels[place % labels.count])
        }
        return probabilities
    }

    /// The labels of each text, most probable first.
    ///
    /// - Parameters:
    ///   - threshold: Labels from this probability on; the model's own thresholds where nil.
    ///   - top: This many labels, whatever their probability, in place of a threshold.
    public func predictions(
        of texts: [String], threshold: Float? = nil, top: Int? = nil, pool: WorkerPool
    ) throws -> [[Prediction]] {
        let probabilities = try probabilities(of: texts, pool: pool)
        return texts.indices.map { row in
            let scores = probabilities[row * labels.count..<(row + 1) * labels.count]
            let ranked = scores.enumerated().sorted { a, b in
                a.element != b.element ? a.element > b.element : a.offset < b.offset
            }
            let given = top.map { Array(ranked.prefix($0)) }
                ?? ranked.filter { $0.element >= threshold ?? thresholds.ofLabels[$0.offset] }
            return given.map { Prediction(label: labels[$0.offset], probability: $0.element) }
        }
    }
}

/// Why a tagger cannot tag.
public enum TaggerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The probability of a label is not a number: the weights are finite, but sums of them are not.
    case notFinite(label: String)

    public var description: String {
        switch self {
        case .notFinite(let label):
            "the model cannot be used: its weights are so large that the probability of \"\(label)\" is not a number"
        }
    }
}

/// Scores texts in batches on all threads.
struct TagScorer {
    let model: TagModel
    let labels: Int
    let batchSize: Int
    let pool: WorkerPool

    /// Logits of each text, `[N, L]`.
    func logits(of rows: [[Int32]], words: TokenBags) -> [Float] {
        let loader = DataLoader(lengths: rows.map { Int32($0.count) }, batchSize: batchSize, seed: 0)
        let batches = loader.batchesForEvaluation()
        let result = UnsafeMutableBufferPointer<Float>.allocate(capacity: rows.count * labels)
        defer { result.deallocate() }
        nonisolated(unsafe) let scores = result
        let (model, labels) = (model, labels)
        // Of a single batch, the threads share the operations.
        pool.sharingOperations {
            pool.run(batches.count) { index in
                let batch = batches[index]
                let logits = model(TextBatch(batch.map { rows[Int($0)] }, words: words), .inference)
                for (place, row) in batch.enumerated() {
                    (scores.baseAddress! + Int(row) * labels)
                        .update(from: logits.pointer + place * labels, count: labels)
                }
            }
        }
        return Array(result)
    }

    /// 1 / (1 + exp(-logit)) of each text and label.
    func probabilities(of rows: [[Int32]], words: TokenBags) -> [Float] {
        var scores = logits(of: rows, words: words)
        scores.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { Activations.sigmoid(base, into: base, count: buffer.count) }
        }
        return scores
    }
}

import Kernels
import Layers
import Tensors
import Text
import Training

/// How much a word had to do with a label.
public struct WordWeight: Codable, Hashable, Sendable {
    /// The word as the model reads it, behind cleaning.
    public let word: String
    /// The word's share: positive where it speaks for the label, negative where it speaks against it. The magnitudes of
    /// a text's words have the sum 1, or are all 0 where no word had any influence.
    public let weight: Float
}

extension Tagger {
    /// What the weights of words are made of.
    public enum ExplanationMethod: String, Codable, Sendable, CaseIterable {
        /// Gradient times input, with the gradient's mean along the straight line from vectors of zeros to the words'
        /// vectors x (Sundararajan et al. 2017, "Axiomatic attribution for deep networks"):
        ///
        ///     sum_d x_d mean over a in (0, 1) of dz/dx_d at a x
        ///
        /// where z is the label's logit. All words' numbers together are what z gains over a text of unknown words,
        /// which of the gradient at x alone would be true of a linear model only. A word's vector is the mean of its
        /// bag's rows, so that this is the sum over the word's own row and those of its character n-grams.
        case integratedGradients = "integrated_gradients"
        /// The weights of the model's attention. All labels of a text share them: they tell where the model looks, not
        /// for which label.
        case attention
    }

    /// What this model's predictions can be explained by.
    public var explanationMethods: [ExplanationMethod] {
        recipe.model.kind == .attention ? [.integratedGradients, .attention] : [.integratedGradients]
    }

    /// The weights of each text's words for some labels, in the order of the words.
    ///
    /// - Parameters:
    ///   - predictions: The labels to explain for each text.
    ///   - method: One of `explanationMethods`.
    /// - Returns: For each text and each of its labels the words' weights.
    /// - Throws: `CleaningError` where a cleaning rule of the model cannot be carried out, `TaggerError` where a weight
    ///   is not a number.
    public func explanations(
        of predictions: [[Prediction]], texts: [String], by method: ExplanationMethod = .integratedGradients,
        pool: WorkerPool
    ) throws -> [[[WordWeight]]] {
        precondition(explanationMethods.contains(method), "a model of the kind \(recipe.model.kind) by \(method)")
        precondition(predictions.count == texts.count, "\(predictions.count) predictions of \(texts.count) texts")
        let tokenizer = ParallelTokenizer(recipe.pipeline, maximumLength: recipe.text.maximumLength, pool: pool)
        let tokens = try tokenizer.tokens(of: texts).rows
        var words = TokenBags(vocabulary, characterNGrams: recipe.characterNGrams, pretrained: pretrainedVocabulary)
        let rows = words.numbers(of: tokens)
        let numbers = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, $0) })
        let questions = predictions.enumerated().flatMap { text, predictions in
            predictions.map { (text: text, label: numbers[$0.label]!) }
        }
        var result: [[[WordWeight]]] = texts.map { _ in [] }
        for start in stride(from: 0, to: questions.count, by: Self.questionsAtATime) {
            let part = questions[start..<min(start + Self.questionsAtATime, questions.count)]
            let batch = TextBatch(part.map { rows[$0.text] }, words: words)
            let vectors = model.vectors(of: batch, .inference)
            let weights =
                switch method {
                case .integratedGradients: integratedGradients(vectors, batch, labels: part.map(\.label))
                case .attention: model.attention(vectors, lengths: batch.lengths, .inference)!.elements
                }
            for (row, question) in part.enumerated() {
                let own = weights[row * batch.steps..<row * batch.steps + rows[question.text].count]
                let sum = own.reduce(0) { $0 + abs($1) }
                guard sum.isFinite else { throw TaggerError.notFinite(label: labels[question.label]) }
                result[question.text].append(
                    zip(tokens[question.text], own).map { WordWeight(word: $0, weight: sum > 0 ? $1 / sum : 0) })
            }
        }
        return result
    }

    /// Texts with a label each that are looked at together.
    private static let questionsAtATime = 8
    /// Places on the line from zeros to a text at which gradients are taken.
    private static let places = 16

    /// The integrated gradients of the words of a batch, `[N, T]`, each text for one label.
    ///
    /// - Parameter vectors: Of the batch's words, `[N, T, D]`.
    private func integratedGradients(_ vectors: Tensor, _ batch: TextBatch, labels wanted: [Int]) -> [Float] {
        // Row n of place p is row p N + n of one large batch.
        let (rows, width) = (batch.rows * Self.places, vectors.shape.columns)
        let scaled = Tensor(uninitialized: [rows, batch.steps, width])
        for place in 0..<Self.places {
            Vector.scale(
                (Float(place) + 0.5) / Float(Self.places), vectors.pointer,
                into: scaled.mutablePointer + place * vectors.count, count: vectors.count)
        }
        let lengths = (0..<Self.places).flatMap { _ in batch.lengths.elements }
        let tape = Tape()
        let x = tape.watch(scaled)
        let logits = model.logits(x, lengths: IndexTensor(lengths, [rows]), .inference)
        // No text has a part in another's logits: the gradient of their sum holds that of each.
        let selection = Tensor(zeros: logits.shape)
        for row in 0..<rows { selection.mutablePointer[row * labels.count + wanted[row % batch.rows]] = 1 }
        tape.backward(from: (logits * selection).sum(), scale: 1 / Float(Self.places))
        let gradient = tape.gradient(of: x)
        return (0..<batch.rows * batch.steps).map { word in
            (0..<Self.places).reduce(0) { sum, place in
                sum + Vector.dot(
                    vectors.pointer + word * width, gradient.pointer + place * vectors.count + word * width,
                    count: width)
            }
        }
    }
}

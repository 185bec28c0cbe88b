/// How word vectors are trained.
public struct Word2VecOptions: Codable, Hashable, Sendable {
    /// What is predicted from what.
    public enum Architecture: String, Codable, Hashable, Sendable, CaseIterable {
        /// Each context word by itself predicts the centre word.
        case skipGram = "skip-gram"
        /// The mean of all context words predicts the centre word.
        case continuousBagOfWords = "cbow"
    }

    /// How the huge classification over all words is made cheap.
    public enum Loss: String, Codable, Hashable, Sendable, CaseIterable {
        /// The centre word against a few random words (Mikolov et al. 2013, "Distributed representations of words and
        /// phrases and their compositionality").
        case negativeSampling = "negative-sampling"
        /// A walk down a binary Huffman tree (Morin and Bengio 2005).
        case hierarchicalSoftmax = "hierarchical-softmax"
    }

    public var architecture: Architecture
    public var loss: Loss
    /// The width of the vectors, D.
    public var dimensions: Int
    /// Words on either side that count as context, at most; each centre draws its own window from 1 to this.
    public var window: Int
    /// Random words beside each centre word.
    public var negatives: Int
    /// Words that make up a larger share of the corpus than this are thinned out; 0 keeps all.
    public var subsample: Double
    /// Rarer words are left out.
    public var minimumCount: Int
    /// Words, at most; 0 for any number.
    public var maximumVocabulary: Int
    /// Passes over the corpus.
    public var epochs: Int
    /// The learning rate at the start, from which it falls in a straight line to `minimumLearningRate`; 0 stands for
    /// 0.025, or 0.06 for the continuous bag of words. On 5.8 million words of English 0.05, which is word2vec's, costs
    /// a bag of words 1.3 points of analogies (1.7 with subwords); with the tree the two are level.
    public var learningRate: Double
    public var minimumLearningRate: Double
    /// Whether one thread does all the training, so that the same seed gives the same bytes.
    public var deterministic: Bool

    public init() {
        architecture = .skipGram
        loss = .negativeSampling
        dimensions = 100
        window = 5
        negatives = 5
        subsample = 1e-4
        minimumCount = 5
        maximumVocabulary = 0
        epochs = 5
        learningRate = 0
        minimumLearningRate = 1e-4
        deterministic = false
    }

    /// The learning rate with the default filled in.
    public var startingRate: Double {
        learningRate > 0 ? learningRate : architecture == .skipGram ? 0.025 : 0.06
    }
}

import Text
import WordVectors

/// How word vectors are trained: text, subwords and the training itself.
public struct EmbedRecipe: Recipe {
    public static let job = "embed"

    /// From raw text to words.
    public struct Text: Codable, Hashable, Sendable {
        /// The cleaning rules; a preset (`none`, `prose`, `technical`) stands for its rules.
        public var cleaning: Cleaner
        public var tokenizer: Tokenizer
        /// Passes that join pairs of words which belong together.
        public var phrases: Int
    }

    /// Character n-grams, which give unseen words a vector.
    public struct Subwords: Codable, Hashable, Sendable {
        public var enabled: Bool
        public var minimumLength: Int
        public var maximumLength: Int
        /// Rows that n-grams are hashed to.
        public var buckets: Int
    }

    public var text: Text
    public var subwords: Subwords
    public var training: Word2VecOptions
    /// Decides the first vectors, windows, negatives and thinning.
    public var seed: UInt64

    public static let choices: [String: [String]] = [
        "text.tokenizer": Tokenizer.allCases.map(\.rawValue),
        "training.architecture": Word2VecOptions.Architecture.allCases.map(\.rawValue),
        "training.loss": Word2VecOptions.Loss.allCases.map(\.rawValue),
    ]

    public init() {
        text = Text(cleaning: Cleaner(.prose), tokenizer: .whitespace, phrases: 0)
        subwords = Subwords(enabled: false, minimumLength: 3, maximumLength: 6, buckets: 200_000)
        training = Word2VecOptions()
        seed = 1
    }

    public static func defaults(for settings: [RecipeSetting]) -> EmbedRecipe { EmbedRecipe() }

    public func validate() throws {
        func require(_ condition: Bool, _ key: String, _ value: some CustomStringConvertible, _ expected: String) throws
        {
            guard condition else { throw RecipeError("\(key) is \(value), \(expected) expected") }
        }
        for (key, value, most) in [
            ("training.dimensions", training.dimensions, 1 << 14), ("training.window", training.window, 1_000),
            ("training.minimumCount", training.minimumCount, .max), ("training.epochs", training.epochs, 10_000),
            ("subwords.minimumLength", subwords.minimumLength, 100),
            ("subwords.buckets", subwords.buckets, 1 << 28),
        ] { try require((1...most).contains(value), key, value, "a whole number from 1 to \(most)") }
        for (key, value, most) in [
            ("training.negatives", training.negatives, 1_000), ("text.phrases", text.phrases, 10),
            ("training.maximumVocabulary", training.maximumVocabulary, .max),
        ] { try require((0...most).contains(value), key, value, "a whole number from 0 to \(most)") }
        try require(
            training.loss == .hierarchicalSoftmax || training.negatives > 0, "training.negatives", training.negatives,
            "at least 1 with negative sampling")
        try require(
            (0..<1).contains(training.subsample), "training.subsample", training.subsample, "a share from 0 to below 1")
        try require(
            (0...10).contains(training.learningRate), "training.learningRate", training.learningRate,
            "a number from 0 to 10")
        try require(
            (0...10).contains(training.minimumLearningRate), "training.minimumLearningRate",
            training.minimumLearningRate, "a number from 0 to 10")
        try require(
            subwords.maximumLength >= subwords.minimumLength, "subwords.maximumLength", subwords.maximumLength,
            "no less than subwords.minimumLength")
    }

    var characterNGrams: CharacterNGrams? {
        guard subwords.enabled else { return nil }
        return CharacterNGrams(
            minimumLength: subwords.minimumLength, maximumLength: subwords.maximumLength, buckets: subwords.buckets)
    }
}

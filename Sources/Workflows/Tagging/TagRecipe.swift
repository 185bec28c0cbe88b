import Text
import Training

/// How a tagger is trained: text, parts of the data, model and training.
public struct TagRecipe: Recipe {
    public static let job = "tag"

    /// Which columns of a table are read.
    public struct Columns: Codable, Hashable, Sendable {
        /// The column of the texts; empty for `title`, or what else is plainly meant.
        public var text: String
        /// The column of the labels; empty for `tags`, or what else is plainly meant.
        public var labels: String
    }

    /// From raw text to tokens.
    public struct Text: Codable, Hashable, Sendable {
        /// The cleaning rules; a preset (`none`, `prose`, `technical`) stands for its rules.
        public var cleaning: Cleaner
        /// How cleaned text is split.
        public var tokenizer: Tokenizer
        /// Words that are rarer in the training part have no row of their own.
        public var minimumCount: Int
        /// Words with a row of their own, at most; 0 for any number.
        public var maximumVocabulary: Int
        /// Words of a text that are read; the rest is cut.
        public var maximumLength: Int
    }

    /// Character n-grams, which give unseen words a vector.
    public struct Subwords: Codable, Hashable, Sendable {
        public var minimumLength: Int
        public var maximumLength: Int
        /// Rows that n-grams are hashed to; 0 turns them off.
        public var buckets: Int
    }

    /// Word vectors that were trained elsewhere, read beside the tagger's own.
    public struct Embeddings: Codable, Hashable, Sendable {
        /// A file of vectors; empty for none.
        public var file: String
        /// Whether training leaves them as they are.
        public var frozen: Bool
        /// Words that are taken from the file, at most.
        public var maximumWords: Int
    }

    /// The network.
    public struct Model: Codable, Hashable, Sendable {
        public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
            /// Word vectors, an LSTM over them, a linear layer on its last states.
            case lstm
            /// The mean of the word vectors, a linear layer on it.
            case average
        }

        public var kind: Kind
        /// The width of a word's vector; by default 64, and 128 where there is no LSTM behind it.
        public var embedding: Int
        /// The width of the LSTM's state in each direction.
        public var hidden: Int
        /// Whether a second LSTM reads from the end.
        public var bidirectional: Bool
        /// The probability with which training drops whole words.
        public var wordDropout: Double
        /// The probability with which training drops elements of word vectors.
        public var embeddingDropout: Double
        /// The probability with which training drops what goes into the last layer.
        public var dropout: Double
    }

    /// Shares of the rows that are not trained on.
    public struct Split: Codable, Hashable, Sendable {
        /// The last rows of the file, held out for the result table; not used where a test file is given.
        public var test: Double
        /// For early stopping; of the rows that remain.
        public var validation: Double
        /// For the threshold; of the rows that remain.
        public var threshold: Double
    }

    public var columns: Columns
    public var text: Text
    public var subwords: Subwords
    public var embeddings: Embeddings
    public var model: Model
    public var split: Split
    public var training: TrainingOptions
    /// Decides the split, the first weights, the order of examples and dropout.
    public var seed: UInt64

    public static let choices: [String: [String]] = [
        "text.tokenizer": Tokenizer.allCases.map(\.rawValue),
        "model.kind": Model.Kind.allCases.map(\.rawValue),
    ].merging(TrainingOptions.choices) { $1 }

    public static let groupsByKind = TrainingOptions.groupsByKind

    /// The defaults for a kind of model.
    public init(_ kind: Model.Kind = .lstm) {
        columns = Columns(text: "", labels: "")
        text = Text(
            cleaning: Cleaner(.technical), tokenizer: Cleaner.Preset.technical.tokenizer, minimumCount: 1,
            maximumVocabulary: 0, maximumLength: 256)
        subwords = Subwords(minimumLength: 3, maximumLength: 5, buckets: 50_000)
        embeddings = Embeddings(file: "", frozen: true, maximumWords: 100_000)
        model = Model(
            kind: kind, embedding: kind == .average ? 128 : 64, hidden: 64, bidirectional: true, wordDropout: 0.1,
            embeddingDropout: 0.3, dropout: 0.3)
        split = Split(test: 0.1, validation: 0.1, threshold: 0.05)
        training = TrainingOptions(
            epochs: 0, batchSize: 0, learningRate: 0.02, schedule: .linear, maximumGradientNorm: 1, patience: 5,
            replicas: 0)
        seed = 1
    }

    public static func defaults(for settings: [RecipeSetting]) -> TagRecipe {
        var recipe = TagRecipe(settings.kind("model.kind") ?? .lstm)
        recipe.training.chooseKinds(settings)
        return recipe
    }

    public func validate() throws {
        func require(
            _ condition: Bool, _ key: String, _ value: some CustomStringConvertible, _ expected: String,
            alsoDependsOn others: [String] = []
        ) throws {
            guard condition else { throw RecipeError("\(key) is \(value), \(expected) expected", keys: [key] + others) }
        }
        for (key, value) in [
            ("text.minimumCount", text.minimumCount), ("text.maximumLength", text.maximumLength),
            ("embeddings.maximumWords", embeddings.maximumWords),
            ("model.embedding", model.embedding), ("model.hidden", model.hidden),
            ("subwords.minimumLength", subwords.minimumLength),
        ] { try require(value >= 1, key, value, "a whole number from 1 on") }
        for (key, value) in [
            ("text.maximumVocabulary", text.maximumVocabulary), ("subwords.buckets", subwords.buckets),
        ] { try require(value >= 0, key, value, "a whole number from 0 on") }
        for (key, value) in [
            ("model.wordDropout", model.wordDropout), ("model.embeddingDropout", model.embeddingDropout),
            ("model.dropout", model.dropout),
        ] { try require((0..<1).contains(value), key, value, "a probability from 0 to below 1") }
        for (key, value) in [
            ("split.test", split.test), ("split.validation", split.validation), ("split.threshold", split.threshold),
        ] { try require((0..<1).contains(value), key, value, "a share from 0 to below 1") }
        try require(
            split.validation > 0 && split.threshold > 0 && split.validation + split.threshold < 1,
            "split.validation and split.threshold together", split.validation + split.threshold,
            "each above 0 and a sum below 1", alsoDependsOn: ["split.validation", "split.threshold"])
        try require(
            subwords.maximumLength >= subwords.minimumLength, "subwords.maximumLength", subwords.maximumLength,
            "no less than subwords.minimumLength", alsoDependsOn: ["subwords.minimumLength"])
        for (key, value) in [
            ("model.embedding", model.embedding), ("model.hidden", model.hidden),
            ("text.maximumLength", text.maximumLength), ("subwords.maximumLength", subwords.maximumLength),
        ] { try require(value <= 1 << 16, key, value, "at most 65536") }
        try require(subwords.buckets <= 1 << 28, "subwords.buckets", subwords.buckets, "at most 268435456")
        try training.validate()
    }

    /// The character n-grams, where they are on.
    var characterNGrams: CharacterNGrams? {
        guard subwords.buckets > 0 else { return nil }
        return CharacterNGrams(
            minimumLength: subwords.minimumLength, maximumLength: subwords.maximumLength, buckets: subwords.buckets)
    }

    var pipeline: TextPipeline { TextPipeline(cleaner: text.cleaning, tokenizer: text.tokenizer) }

    /// This recipe with what was left open decided: replicas by the threads at hand, batches and epochs by the training
    /// rows, and no share for a test part where the test rows came from elsewhere.
    ///
    /// An open batch size becomes a hundredth of the training rows, from 16 to 64, and an open number of epochs as many
    /// as make about 1,700 steps, from 6 to 60: large data need few passes, small data small steps and many.
    func resolved(threads: Int, trainingRows: Int, hasTestFile: Bool) -> TagRecipe {
        var recipe = self
        if hasTestFile { recipe.split.test = 0 }
        if recipe.training.replicas == 0 { recipe.training.replicas = threads }
        if recipe.training.batchSize == 0 { recipe.training.batchSize = min(64, max(16, trainingRows / 100)) }
        if recipe.training.epochs == 0 {
            let steps = (trainingRows + recipe.training.batchSize - 1) / recipe.training.batchSize
            recipe.training.epochs = min(60, max(6, 1_700 / max(steps, 1)))
        }
        return recipe
    }
}

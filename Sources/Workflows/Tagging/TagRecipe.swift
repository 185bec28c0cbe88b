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
        "model.pooling": Model.Pooling.allCases.map(\.rawValue),
    ].merging(TrainingOptions.choices) { $1 }

    public static let groupsByKind = TrainingOptions.groupsByKind

    /// The kind of model that is trained where none is asked for.
    public static let usualKind = Model.Kind.bigru

    /// The defaults for a kind of model.
    public init(_ kind: Model.Kind = usualKind) {
        columns = Columns(text: "", labels: "")
        text = Text(
            cleaning: Cleaner(.technical), tokenizer: Cleaner.Preset.technical.tokenizer, minimumCount: 1,
            maximumVocabulary: 0, maximumLength: 256)
        subwords = Subwords(minimumLength: 3, maximumLength: 5, buckets: 50_000)
        embeddings = Embeddings(file: "", frozen: true, maximumWords: 100_000)
        model = Model(kind)
        split = Split(test: 0.1, validation: 0.1, threshold: 0.05)
        training = TrainingOptions(
            epochs: 0, batchSize: 0, learningRate: 0.02, schedule: .linear, maximumGradientNorm: 1, patience: 5,
            replicas: 0)
        switch kind {
        // Larger steps throw its state about, which no gate protects.
        case .rnn: training.learningRate = 0.01
        // Attention learns nothing where the first steps are large.
        case .transformer: (training.learningRate, training.warmUpEpochs) = (0.003, 1)
        default: break
        }
        seed = 1
    }

    public static func defaults(for settings: [RecipeSetting]) -> TagRecipe {
        var recipe = TagRecipe(settings.kind("model.kind") ?? usualKind)
        recipe.training.chooseKinds(settings)
        return recipe
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

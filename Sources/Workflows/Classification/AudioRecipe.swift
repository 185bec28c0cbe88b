import Audio
import Training

/// How a classifier of sounds is trained: data, chunks, features, augmentation, model and training.
public struct AudioRecipe: Recipe {
    public static let job = "audio"

    /// Which files are read and as what.
    public struct Clips: Codable, Hashable, Sendable {
        /// Names of files as labels and groups: `{label}_{group}_{index}.wav`; empty for a folder a label, or a
        /// manifest.
        public var pattern: String
        /// Samples a second that sounds are brought to; 0 for the rate that most files have, 16,000 at most.
        public var sampleRate: Int
        /// A column of the manifest; the scores of the files with each of its values are reported, too. Empty for none.
        public var reportBy: String
    }

    /// How a chunk becomes numbers.
    public struct Features: Codable, Hashable, Sendable {
        /// What a chunk is brought to before the model sees it.
        public enum Normalization: String, Codable, Hashable, Sendable, CaseIterable {
            /// Every channel by its mean and deviation over the training part.
            case training
            /// Before that each chunk by its own numbers: its channels' means are taken off, and all divided by the
            /// deviation that is left. Loudness and the colour of microphone and voice go with them.
            case chunk
        }

        public var kind: FeatureSettings.Kind
        /// What a frame is multiplied by.
        public var window: Window
        /// The length of a frame.
        public var windowSeconds: Double
        /// From a frame to the next.
        public var hopSeconds: Double
        /// How much high frequencies are raised, from 0 for not at all to below 1 (see `FeatureSettings`).
        public var preemphasis: Double
        /// Mel filters; 0 for as many as suit the rate.
        public var melCount: Int
        public var melScale: MelScale
        /// Hertz.
        public var lowestFrequency: Double
        /// Hertz; 0 for half the rate.
        public var highestFrequency: Double
        /// Decibels; what is further below a chunk's loudest value is raised to there, so that it makes no difference
        /// how quiet a recording's silence is. 0 for no limit.
        public var dynamicRange: Double
        /// Coefficients of an MFCC.
        public var coefficientCount: Int
        /// Orders of slopes beside each coefficient of an MFCC, from 0 to 2.
        public var deltas: Int
        public var normalization: Normalization
    }

    /// Which files are not trained on.
    public struct Split: Codable, Hashable, Sendable {
        /// What stays together.
        public enum Unit: String, Codable, Hashable, Sendable, CaseIterable {
            case file
            /// All files of a group, such as a speaker. Where nothing else is said each of up to ten groups is held out
            /// once; of more the share `test` is.
            case group
            /// All files of a fold, as a manifest has it. Each fold is held out once.
            case fold
        }

        public var by: Unit
        /// The share of files to test on, of every label, or of groups; used where nothing else says what to test on.
        public var test: Double
        /// The group to test on, or where `by` is `fold` the fold; empty for none.
        public var testGroup: String
        /// Files to test on, by their names: `*_[0-4].wav`; empty for none.
        public var testPattern: String
        /// Parts that are each held out once; 0 for one test part, or for each group or fold.
        public var folds: Int
        /// The share of the remaining files that picks the best epoch, of every label.
        public var validation: Double
    }

    public var clips: Clips
    public var chunking: Chunking
    public var features: Features
    public var augmentation: Augmentation
    public var model: Model
    public var split: Split
    public var training: TrainingOptions
    /// Decides the split, the first weights, the order of examples, augmentation and dropout.
    public var seed: UInt64

    public static let choices: [String: [String]] = [
        "chunking.rest": Chunking.Rest.allCases.map(\.rawValue),
        "features.kind": FeatureSettings.Kind.allCases.map(\.rawValue),
        "features.melScale": MelScale.allCases.map(\.rawValue),
        "features.window": Window.allCases.map(\.rawValue),
        "features.normalization": Features.Normalization.allCases.map(\.rawValue),
        "model.kind": Model.Kind.allCases.map(\.rawValue),
        "model.pooling": Model.Pooling.allCases.map(\.rawValue),
        "split.by": Split.Unit.allCases.map(\.rawValue),
    ].merging(TrainingOptions.choices) { $1 }

    public static let groupsByKind = TrainingOptions.groupsByKind

    /// What stands for a number of epochs that is left open, in words.
    public static let usualEpochs = "about 4,000 steps, from 8 to 80 passes"

    /// The defaults for a kind of model.
    ///
    /// Thirteen MFCCs hold the shape of the spectrum and not its pitch, which differs from speaker to speaker: trained
    /// on three of five speakers and judged by the other two, they named 0.85 of spoken digits right, log-mel 0.77.
    public init(_ kind: Model.Kind = .conv1d) {
        clips = Clips(pattern: "", sampleRate: 0, reportBy: "")
        chunking = Chunking(chunkSeconds: 1, hopSeconds: 0.5)
        features = Features(
            kind: .mfcc, window: .hann, windowSeconds: 0.025, hopSeconds: 0.01, preemphasis: 0, melCount: 0,
            melScale: .slaney, lowestFrequency: 0, highestFrequency: 0, dynamicRange: 35, coefficientCount: 13,
            deltas: 2, normalization: .chunk)
        augmentation = Augmentation()
        model = Model(kind)
        split = Split(by: .file, test: 0.2, testGroup: "", testPattern: "", folds: 0, validation: 0.1)
        training = TrainingOptions(
            epochs: 0, batchSize: 32, learningRate: 0.003, optimizer: .adamW(), schedule: .linear,
            maximumGradientNorm: 1, averageDecay: 0.998, replicas: 0)
        seed = 1
    }

    public static func defaults(for settings: [RecipeSetting]) -> AudioRecipe {
        var recipe = AudioRecipe(settings.kind("model.kind") ?? .conv1d)
        recipe.training.chooseKinds(settings)
        return recipe
    }

    /// This recipe with what was left open decided: replicas by the threads at hand, epochs by the training chunks, and
    /// the rate by the data.
    ///
    /// An open number of epochs becomes as many as make about 4,000 steps, from 8 to 80: large data need few passes,
    /// small data many.
    func resolved(threads: Int, trainingChunks: Int, sampleRate: Int) -> AudioRecipe {
        var recipe = self
        recipe.clips.sampleRate = sampleRate
        if recipe.training.replicas == 0 { recipe.training.replicas = threads }
        if recipe.training.batchSize == 0 { recipe.training.batchSize = 32 }
        if recipe.training.epochs == 0 {
            let steps = (trainingChunks + recipe.training.batchSize - 1) / recipe.training.batchSize
            recipe.training.epochs = min(80, max(8, 4_000 / max(steps, 1)))
        }
        return recipe
    }
}

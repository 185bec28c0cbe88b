import Audio
import Files
import Kernels
import Layers
import ModelFiles
import Training
import WordVectors

/// What is in a model file, for people and scripts.
public struct ModelInspection: Encodable, Sendable {
    public let job: String
    /// With what each puts out, where the job says for how large an example.
    public let layers: [Summary.Line]
    /// The example that the outputs are those of: `one text of 10 words`.
    public let example: String?
    /// Weights in all layers.
    public let parameters: Int
    /// Those among them that training leaves as they are.
    public let frozen: Int
    /// The size of all tensors, the vocabulary included.
    public let bytes: Int
    /// Words with a row of their own; nil of models that know no words.
    public let vocabulary: Int?
    public let recipe: ConfigurationValue?
    /// Of all that are trained in steps.
    public let history: History?

    // Of taggers and classifiers of sounds.
    public let labels: [String]?

    // Of taggers alone.
    public let threshold: Float?
    /// The model and its baselines, as they stood when it was trained.
    public let scores: [TagReport.Line]?

    // Of classifiers of sounds alone.
    /// The model and its baselines, as they stood when it was trained.
    public let soundScores: [AudioReport.Line]?
    public let features: FeatureSettings?

    // Of forecasters alone.
    /// The names of the series.
    public let series: [String]?
    /// The model and its baselines, as they stood when it was trained.
    public let errors: [ForecastLine]?

    /// - Throws: `FileError` where the file is not a sound model file.
    public init(contentsOf path: String) throws {
        let file = try ModelFile(contentsOf: path)
        switch file.job {
        case TagRecipe.job: try self.init(tagger: file)
        case EmbedRecipe.job: try self.init(vectors: file)
        case AudioRecipe.job: try self.init(classifier: file)
        case ForecastRecipe.job: try self.init(forecaster: file)
        default:
            throw FileError.malformed(file.path, .file, "a model of the job \"\(file.job)\" found, which is not known")
        }
    }

    private init(tagger file: ModelFile) throws {
        let tagger = try Tagger(file)
        let summary = tagger.summary()
        (layers, parameters, frozen) = (summary.lines, summary.parameters, summary.frozen)
        vocabulary = tagger.vocabulary.count
        recipe = try tagger.recipe.tree()
        example = "one text of \(tagger.summaryWords) words"
        (labels, threshold, history) = (tagger.labels, tagger.threshold, tagger.history)
        scores = [.init(name: tagger.recipe.model.kind.rawValue, metrics: tagger.metrics)] + tagger.baselines
        (soundScores, features) = (nil, nil)
        (series, errors) = (nil, nil)
        (job, bytes) = (file.job, file.byteCount)
    }

    private init(classifier file: ModelFile) throws {
        let classifier = try AudioClassifier(file)
        let summary = classifier.summary()
        example = "one chunk of \(classifier.recipe.chunking.chunkSeconds) s"
        (layers, parameters, frozen) = (summary.lines, summary.parameters, summary.frozen)
        recipe = try classifier.recipe.tree()
        (labels, history, features) = (classifier.labels, classifier.history, classifier.pipeline.settings)
        soundScores = [classifier.metrics] + classifier.baselines
        (vocabulary, threshold, scores) = (nil, nil, nil)
        (series, errors) = (nil, nil)
        (job, bytes) = (file.job, file.byteCount)
    }

    private init(vectors file: ModelFile) throws {
        let vectors = try WordVectors(contentsOf: file.path)
        let arrays = file.tensors.tensors.filter { $0.dataType == .float32 }
        let summary = Summary(weights: arrays.map { (name: $0.name, shape: $0.shape, isFrozen: false) })
        (layers, parameters, frozen) = (summary.lines, summary.parameters, summary.frozen)
        vocabulary = vectors.count
        // Vectors that were converted from another format have no recipe.
        recipe =
            file.tensors.metadata[ModelFile.Key.recipe] == nil
            ? nil : try file.decoded(ConfigurationValue.self, ModelFile.Key.recipe)
        (example, labels, threshold, scores, history) = (nil, nil, nil, nil, nil)
        (soundScores, features) = (nil, nil)
        (series, errors) = (nil, nil)
        (job, bytes) = (file.job, file.byteCount)
    }

    private init(forecaster file: ModelFile) throws {
        let forecaster = try Forecaster(file)
        let summary = forecaster.summary()
        (layers, parameters, frozen) = (summary.lines, summary.parameters, summary.frozen)
        recipe = try forecaster.recipe.tree()
        example = "one window of \(forecaster.recipe.window.lookback) steps"
        (vocabulary, labels, threshold, scores) = (nil, nil, nil, nil)
        history = forecaster.history
        (soundScores, features) = (nil, nil)
        (series, errors) = (forecaster.names, [forecaster.metrics] + forecaster.baselines)
        (job, bytes) = (file.job, file.byteCount)
    }
}

extension ModelFile {
    /// The size of all tensors.
    fileprivate var byteCount: Int { tensors.tensors.reduce(0) { $0 + $1.byteCount } }
}

import Files
import Kernels
import ModelFiles
import Training

/// What is in a model file, for people and scripts.
public struct ModelInspection: Encodable, Sendable {
    /// One array of weights.
    public struct Layer: Encodable, Sendable {
        public let name: String
        public let shape: [Int]
        public let parameters: Int
    }

    public let job: String
    public let layers: [Layer]
    /// Weights in all layers.
    public let parameters: Int
    /// The size of all tensors, the vocabulary included.
    public let bytes: Int
    public let labels: [String]
    public let vocabulary: Int
    public let threshold: Float
    /// The model and its baselines, as they stood when it was trained.
    public let scores: [TagReport.Line]
    public let history: History
    public let recipe: ConfigurationValue

    /// - Throws: `FileError` where the file is not a sound model file.
    public init(contentsOf path: String) throws {
        let file = try ModelFile(contentsOf: path)
        guard file.job == TagRecipe.job else {
            throw FileError.malformed(file.path, .file, "a model of the job \"\(file.job)\" found, which is not known")
        }
        let tagger = try Tagger(file)
        job = file.job
        layers = tagger.parameters.map {
            Layer(name: $0.name, shape: $0.shape.array, parameters: $0.shape.count)
        }
        parameters = tagger.parameters.weightCount
        bytes = file.tensors.tensors.reduce(0) { $0 + $1.byteCount }
        labels = tagger.labels
        vocabulary = tagger.vocabulary.count
        threshold = tagger.threshold
        scores = [.init(name: tagger.recipe.model.kind.rawValue, metrics: tagger.metrics)] + tagger.baselines
        history = tagger.history
        recipe = try tagger.recipe.tree()
    }
}

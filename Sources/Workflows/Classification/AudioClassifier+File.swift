import Audio
import Files
import FoundationEssentials
import Layers
import ModelFiles
import Training

extension AudioClassifier {
    /// Reads a model file.
    ///
    /// - Throws: `FileError` where there is none, or it is not a sound model file of this job.
    public init(contentsOf path: String) throws {
        try self.init(try ModelFile(contentsOf: path, job: AudioRecipe.job))
    }

    init(_ file: ModelFile) throws {
        func malformed(_ message: String) -> FileError { FileError.malformed(file.path, .file, message) }
        recipe = try file.decoded(AudioRecipe.self, ModelFile.Key.recipe)
        let settings = try file.decoded(FeatureSettings.self, Self.featuresKey)
        do {
            try recipe.validate()
            try settings.validate()
        } catch {
            throw malformed("the recipe in the file cannot be: \(error)")
        }
        // Training writes what it decided on; 0, which leaves it open, cannot classify.
        guard recipe.training.batchSize > 0, recipe.clips.sampleRate == settings.sampleRate else {
            throw malformed(
                "the recipe in the file cannot be: training.batchSize is \(recipe.training.batchSize) and "
                    + "clips.sampleRate \(recipe.clips.sampleRate), 1 or more and \(settings.sampleRate) expected")
        }
        metrics = try file.decoded(AudioReport.Line.self, ModelFile.Key.metrics)
        baselines = try file.decoded([AudioReport.Line].self, ModelFile.Key.baselines)
        history = try file.decoded(History.self, ModelFile.Key.history)
        labels = try StringTable(named: "labels", in: file.tensors).strings
        guard labels.count >= 2, Set(labels).count == labels.count else {
            throw malformed("\(labels.count) labels found, at least 2 different ones expected")
        }
        labelShares = try file.tensors.floats("labels.shares", shape: [labels.count])
        let channels = settings.channelCount
        let scaler = FeatureScaler(
            means: try file.tensors.floats("features.means", shape: [channels]),
            deviations: try file.tensors.floats("features.deviations", shape: [channels]))
        guard (scaler.means + labelShares).allSatisfy(\.isFinite),
            scaler.deviations.allSatisfy({ $0.isFinite && $0 > 0 })
        else {
            throw malformed("means, deviations or shares found that are not finite numbers, or deviations not above 0")
        }
        do {
            pipeline = try AudioPipeline(settings, normalization: recipe.features.normalization, scaler: scaler)
        } catch {
            throw malformed("the features in the file cannot be: \(error)")
        }
        let sizes = recipe.modelSizes(settings, labels: labels.count)
        // The widths are the file's own numbers: look whether the weights are there before making room for them.
        for (name, shape) in AudioModel.largestShapes(recipe, sizes) {
            guard file.tensors[name]?.shape == shape else {
                throw malformed("no tensor \(name) of shape \(shape) found")
            }
        }
        parameters = Parameters(.uninitialized)
        model = AudioModel(recipe, sizes, scope: parameters.scope)
        try file.tensors.readWeights(of: parameters)
    }

    /// Writes the model file in one step.
    public func write(to path: String, replacing: Bool) throws {
        var file = SafetensorsFile()
        try ModelFile.describe(
            &file, job: AudioRecipe.job, [
                (ModelFile.Key.recipe, recipe), (ModelFile.Key.metrics, metrics),
                (ModelFile.Key.baselines, baselines), (ModelFile.Key.history, history),
                (Self.featuresKey, pipeline.settings),
            ])
        StringTable(labels).encode(named: "labels", into: &file)
        file.append("labels.shares", shape: [labels.count], floats: labelShares)
        let scaler = pipeline.scaler
        file.append("features.means", shape: [scaler.channelCount], floats: scaler.means)
        file.append("features.deviations", shape: [scaler.channelCount], floats: scaler.deviations)
        for parameter in parameters { file.append(parameter.name, parameter.value) }
        try file.write(to: path, replacing: replacing)
    }

    private static let featuresKey = "cantus.features"
}

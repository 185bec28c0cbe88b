import Files
import FoundationEssentials
import Layers
import ModelFiles
import Text
import Training

extension Tagger {
    /// Reads a model file.
    ///
    /// - Throws: `FileError` where there is none, or it is not a sound model file of this job.
    public init(contentsOf path: String) throws {
        try self.init(try ModelFile(contentsOf: path, job: TagRecipe.job))
    }

    init(_ file: ModelFile) throws {
        recipe = try Self.recipe(in: file)
        do {
            try recipe.validate()
            _ = try recipe.pipeline.compiled()
        } catch let error as RecipeError {
            throw FileError.malformed(file.path, .file, "the recipe in the file cannot be: \(error)")
        } catch let error as CleaningError {
            throw FileError.malformed(file.path, .file, "the recipe in the file cannot be: \(error)")
        }
        // Training writes what it decided on; 0, which leaves it open, cannot score.
        guard recipe.training.batchSize > 0 else {
            throw FileError.malformed(
                file.path, .file, "the recipe in the file cannot be: training.batchSize is 0, 1 or more expected")
        }
        metrics = try file.decoded(MultiLabelMetrics.self, ModelFile.Key.metrics)
        baselines = try file.decoded([TagReport.Line].self, ModelFile.Key.baselines)
        history = try file.decoded(History.self, ModelFile.Key.history)
        guard let text = file.tensors.metadata[Self.thresholdKey], let number = Float(text), (0...1).contains(number)
        else {
            throw FileError.malformed(file.path, .file, "metadata \(Self.thresholdKey) is not a number from 0 to 1")
        }
        labels = try StringTable(named: "labels", in: file.tensors).strings
        guard labels.count >= 2, Set(labels).count == labels.count else {
            throw FileError.malformed(
                file.path, .file, "\(labels.count) labels found, at least 2 different ones expected")
        }
        labelFrequencies = try file.tensors.floats("labels.frequencies", shape: [labels.count])
        if let label = labelFrequencies.firstIndex(where: { !(0...1).contains($0) }) {
            throw FileError.malformed(
                file.path, .file,
                "tensor labels.frequencies, element \(label): \(labelFrequencies[label]) found, "
                    + "a share from 0 to 1 expected")
        }
        // Earlier versions knew the common threshold alone.
        let ofLabels =
            file.tensors[Self.thresholdsName] == nil
            ? Array(repeating: number, count: labels.count)
            : try file.tensors.floats(Self.thresholdsName, shape: [labels.count])
        if let label = ofLabels.firstIndex(where: { !(0...1).contains($0) }) {
            throw FileError.malformed(
                file.path, .file,
                "tensor \(Self.thresholdsName), element \(label): \(ofLabels[label]) found, a number "
                    + "from 0 to 1 expected")
        }
        thresholds = LabelThresholds(common: number, ofLabels: ofLabels)
        vocabulary = try Self.vocabulary(named: "vocabulary", in: file)
        var pretrained: (rows: Int, width: Int)?
        if let weight = file.tensors["pretrained.weight"] {
            pretrainedVocabulary = try Self.vocabulary(named: "pretrained", in: file)
            pretrained = (pretrainedVocabulary?.count ?? 0, weight.shape.last ?? 0)
        } else {
            pretrainedVocabulary = nil
        }
        let sizes = TagModel.Sizes(
            tableRows: WordBags(vocabulary, characterNGrams: recipe.characterNGrams).tableRows, pretrained: pretrained,
            labels: labels.count)
        // The widths are the file's own numbers: look whether the weights are there before making room for them.
        for (name, shape) in TagModel.largestShapes(recipe, sizes) {
            guard file.tensors[name]?.shape == shape else {
                throw FileError.malformed(file.path, .file, "no tensor \(name) of shape \(shape) found")
            }
        }
        parameters = Parameters(.uninitialized)
        model = TagModel(recipe, sizes, scope: parameters.scope)
        try file.tensors.readWeights(of: parameters)
    }

    private static func recipe(in file: ModelFile) throws -> TagRecipe {
        let key = ModelFile.Key.recipe
        let tree = try TagRecipe.modernized(file.decoded(ConfigurationValue.self, key))
        guard let tree else { return try file.decoded(TagRecipe.self, key) }
        guard let recipe = try? TagRecipe(tree) else {
            throw FileError.malformed(file.path, .file, "metadata \(key) cannot be read as \(TagRecipe.self)")
        }
        return recipe
    }

    /// Writes the model file in one step.
    public func write(to path: String, replacing: Bool) throws {
        var file = SafetensorsFile()
        try ModelFile.describe(
            &file, job: TagRecipe.job,
            [
                (ModelFile.Key.recipe, recipe), (ModelFile.Key.metrics, metrics),
                (ModelFile.Key.baselines, baselines), (ModelFile.Key.history, history),
            ])
        file.metadata[Self.thresholdKey] = "\(thresholds.common)"
        StringTable(labels).encode(named: "labels", into: &file)
        file.append("labels.frequencies", shape: [labels.count], floats: labelFrequencies)
        file.append(Self.thresholdsName, shape: [labels.count], floats: thresholds.ofLabels)
        for (name, vocabulary) in [("vocabulary", vocabulary), ("pretrained", pretrainedVocabulary)] {
            guard let vocabulary else { continue }
            StringTable(vocabulary.entries).encode(named: name, into: &file)
            file.append("\(name).counts", shape: [vocabulary.count], integers: vocabulary.counts.map(Int64.init))
        }
        for parameter in parameters { file.append(parameter.name, parameter.value) }
        try file.write(to: path, replacing: replacing)
    }

    private static func vocabulary(named name: String, in file: ModelFile) throws -> Vocabulary {
        let entries = try StringTable(named: name, in: file.tensors).strings
        do {
            return try Vocabulary(
                entries: entries, counts: try file.tensors.integers("\(name).counts", shape: [entries.count]))
        } catch let error as VocabularyError {
            throw FileError.malformed(file.path, .file, "the \(name) words cannot be: \(error)")
        }
    }

    private static let thresholdKey = "cantus.threshold"
    private static let thresholdsName = "labels.thresholds"
}

import Files
import Kernels
import ModelFiles
import TestSupport
import Testing
import Workflows

/// Taggers written to files and read back, and files that are made to do harm.
@Suite struct TaggerFileTests {
    private static let texts = ["worda some even", "wordb odd", "", "neverseen", "only3 wordc 🎉"]

    @Test(arguments: TagRecipe.Model.Kind.allCases)
    func aTaggerReadBackIsTheSame(kind: TagRecipe.Model.Kind) throws {
        let tagger = try TagFixture.tagger(kind)
        try withTemporaryFile("tagger.safetensors") { path in
            try tagger.write(to: path, replacing: false)
            let read = try Tagger(contentsOf: path)
            #expect(
                try read.probabilities(of: Self.texts, pool: TagFixture.pool)
                    == tagger.probabilities(of: Self.texts, pool: TagFixture.pool))
            #expect(read.recipe == tagger.recipe)
            #expect(read.labels == tagger.labels)
            #expect(read.thresholds == tagger.thresholds && tagger.thresholds.ofLabels.count == 4)
            #expect(read.metrics == tagger.metrics)
            #expect(read.baselines == tagger.baselines)
            #expect(read.history == tagger.history)
            #expect(read.vocabulary == tagger.vocabulary)
            #expect(read.labelFrequencies == tagger.labelFrequencies)
            let bytes = try InputFile.bytes(at: path)
            try read.write(to: path, replacing: true)
            #expect(try InputFile.bytes(at: path) == bytes)
        }
    }

    /// The parts as they are, put together by the tests' own means, are accepted: what is refused below is refused for
    /// what was changed.
    @Test func unchangedPartsAreAccepted() throws {
        let tagger = try TagFixture.tagger()
        let again = try TaggerParts(tagger).tagger()
        #expect(
            try again.probabilities(of: Self.texts, pool: TagFixture.pool)
                == tagger.probabilities(of: Self.texts, pool: TagFixture.pool))
    }

    /// Expects the tagger's file with a change to be refused with a message that holds `text`.
    private func expectRefused(
        saying text: String? = nil, sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout TaggerParts) throws -> Void
    ) throws {
        var parts = try TaggerParts(try TagFixture.tagger())
        try change(&parts)
        let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) { _ = try parts.tagger() }
        #expect(error?.kind == .malformed, sourceLocation: sourceLocation)
        guard let text else { return }
        #expect(error?.message.contains(text) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        ("\"kind\":\"bilstm\"", "\"kind\":\"bilst\""), ("\"tokenizer\":\"whitespace\"", "\"tokenizer\":\"letters\""),
        ("\"kind\":\"linear\"", "\"kind\":\"cosinus\""), ("\"caseFolding\"", "\"caseFoldings\""),
        ("\"embedding\":4", "\"embedding\":4.5"), ("\"embedding\":4", "\"embedding\":1e30"),
        ("\"embedding\":4", "\"embedding\":\"4\""), ("\"seed\":1", "\"seed\":-1"), ("\"seed\":1", "\"sead\":1"),
    ])
    func aRecipeThatCannotBeReadIsRefused(old: String, new: String) throws {
        try expectRefused(saying: "metadata cantus.recipe cannot be read") { try $0.changeRecipe(old, new) }
    }

    @Test(arguments: [
        ("\"embedding\":4", "\"embedding\":0", "model.embedding is 0"),
        ("\"embedding\":4", "\"embedding\":-4", "model.embedding is -4"),
        ("\"embedding\":4", "\"embedding\":9223372036854775807", "at most 65536 expected"),
        ("\"hidden\":4", "\"hidden\":0", "model.hidden is 0"),
        ("\"hidden\":4,", "", "model.hidden is missing, which the model bilstm needs"),
        ("\"kind\":\"bilstm\"", "\"kind\":\"conv1d\"", "model.hidden is given, which the model conv1d does not have"),
        ("\"pooling\":", "\"heads\":2,\"pooling\":", "model.heads is given, which the model bilstm does not have"),
        ("\"buckets\":16", "\"buckets\":-1", "subwords.buckets is -1"),
        ("\"dropout\":0.3", "\"dropout\":1", "model.dropout is 1"),
        ("\"maximumLength\":256", "\"maximumLength\":0", "text.maximumLength is 0"),
    ])
    func aRecipeOutOfBoundsIsRefused(old: String, new: String, message: String) throws {
        try expectRefused(saying: message) { try $0.changeRecipe(old, new) }
    }

    /// Prediction works in batches of the recipe's size.
    @Test func aBatchSizeThatWasLeftOpenIsRefused() throws {
        try expectRefused(saying: "training.batchSize is 0") {
            try $0.changeRecipe("\"batchSize\":16", "\"batchSize\":0")
        }
    }

    @Test func aPatternThatIsNoneIsRefused() throws {
        let rule = "{\"name\":\"x\",\"pattern\":\"(\",\"replacement\":\"\"}"
        try expectRefused(saying: "not a regular expression") { try $0.changeRecipe("\"caseFolding\"", rule) }
    }

    /// Widths for which there would be no memory: they must be compared with the tensors before room is made.
    @Test(arguments: [
        ("\"embedding\":4", "\"embedding\":65536", "words.weight"),
        ("\"hidden\":4", "\"hidden\":65536", "encoder.weight_ih_l0"),
        ("\"buckets\":16", "\"buckets\":268435456", "words.weight"),
        ("\"buckets\":16", "\"buckets\":17", "words.weight"), ("\"buckets\":16", "\"buckets\":0", "words.weight"),
        ("\"kind\":\"bilstm\"", "\"kind\":\"lstm\"", "head.weight"),
    ])
    func widthsThatTheTensorsDoNotHaveAreRefused(old: String, new: String, tensor: String) throws {
        try expectRefused(saying: "no tensor \(tensor) of shape") { try $0.changeRecipe(old, new) }
    }

    /// The same for every kind and each of its sizes.
    @Test(arguments: TagRecipe.Model.Kind.allCases)
    func sizesOfEveryKindAreComparedWithTheTensors(kind: TagRecipe.Model.Kind) throws {
        let parts = try TaggerParts(try TagFixture.tagger(kind))
        var changes = [("\"embedding\":4", "\"embedding\":65536")]
        let model = TagRecipe(kind).model
        if model.hidden != nil { changes.append(("\"hidden\":4", "\"hidden\":65536")) }
        if let layers = model.layers { changes.append(("\"layers\":\(layers)", "\"layers\":64")) }
        if model.filters != nil { changes.append(("\"filters\":3", "\"filters\":65536")) }
        if let widths = model.filterWidths {
            let list = widths.map(String.init).joined(separator: ",")
            changes.append(("\"filterWidths\":[\(list)]", "\"filterWidths\":[\(list),64]"))
        }
        if model.feedForward != nil { changes.append(("\"feedForward\":8", "\"feedForward\":65536")) }
        if model.attention != nil { changes.append(("\"attention\":4,", "\"attention\":65536,")) }
        for (old, new) in changes {
            var changed = parts
            try changed.changeRecipe(old, new)
            let error = #expect(throws: FileError.self, "\(new)") { _ = try changed.tagger() }
            // A transformer's table of positions bounds its width even before its tensors do.
            let isRefused = ["no tensor ", "text.maximumLength times model.hidden is"].contains {
                error?.message.contains($0) == true
            }
            #expect(isRefused, "\(new): \(error?.message ?? "")")
        }
    }

    @Test func aWideHeadIsComparedBeforeRoomIsMade() throws {
        var parts = try TaggerParts(try TagFixture.tagger(.average))
        try parts.changeRecipe("\"embedding\":4", "\"embedding\":65536")
        let rows = try #require(parts.floats["words.weight"]).shape[0]
        parts.floats["words.weight"] = ([rows, 65_536], [Float](repeating: 0, count: rows * 65_536))
        // 2,000,000 labels would make half a terabyte of the last layer.
        parts.tables["labels"] = StringTable((0..<2_000_000).map { "\($0)" })
        parts.floats["labels.frequencies"] = ([2_000_000], [Float](repeating: 0, count: 2_000_000))
        parts.floats["labels.thresholds"] = nil
        let error = #expect(throws: FileError.self) { _ = try parts.tagger() }
        #expect(error?.message.contains("no tensor head.weight of shape [2000000, 65536] found") == true)
    }

    @Test(arguments: ["nan", "-nan", "inf", "-0.5", "1.5", "", "half", "0,5"])
    func aThresholdThatIsNoProbabilityIsRefused(threshold: String) throws {
        try expectRefused(saying: "cantus.threshold") { $0.metadata["cantus.threshold"] = threshold }
    }

    @Test(arguments: [Float.nan, -0.5, 1.5, .infinity])
    func aThresholdOfALabelThatIsNoProbabilityIsRefused(threshold: Float) throws {
        try expectRefused(saying: "labels.thresholds, element 2: ") {
            $0.floats["labels.thresholds"]?.values[2] = threshold
        }
        try expectRefused(saying: "labels.thresholds") { $0.floats["labels.thresholds"] = ([3], [0.5, 0.5, 0.5]) }
    }

    /// Files of earlier versions hold the common threshold alone, which then serves all labels.
    @Test func withoutThresholdsOfLabelsTheCommonOneServes() throws {
        let tagger = try TagFixture.tagger(.average)
        var parts = try TaggerParts(tagger)
        parts.floats["labels.thresholds"] = nil
        #expect(try parts.tagger().thresholds.ofLabels == Array(repeating: tagger.threshold, count: 4))
    }

    @Test(arguments: [ModelFile.Key.metrics, ModelFile.Key.baselines, ModelFile.Key.history])
    func metadataOfAnotherFormAreRefused(key: String) throws {
        for value in ["", "null", "{}", "[{}]", "7", "{\"epochs\":[{}]}"] {
            try expectRefused(saying: key) { $0.metadata[key] = value }
        }
    }

    /// They would be no threshold for the metrics of an evaluation.
    @Test(arguments: ["1e39", "1e999", "-1e39"]) func thresholdsOfScoresAreFinite(number: String) throws {
        for key in [ModelFile.Key.metrics, ModelFile.Key.baselines] {
            try expectRefused { parts in
                let old = try #require(parts.metadata[key])
                parts.metadata[key] = old.replacing(/"threshold":[^,}]+/) { _ in "\"threshold\":\(number)" }
                #expect(parts.metadata[key] != old)
            }
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func weightsAreFinite(value: Float) throws {
        for name in ["words.weight", "encoder.weight_hh_l0_reverse", "head.bias"] {
            try expectRefused(saying: "tensor \(name), element 2: ") { $0.floats[name]?.values[2] = value }
        }
    }

    @Test(arguments: [Float.nan, .infinity, -0.5, 1.5]) func frequenciesAreShares(value: Float) throws {
        try expectRefused(saying: "labels.frequencies, element 1") {
            $0.floats["labels.frequencies"]?.values[1] = value
        }
    }

    @Test func labelsAreDistinctAndAtLeastTwo() throws {
        try expectRefused(saying: "at least 2 different ones expected") {
            $0.tables["labels"] = StringTable(["a", "b", "a", "d"])
        }
        try expectRefused(saying: "1 labels found") { $0.tables["labels"] = StringTable(["a"]) }
        try expectRefused(saying: "labels.frequencies") { $0.tables["labels"] = StringTable(["a", "b"]) }
    }

    @Test func theVocabularyIsOne() throws {
        try expectRefused(saying: "the vocabulary words cannot be") { parts in
            let word = try #require(parts.tables["vocabulary"]).strings[2]
            parts.tables["vocabulary"]?.strings[3] = word
        }
        try expectRefused(saying: "the vocabulary words cannot be") { $0.tables["vocabulary"]?.strings[0] = "pad" }
        try expectRefused(saying: "the vocabulary words cannot be") { $0.integers["vocabulary.counts"]?[2] = -1 }
        try expectRefused(saying: "vocabulary.counts") { $0.integers["vocabulary.counts"]?.removeLast() }
    }

    @Test(arguments: ["words.weight", "encoder.bias_hh_l0", "head.bias", "labels.frequencies"])
    func aMissingTensorIsNamed(name: String) throws {
        try expectRefused(saying: name) { $0.floats[name] = nil }
    }

    /// Finite weights whose sums are not: infinity less infinity. An evaluation, which takes means of all scores, must
    /// not break down over them.
    @Test func aProbabilityThatIsNoNumberIsAnError() throws {
        var parts = try TaggerParts(try TagFixture.tagger(.average))
        for (name, sign) in [("words.weight", Float(-1)), ("head.weight", 1)] {
            let count = try #require(parts.floats[name]).values.count
            parts.floats[name]?.values = (0..<count).map { $0 % 2 == 0 ? 3e38 : 3e38 * sign }
        }
        let tagger = try parts.tagger()
        #expect(throws: TaggerError.self) { _ = try tagger.probabilities(of: ["worda some"], pool: TagFixture.pool) }
        let rows = try TagFixture.tellingRows(5)
        #expect(throws: TaggerError.self) {
            _ = try TagEvaluation(tagger, pool: TagFixture.pool).run(rows, path: "rows.tsv", training: nil)
        }
    }
}

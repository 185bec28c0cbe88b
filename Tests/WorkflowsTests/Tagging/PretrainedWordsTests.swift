import Files
import Glibc
import Kernels
import TestSupport
import Testing
import WordVectors
import Workflows

/// Taggers on word vectors that were trained elsewhere.
@Suite struct PretrainedWordsTests {
    /// Vectors that tell the label of words, those of the held-out rows among them.
    private static func vectors() throws -> WordVectors {
        let words = ["worda", "wordb", "wordc", "unseena", "unseenb", "unseenc", "some"]
        let elements: [Float] = [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
        return try WordVectors(words: words, dimensions: 3, elements: elements)
    }

    private static let wordCount = 7

    private static func train(_ path: String, _ others: (key: String, value: String)...) throws -> Tagger {
        var settings = [("model.kind", "average"), ("subwords.buckets", "0"), ("embeddings.file", path)]
        settings += [("training.epochs", "30"), ("training.batchSize", "16"), ("model.embedding", "4")] + others
        let recipe = try TagRecipe(settings: settings.map { RecipeSetting($0.0, .text($0.1), place: "test") })
        return try TagTraining(recipe, pool: TagFixture.pool)
            .run(try TagFixture.tellingRows(120), path: "rows.tsv", test: nil).tagger
    }

    @Test(arguments: ["v.safetensors", "v.txt", "v.bin"]) func unseenWordsAreUnderstood(name: String) throws {
        try withTemporaryFile(name) { path in
            try Self.vectors().write(to: path, replacing: true)
            let tagger = try Self.train(path)
            let texts = ["unseena some", "unseenb some", "unseenc some"]
            let predictions = try tagger.predictions(of: texts, top: 4, pool: TagFixture.pool)
            // Each label is likelier for the word that stands near its own than for the other two. That it is the
            // likeliest of all is asked below: here the weights that are kept may be those of an early epoch, in which
            // the tagger's own words were enough for the few validation rows.
            for (place, label) in ["a", "b", "c"].enumerated() {
                let likely = predictions.map { $0.first { $0.label == label }!.probability }
                #expect(likely.max() == likely[place], "\(label): \(likely)")
            }
            // Copy the file and it is deployed: the vectors are in it.
            try withTemporaryFile("model.safetensors") { model in
                try tagger.write(to: model, replacing: false)
                let again = try Tagger(contentsOf: model)
                let texts = ["unseena wordb", "other", ""]
                let probabilities = try again.probabilities(of: texts, pool: TagFixture.pool)
                #expect(probabilities == (try tagger.probabilities(of: texts, pool: TagFixture.pool)))
            }
        }
    }

    /// Several networks read the same pretrained vectors, each beside its own: the mean of the logits is that of
    /// taggers of one network each, cut out of the whole.
    @Test(arguments: ["true", "false"]) func severalNetworksReadThem(frozen: String) throws {
        try withTemporaryFile("v.safetensors") { path in
            try Self.vectors().write(to: path, replacing: true)
            let tagger = try Self.train(path, ("model.networks", "2"), ("embeddings.frozen", frozen))
            #expect(tagger.parameters["words.weight"]?.shape[1] == 8)
            #expect(tagger.parameters["pretrained.weight"]?.shape == [9, 3])
            #expect(tagger.parameters["networks.1.head.weight"]?.shape[1] == 7)
            let texts = ["unseena some", "unseenb worda", "unseenc", "wordb even", "neverseen"]
            func logits(_ tagger: Tagger) throws -> [Float] {
                try tagger.probabilities(of: texts, pool: TagFixture.pool).map { log($0 / (1 - $0)) }
            }
            let parts = try TaggerParts(tagger)
            let alone = try (0..<2).map { try logits(try parts.network($0, of: 2).tagger()) }
            #expect(alone[0] != alone[1])
            for (whole, halves) in zip(try logits(tagger), zip(alone[0], alone[1])) {
                #expect(abs(whole - (halves.0 + halves.1) / 2) < 1e-4)
            }
        }
    }

    /// Where the tagger has no words of its own, all that it knows comes from the pretrained vectors, and every network
    /// learns to read them.
    @Test(arguments: [1, 2, 3]) func pretrainedVectorsAloneTellLabels(networks: Int) throws {
        try withTemporaryFile("v.safetensors") { path in
            try Self.vectors().write(to: path, replacing: true)
            let tagger = try Self.train(
                path, ("model.networks", "\(networks)"), ("text.minimumCount", "1000"), ("training.patience", "0"),
                ("training.learningRate", "0.1"))
            let texts = ["unseena some", "some unseenb", "unseenc"]
            let predictions = try tagger.predictions(of: texts, top: 1, pool: TagFixture.pool)
            #expect(predictions.map { $0[0].label } == ["a", "b", "c"])
        }
    }

    @Test func frozenVectorsStayAndOthersMove() throws {
        try withTemporaryFile("v.safetensors") { path in
            try Self.vectors().write(to: path, replacing: true)
            let frozen = try #require(try Self.train(path).parameters["pretrained.weight"]).value.elements
            let tuned = try #require(
                try Self.train(path, ("embeddings.frozen", "false")).parameters["pretrained.weight"]
            ).value.elements
            // Two reserved rows, then the file's rows by one factor.
            let factor = frozen[6]
            #expect(frozen[..<6].allSatisfy { $0 == 0 } && factor > 0)
            #expect(Array(frozen[6...]) == (try Self.vectors()).withUnsafeVectors { $0.map { $0 * factor } })
            #expect(tuned != frozen)
        }
    }

    @Test func aFileThatHoldsNoVectorsIsRefused() throws {
        try withTemporaryFile("v.txt") { path in
            _ = #expect(throws: FileError.self) { try Self.train(path) }
        }
    }

    /// The vectors within a tagger's file: wrong shapes, missing parts, numbers that are none.
    @Test func damagedVectorsInATaggerAreRefused() throws {
        try withTemporaryFile("v.safetensors") { path in
            try Self.vectors().write(to: path, replacing: true)
            let parts = try TaggerParts(try Self.train(path))
            _ = try parts.tagger()
            let rows = Self.wordCount + 2
            func expectRefused(
                saying text: String, sourceLocation: SourceLocation = #_sourceLocation,
                _ change: (inout TaggerParts) throws -> Void
            ) throws {
                var changed = parts
                try change(&changed)
                let error = #expect(throws: FileError.self, sourceLocation: sourceLocation) { _ = try changed.tagger() }
                let message = error?.message ?? ""
                #expect(
                    error?.kind == .malformed && message.contains(text), "\(message)", sourceLocation: sourceLocation)
            }
            let zeros = { (count: Int) in [Float](repeating: 0, count: count) }
            for shape in [[rows - 1, 3], [rows + 1, 3], [3, rows], [rows * 3]] {
                try expectRefused(saying: "pretrained.weight") {
                    $0.floats["pretrained.weight"] = (shape, zeros(shape.reduce(1, *)))
                }
            }
            // The width is the tensor's own word for it, but the layer behind it has another.
            for width in [0, 1, 4] {
                try expectRefused(saying: "of shape") {
                    $0.floats["pretrained.weight"] = ([rows, width], zeros(rows * width))
                }
            }
            for value in [Float.nan, .infinity, -.infinity] {
                try expectRefused(saying: "tensor pretrained.weight, element 7: ") {
                    $0.floats["pretrained.weight"]?.values[7] = value
                }
            }
            try expectRefused(saying: "of shape") { $0.floats["pretrained.weight"] = nil }
            try expectRefused(saying: "pretrained") { $0.tables["pretrained"] = nil }
            try expectRefused(saying: "pretrained.counts") { $0.integers["pretrained.counts"] = nil }
            try expectRefused(saying: "the pretrained words cannot be") {
                let twice = $0.tables["pretrained"]!.strings[2]
                $0.tables["pretrained"]?.strings[3] = twice
            }
        }
    }

    /// A file that ends early is refused wherever it ends.
    @Test func truncatedFilesAreRefused() throws {
        try withTemporaryFile("v.safetensors") { path in
            try Self.vectors().write(to: path, replacing: true)
            let tagger = try Self.train(path)
            try withTemporaryFile("model.safetensors") { model in
                for whole in [path, model] {
                    if whole == model { try tagger.write(to: model, replacing: true) }
                    let bytes = try InputFile.bytes(at: whole)
                    for count in [0, 7, 8, 100, bytes.count / 2, bytes.count - 1] {
                        try OutputFile.write(to: whole, replacing: true) { try $0.append(Array(bytes[..<count])) }
                        #expect(throws: FileError.self, "\(count) of \(bytes.count) bytes") {
                            if whole == model { _ = try Tagger(contentsOf: model) } else { _ = try Self.train(path) }
                        }
                    }
                }
            }
        }
    }
}

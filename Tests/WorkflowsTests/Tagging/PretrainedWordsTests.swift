import Files
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
            let predictions = try tagger.predictions(
                of: ["unseena some", "unseenb some", "unseenc some"], top: 1, pool: TagFixture.pool)
            #expect(predictions.map { $0[0].label } == ["a", "b", "c"])
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

    /// Several networks read the same pretrained vectors, each beside its own.
    @Test func severalNetworksReadThem() throws {
        try withTemporaryFile("v.safetensors") { path in
            try Self.vectors().write(to: path, replacing: true)
            let tagger = try Self.train(path, ("model.networks", "2"))
            #expect(tagger.parameters["words.weight"]?.shape[1] == 8)
            #expect(tagger.parameters["pretrained.weight"]?.shape == [9, 3])
            #expect(tagger.parameters["networks.1.head.weight"]?.shape[1] == 7)
            let predictions = try tagger.predictions(
                of: ["unseena some", "unseenb some", "unseenc some"], top: 1, pool: TagFixture.pool)
            #expect(predictions.map { $0[0].label } == ["a", "b", "c"])
        }
    }

    @Test func frozenVectorsStayAndOthersMove() throws {
        try withTemporaryFile("v.safetensors") { path in
            try Self.vectors().write(to: path, replacing: true)
            let frozen = try #require(try Self.train(path).parameters["pretrained.weight"]).value.elements
            let tuned = try #require(
                try Self.train(path, ("embeddings.frozen", "false")).parameters["pretrained.weight"]).value.elements
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
}

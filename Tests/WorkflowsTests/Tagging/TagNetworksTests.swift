import Glibc
import Kernels
import Layers
import Tensors
import TestSupport
import Testing
import Training
import Workflows

/// Taggers of several networks, of whose logits the mean counts.
@Suite struct TagNetworksTests {
    private static let texts = ["worda some", "", "wordb odd neverseen", "wordc even some worda"]

    /// A tagger of two networks whose second one is silenced: its last layer gives zeros.
    private static func halved(_ tagger: Tagger) {
        for name in ["networks.1.head.weight", "networks.1.head.bias"] {
            let parameter = tagger.parameters[name]!
            parameter.assign(Tensor(zeros: parameter.shape))
        }
    }

    @Test func eachNetworkHasItsOwnWeights() throws {
        let tagger = try TagFixture.tagger(.gru, networks: 2)
        let names = tagger.parameters.map(\.name)
        #expect(names.first == "words.weight" && tagger.parameters["words.weight"]!.shape[1] == 8)
        let own = names.filter { $0.hasPrefix("networks.0.") }.map { $0.dropFirst("networks.0.".count) }
        #expect(own == names.filter { $0.hasPrefix("networks.1.") }.map { $0.dropFirst("networks.1.".count) })
        #expect(own.count == 6 && names.count == 13)
        let first = tagger.parameters["networks.0.head.weight"]!.value.elements
        #expect(first != tagger.parameters["networks.1.head.weight"]!.value.elements)
    }

    /// Without the second network's part, logits are half those of the first alone: a mean, not a sum.
    @Test func theMeanOfTheLogitsCounts() throws {
        let tagger = try TagFixture.tagger(.gru, networks: 2)
        Self.halved(tagger)
        let half = try tagger.probabilities(of: Self.texts, pool: TagFixture.pool)
        let bias = tagger.parameters["networks.0.head.bias"]!
        let weight = tagger.parameters["networks.0.head.weight"]!
        for parameter in [bias, weight] { parameter.assign(0.5 * parameter.value) }
        let quarter = try tagger.probabilities(of: Self.texts, pool: TagFixture.pool)
        func logit(_ probability: Float) -> Float { log(probability / (1 - probability)) }
        for (a, b) in zip(half, quarter) { #expect(abs(logit(a) - 2 * logit(b)) < 1e-4) }
    }

    @Test(arguments: [TagRecipe.Model.Kind.bilstm, .attention]) func theFileHoldsThemAll(
        kind: TagRecipe.Model.Kind
    ) throws {
        let tagger = try TagFixture.tagger(kind, networks: 3)
        let probabilities = try tagger.probabilities(of: Self.texts, pool: TagFixture.pool)
        try withTemporaryFile("tagger.safetensors") { path in
            try tagger.write(to: path, replacing: false)
            let again = try Tagger(contentsOf: path)
            #expect(again.recipe.model.networks == 3)
            let found = try again.probabilities(of: Self.texts, pool: TagFixture.pool)
            #expect(found == probabilities)
        }
        // Each text for itself, as in a batch.
        let alone = try Self.texts.flatMap { try tagger.probabilities(of: [$0], pool: TagFixture.pool) }
        for (a, b) in zip(probabilities, alone) { #expect(abs(a - b) < 1e-5) }
    }

    /// Each layer with what it puts out itself, also where the next network begins.
    @Test func theSummaryShowsEachNetwork() throws {
        let summary = try TagFixture.tagger(.gru, networks: 2).summary()
        #expect(
            summary.lines.map(\.name) == [
                "words", "networks.0.encoder", "networks.0.head", "networks.1.encoder", "networks.1.head",
            ])
        #expect(summary.lines.map(\.output) == [[10, 8], [1, 4], [1, 4], [1, 4], [1, 4]])
    }

    /// Weights of words are those of the model, not of one of its networks: a silenced one changes no share.
    @Test func explanationsAreThoseOfAll() throws {
        let tagger = try TagFixture.tagger(.average, networks: 2)
        func weights() throws -> [Float] {
            let predictions = try tagger.predictions(of: [Self.texts[3]], top: 1, pool: TagFixture.pool)
            return try tagger.explanations(of: predictions, texts: [Self.texts[3]], pool: TagFixture.pool)[0][0]
                .map(\.weight)
        }
        let both = try weights()
        #expect(abs(both.map(abs).reduce(0, +) - 1) < 1e-5)
        Self.halved(tagger)
        let first = try weights()
        #expect(first.count == 4 && first != both)
    }

    @Test func theSameTrainingGivesTheSameBytes() throws {
        func weights(threads: Int) throws -> [[Float]] {
            let recipe = try TagFixture.recipe(.lstm, ("model.networks", "2"), ("training.replicas", "2"))
            return try TagTraining(recipe, pool: WorkerPool(threadCount: threads))
                .run(try TagFixture.tellingRows(60), path: "rows.tsv", test: nil).tagger.parameters.map(
                    \.value.elements)
        }
        let (once, twice) = (try weights(threads: 1), try weights(threads: 2))
        #expect(once == twice)
    }
}

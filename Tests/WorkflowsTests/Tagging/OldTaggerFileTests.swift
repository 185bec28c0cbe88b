import FoundationEssentials
import TestSupport
import Testing
import Workflows

/// Model files from before the kinds of recurrent networks had the direction in their names (see
/// `Tests/Fixtures/taggers/make.sh`).
@Suite struct OldTaggerFileTests {
    private struct Expected: Decodable {
        struct Text: Decodable {
            let text: String
            let labels: [Tagger.Prediction]
        }
        let predictions: [Text]
    }

    @Test(arguments: [("both-directions", "bilstm"), ("one-direction", "lstm"), ("average", "average")])
    func theyPredictWhatTheyDid(name: String, kind: String) throws {
        let path = Fixture.folder + "/taggers/" + name
        let tagger = try Tagger(contentsOf: path + ".safetensors")
        #expect(tagger.recipe.model.kind.rawValue == kind)
        #expect(tagger.recipe.training.epochs == 3)
        let json = try Data(contentsOf: URL(filePath: path + ".json"))
        let expected = try JSONDecoder().decode(Expected.self, from: json).predictions
        let found = try tagger.predictions(of: expected.map(\.text), threshold: 0, pool: TagFixture.pool)
        #expect(found.map { $0.map(\.label) } == expected.map { $0.labels.map(\.label) })
        for (found, expected) in zip(found.joined(), expected.map(\.labels).joined()) {
            #expect(abs(found.probability - expected.probability) < 1e-5)
        }
    }

    /// What they are written as is read as it is.
    @Test func theyAreWrittenAnew() throws {
        let old = try Tagger(contentsOf: Fixture.folder + "/taggers/both-directions.safetensors")
        try withTemporaryFile("tagger.safetensors") { path in
            try old.write(to: path, replacing: false)
            let new = try Tagger(contentsOf: path)
            #expect(new.recipe == old.recipe)
            let texts = ["join the margin"]
            let probabilities = try new.probabilities(of: texts, pool: TagFixture.pool)
            #expect(probabilities == (try old.probabilities(of: texts, pool: TagFixture.pool)))
        }
    }
}

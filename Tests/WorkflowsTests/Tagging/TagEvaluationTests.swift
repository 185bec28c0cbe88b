import Files
import Kernels
import Tables
import Testing
import Workflows

/// Scores of a model whose predictions are known beforehand.
@Suite struct TagEvaluationTests {
    /// A tagger that gives every text the label a and no other.
    private func alwaysA() throws -> Tagger {
        var parts = try TaggerParts(try TagFixture.tagger(.average))
        for name in ["words.weight", "head.weight"] {
            let count = try #require(parts.floats[name]).values.count
            parts.floats[name]?.values = [Float](repeating: 0, count: count)
        }
        parts.floats["head.bias"]?.values = [4, -4, -4, -4]
        parts.metadata["cantus.threshold"] = "0.5"
        parts.floats["labels.thresholds"] = nil
        return try parts.tagger()
    }

    @Test func scoresAreThoseThatOneWorksOutByHand() throws {
        let rows = try TagFixture.rows([("x", "a"), ("y", "a|z"), ("", "z"), ("y", "b")])
        let report = try TagEvaluation(try alwaysA(), pool: TagFixture.pool).run(rows, path: "rows.tsv", training: nil)
        let metrics = report.model.metrics
        // Found: a four times, of which two are right. Missed: z twice, b once.
        #expect(abs(metrics.microF1 - 4.0 / (4 + 2 + 3)) < 1e-12)
        // Five labels, the model's four and z. F1 of a: 2 * 2 / (2 * 2 + 2).
        #expect(abs(metrics.macroF1 - (4.0 / 6) / 5) < 1e-12)
        // a is true twice, z twice, b once.
        #expect(abs(metrics.weightedF1 - 2 * (4.0 / 6) / 5) < 1e-12)
        #expect(abs(metrics.sampleF1 - (1 + 2.0 / 3 + 0 + 0) / 4) < 1e-12)
        #expect(abs(metrics.precisionAt1 - 0.5) < 1e-12)
        #expect(abs(metrics.subsetAccuracy - 0.25) < 1e-12)
        #expect(abs(metrics.hammingLoss - 5.0 / 20) < 1e-12)
        #expect(metrics.threshold == 0.5)
        #expect(report.remarks.first == "1 label of these rows is not among the model's 4; it counts as missed.")
        #expect(report.labels == 4)
        #expect(report.rows.test == 4)
    }

    @Test func aThresholdOfZeroDoesNotFindUnknownLabels() throws {
        var parts = try TaggerParts(try alwaysA())
        parts.metadata["cantus.threshold"] = "0"
        parts.floats["labels.thresholds"] = nil
        let rows = try TagFixture.rows([("x", "a"), ("y", "z")])
        let report = try TagEvaluation(try parts.tagger(), pool: TagFixture.pool)
            .run(rows, path: "rows.tsv", training: nil)
        // All four known labels are found in both rows, z in none: one is right, seven are wrong, one is missed.
        #expect(abs(report.model.metrics.microF1 - 2.0 / (2 + 7 + 1)) < 1e-12)
    }

    @Test func predictionsAreOrderedAndBounded() throws {
        let tagger = try alwaysA()
        let one = try tagger.predictions(of: ["x"], pool: TagFixture.pool)
        #expect(one.map { $0.map(\.label) } == [["a"]])
        #expect(abs(one[0][0].probability - 0.982_013_8) < 1e-5)
        let all = try tagger.predictions(of: ["x", ""], threshold: 0, pool: TagFixture.pool)
        // Equal probabilities stand in the order of the labels.
        #expect(all.map { $0.map(\.label) } == [["a", "b", "c", "d"], ["a", "b", "c", "d"]])
        let two = try tagger.predictions(of: ["x"], top: 2, pool: TagFixture.pool)
        #expect(two.map { $0.map(\.label) } == [["a", "b"]])
        #expect(try tagger.predictions(of: [], pool: TagFixture.pool).isEmpty)
    }

    @Test func noRowsAreAnError() throws {
        let rows = try TagFixture.rows([])
        let tagger = try alwaysA()
        let error = #expect(throws: FileError.self) {
            _ = try TagEvaluation(tagger, pool: TagFixture.pool).run(rows, path: "rows.tsv", training: nil)
        }
        #expect(error?.message == "no rows found, at least 1 expected")
    }
}

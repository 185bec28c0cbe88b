import Foundation
import Testing
import Training

@Suite struct MultiLabelMetricsTests {
    /// Rows: true {0}, {0, 1}, {}, {2}; predicted at 0.5: {0}, {1}, {0}, {1}.
    private static let scores: [Float] = [
        0.9, 0.2, 0.1, 0.0,
        0.4, 0.8, 0.3, 0.0,
        0.6, 0.1, 0.2, 0.1,
        0.3, 0.5, 0.4, 0.2,
    ]
    private static let truths: [[Int32]] = [[0], [1, 0], [], [2]]

    @Test func smallCaseByHand() {
        let metrics = MultiLabelMetrics(
            scores: Self.scores, truths: Self.truths, labelCount: 4, threshold: 0.5)
        // Label 0: tp 1, fp 1, fn 1. Label 1: tp 1, fp 1. Label 2: fn 1. Label 3: nothing.
        #expect(metrics.threshold == 0.5)
        #expect(metrics.microF1 == 4.0 / 8.0)
        #expect(metrics.macroF1 == (0.5 + 2.0 / 3.0) / 4)
        #expect(metrics.weightedF1 == (0.5 * 2 + 2.0 / 3.0) / 4)
        #expect(metrics.sampleF1 == (1 + 2.0 / 3.0) / 4)
        #expect(metrics.precisionAt1 == 0.5)
        // Label 0: true at 0.9 and 0.4, with 0.6 between. Label 1: true at the top. Label 2: true at the top.
        #expect(metrics.meanAveragePrecision == ((0.5 * 1 + 0.5 * (2.0 / 3.0)) + 1 + 1) / 3)
        #expect(metrics.hammingLoss == 4.0 / 16.0)
        #expect(metrics.subsetAccuracy == 0.25)
    }

    @Test func equalScoresCountTogetherInAveragePrecision() {
        let metrics = MultiLabelMetrics(
            scores: [0.5, 0.5, 0.5, 0.1], truths: [[0], [], [], [0]], labelCount: 1, threshold: 0.5)
        #expect(metrics.meanAveragePrecision == 0.5 * (1.0 / 3.0) + 0.5 * (2.0 / 4.0))
    }

    @Test func labelNamedTwiceCountsOnce() {
        let once = MultiLabelMetrics(scores: [0.9, 0.2], truths: [[0]], labelCount: 2, threshold: 0.5)
        let twice = MultiLabelMetrics(scores: [0.9, 0.2], truths: [[0, 0]], labelCount: 2, threshold: 0.5)
        #expect(once == twice)
        #expect(twice.microF1 == 1)
    }

    @Test func meansOverNothingAreZero() {
        let metrics = MultiLabelMetrics(scores: [], truths: [], labelCount: 3, threshold: 0.5)
        #expect(metrics.microF1 == 0)
        #expect(metrics.sampleF1 == 0)
        #expect(metrics.meanAveragePrecision == 0)
        #expect(metrics.hammingLoss == 0)
    }

    /// Rows of weight 0 are as rows that are not there, whatever their scores; equal weights change nothing.
    @Test func rowsOfWeightZeroAreLeftOut() {
        let whole = MultiLabelMetrics(scores: Self.scores, truths: Self.truths, labelCount: 4, threshold: 0.5)
        var scores = Self.scores
        scores.insert(contentsOf: [.nan, .infinity, 0.9, 0.9], at: 4)
        var truths = Self.truths
        truths.insert([0, 3], at: 1)
        let masked = MultiLabelMetrics(
            scores: scores, truths: truths, labelCount: 4, threshold: 0.5, weights: [0.5, 0, 0.5, 0.5, 0.5])
        #expect(masked == whole)
        let nothing = MultiLabelMetrics(
            scores: Self.scores, truths: Self.truths, labelCount: 4, threshold: 0.5, weights: [0, 0, 0, 0])
        #expect(nothing == MultiLabelMetrics(scores: [], truths: [], labelCount: 4, threshold: 0.5))
    }

    @Test func firstNonFiniteScoreIsFound() {
        #expect(MultiLabelMetrics.firstNonFinite(in: [0, 1, .nan, .infinity]) == 2)
        #expect(MultiLabelMetrics.firstNonFinite(in: [0, -.infinity]) == 1)
        #expect(MultiLabelMetrics.firstNonFinite(in: Self.scores) == nil)
    }

    @Test func keysAreSnakeCase() throws {
        let metrics = MultiLabelMetrics(
            scores: Self.scores, truths: Self.truths, labelCount: 4, threshold: 0.5)
        let data = try JSONEncoder().encode(metrics)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "threshold", "micro_f1", "macro_f1", "weighted_f1", "sample_f1", "precision_at_1",
                "mean_average_precision", "hamming_loss", "subset_accuracy",
            ])
        #expect(try JSONDecoder().decode(MultiLabelMetrics.self, from: data) == metrics)
    }

    @Test(arguments: try MetricsFixture.cases()) func agreesWithScikitLearn(_ fixture: MetricsFixture) {
        let metrics = MultiLabelMetrics(
            scores: fixture.scores, truths: fixture.truths, labelCount: fixture.labelCount,
            threshold: fixture.expected.threshold, weights: fixture.weights)
        let tolerance = 1e-12
        #expect(abs(metrics.microF1 - fixture.expected.microF1) < tolerance)
        #expect(abs(metrics.macroF1 - fixture.expected.macroF1) < tolerance)
        #expect(abs(metrics.weightedF1 - fixture.expected.weightedF1) < tolerance)
        #expect(abs(metrics.sampleF1 - fixture.expected.sampleF1) < tolerance)
        #expect(abs(metrics.precisionAt1 - fixture.expected.precisionAt1) < tolerance)
        #expect(abs(metrics.meanAveragePrecision - fixture.expected.meanAveragePrecision) < tolerance)
        #expect(abs(metrics.hammingLoss - fixture.expected.hammingLoss) < tolerance)
        #expect(abs(metrics.subsetAccuracy - fixture.expected.subsetAccuracy) < tolerance)
    }
}

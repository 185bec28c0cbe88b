import TestSupport
import Testing
import Training

@Suite struct ThresholdSearchTests {
    private func microF1(_ scores: [Float], _ truths: [[Int32]], _ labelCount: Int, _ threshold: Float) -> Double {
        MultiLabelMetrics(scores: scores, truths: truths, labelCount: labelCount, threshold: threshold).microF1
    }

    @Test func liesHalfWayBetweenNeighbours() {
        let threshold = ThresholdSearch.best(scores: [0.75, 0.25, 0.5, 0.125], truths: [[0], [0]], labelCount: 2)
        #expect(threshold == 0.375)
    }

    @Test func takesTheHighestOfEqualCuts() {
        // Predicting one label gives 2/3, and predicting all four gives 4/6.
        let threshold = ThresholdSearch.best(scores: [0.9, 0.7, 0.5, 0.1], truths: [[0, 3]], labelCount: 4)
        #expect(threshold > 0.7 && threshold < 0.9)
    }

    @Test func predictsEverythingFromTheLowestScore() {
        #expect(ThresholdSearch.best(scores: [0.9, 0.2], truths: [[0, 1]], labelCount: 2) == 0.2)
    }

    @Test func predictsNothingWhereNothingIsTrue() {
        let threshold = ThresholdSearch.best(scores: [0.9, 0.2], truths: [[]], labelCount: 2)
        #expect(threshold == Float(0.9).nextUp)
        #expect(ThresholdSearch.best(scores: [], truths: [], labelCount: 2) == 0.5)
    }

    @Test func separatesNeighbouringFloats() {
        let low: Float = 0.5
        let threshold = ThresholdSearch.best(scores: [low.nextUp, low], truths: [[0]], labelCount: 2)
        #expect(threshold == low.nextUp)
    }

    @Test(arguments: try MetricsFixture.cases()) func reachesScikitLearnsBest(_ fixture: MetricsFixture) {
        let threshold = ThresholdSearch.best(
            scores: fixture.scores, truths: fixture.truths, labelCount: fixture.labelCount)
        let reached = microF1(fixture.scores, fixture.truths, fixture.labelCount, threshold)
        #expect(abs(reached - fixture.bestMicroF1) < 1e-12)
    }

    @Test(arguments: 0..<50 as Range<UInt64>) func noScoreIsABetterThreshold(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let labelCount = Int.random(in: 1...4, using: &generator)
        let rows = Int.random(in: 1...12, using: &generator)
        let truths = (0..<rows).map { _ in
            (0..<Int32(labelCount)).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }
        }
        // A coarse grid gives ties; a fine one gives few.
        let steps = Bool.random(using: &generator) ? 5 : 1000
        let scores = (0..<rows * labelCount).map { _ in
            Float(Int.random(in: 0...steps, using: &generator)) / Float(steps)
        }
        let found = microF1(
            scores, truths, labelCount, ThresholdSearch.best(scores: scores, truths: truths, labelCount: labelCount))
        let best = scores.map { microF1(scores, truths, labelCount, $0) }.max() ?? 0
        #expect(found == best)
    }
}

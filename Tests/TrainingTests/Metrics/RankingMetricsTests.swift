import TestSupport
import Testing
import Training

@Suite struct RankingMetricsTests {
    @Test func smallCaseByHand() {
        // Pairs: 0.9 beats both false rows; 0.4 beats 0.1 and ties with 0.4.
        let metrics = RankingMetrics(scores: [0.9, 0.4, 0.4, 0.1], targets: [true, true, false, false])
        #expect(metrics.areaUnderROC == (1 + 1 + 1 + 0.5) / 4)
        #expect(metrics.averagePrecision == 0.5 * 1 + 0.5 * (2.0 / 3.0))
    }

    @Test func undefinedIsNil() {
        let allTrue = RankingMetrics(scores: [0.1, 0.2], targets: [true, true])
        #expect(allTrue.areaUnderROC == nil && allTrue.averagePrecision == 1)
        let allFalse = RankingMetrics(scores: [0.1, 0.2], targets: [false, false])
        #expect(allFalse.areaUnderROC == nil && allFalse.averagePrecision == nil)
        let nothing = RankingMetrics(scores: [], targets: [], classCount: 3)
        #expect(nothing.areaUnderROC == nil && nothing.averagePrecision == nil)
    }

    /// The definition itself: every pair of a true and a false row.
    @Test func areaIsTheShareOfPairsInOrder() {
        var generator = SeededGenerator(seed: 4)
        let scores = (0..<60).map { _ in Float(generator.index(below: 12)) }
        let targets = scores.map { Double($0) + generator.normal() * 4 > 6 }
        let weights = (0..<60).map { _ in Float(generator.index(below: 3)) }
        var (inOrder, all) = (0.0, 0.0)
        for i in 0..<60 where targets[i] {
            for j in 0..<60 where !targets[j] {
                let weight = Double(weights[i] * weights[j])
                all += weight
                inOrder += weight * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0)
            }
        }
        let area = RankingMetrics(scores: scores, targets: targets, weights: weights).areaUnderROC
        #expect(abs(area! - inOrder / all) < 1e-12)
    }

    /// A class that does not occur is no part of the mean; a row that is left out may hold anything.
    @Test func classesThatDoNotOccurAreLeftOut() {
        let scores: [Float] = [0.9, 0.1, 0, 0.2, 0.8, 0, .nan, .nan, .nan]
        let metrics = RankingMetrics(scores: scores, targets: [0, 1, -1], classCount: 3)
        #expect(metrics.areaUnderROC == 1 && metrics.averagePrecision == 1)
    }
}

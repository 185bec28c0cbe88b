import Foundation
import Testing
import Training

@Suite struct RegressionMetricsTests {
    @Test func smallCaseByHand() {
        var metrics = RegressionMetrics()
        metrics.add(predictions: [1, 4, 0], targets: [2, 2, 0])
        #expect(metrics.meanSquaredError == 5.0 / 3.0)
        #expect(metrics.meanAbsoluteError == 1)
        #expect(abs(metrics.symmetricPercentageError! - 4.0 / 9) < 1e-15)  // 2/3, 2/3, and none where both are 0
        #expect(metrics.weightedPercentageError == 3.0 / 4.0)
        let unexplained = 5 / (8.0 / 3)
        #expect(abs(metrics.rSquared! - (1 - unexplained)) < 1e-15)
        #expect(metrics.scaledError(scale: 0.5) == 2)
        #expect(metrics.scaledError(scale: nil) == nil)
    }

    @Test func undefinedIsNil() {
        let nothing = RegressionMetrics()
        #expect(nothing.meanSquaredError == nil && nothing.rootMeanSquaredError == nil)
        #expect(nothing.meanAbsoluteError == nil && nothing.rSquared == nil)
        #expect(nothing.symmetricPercentageError == nil && nothing.weightedPercentageError == nil)
        var zeros = RegressionMetrics()
        zeros.add(predictions: [1, 1], targets: [0, 0])
        #expect(zeros.rSquared == nil && zeros.weightedPercentageError == nil)
        #expect(zeros.symmetricPercentageError == 2)
    }

    /// Parts merge to the whole, weights of 0 hide whatever there is, and large levels do not cancel.
    @Test func partsMergeToTheWhole() {
        let targets: [Float] = [1e8, 1e8 + 16, 1e8 + 32, 1e8 + 8, .nan]
        let predictions: [Float] = [1e8 + 8, 1e8, 1e8 + 64, 1e8, .infinity]
        var (whole, first, second) = (RegressionMetrics(), RegressionMetrics(), RegressionMetrics())
        whole.add(predictions: predictions, targets: targets, weights: [1, 2, 1, 1, 0])
        first.add(predictions: [predictions[0]], targets: [targets[0]])
        second.add(predictions: Array(predictions[1..<4]), targets: Array(targets[1..<4]), weights: [2, 1, 1])
        first.merge(second)
        first.merge(RegressionMetrics())
        #expect(first.weight == 5 && whole.weight == 5)
        #expect(first.meanSquaredError == whole.meanSquaredError)
        // Around the mean 14.4 of 0, 16 twice, 32 and 8: 207.36 + 2 * 2.56 + 309.76 + 40.96.
        let expected: Double = 1 - 1664 / 563.2  // of squared errors 64, 256 twice, 1024 and 64
        for metrics in [first, whole] { #expect(abs(metrics.rSquared! - expected) < 1e-6) }
    }

    /// In single precision the numbers would be 64 apart.
    @Test func smallErrorsOfLargeNumbersAreKept() {
        var metrics = RegressionMetrics()
        metrics.add(predictions: [1e9 + 1, 1e9 - 1, 1e9], targets: [1e9, 1e9, 1e9 + 3] as [Double])
        #expect(metrics.meanAbsoluteError! == 5.0 / 3)
        #expect(abs(metrics.rSquared! - (1 - 11.0 / 6)) < 1e-6)
    }

    @Test func seasonalScale() {
        var series: [Double] = [1, 5, 3, 9, 4, 5]
        #expect(RegressionMetrics.seasonalScale(of: series, period: 2) == 2.75)  // of 2, 4, 1 and 4
        #expect(RegressionMetrics.seasonalScale(of: series, period: 6) == nil)
        series[3] = .nan
        #expect(RegressionMetrics.seasonalScale(of: series, period: 2) == 1.5)
        #expect(RegressionMetrics.seasonalScale(of: [2, 2, 2], period: 1) == nil)
    }

    @Test func quantilesByHand() {
        var metrics = QuantileMetrics(quantiles: [0.25, 0.5, 0.75])
        #expect(metrics.meanPinballLoss == nil && metrics.coverage == nil && metrics.calibration == nil)
        metrics.add(predictions: [1, 2, 3], targets: [2])
        var second = QuantileMetrics(quantiles: [0.25, 0.5, 0.75])
        second.add(predictions: [1, 2, 3, .nan, .nan, .nan, 4, 4, 4], targets: [7, 0, 4], weights: [1, 0, 2])
        metrics.merge(second)
        // Errors: 1, 0, -1; 6, 5, 4; none.
        #expect(metrics.weight == 4)
        #expect(metrics.pinballLosses == [0.4375, 0.625, 0.8125])
        #expect(metrics.calibration == [0.5, 0.75, 0.75])
        #expect(metrics.coverage == [0.75])
    }

    @Test func perplexity() {
        var perplexity = Perplexity()
        #expect(perplexity.value == nil)
        perplexity.add(meanLoss: 0, count: 0)
        #expect(perplexity.value == nil)
        perplexity.add(meanLoss: Float(log(8.0)), count: 2)
        var other = Perplexity()
        other.add(meanLoss: Float(log(2.0)), count: 4)
        perplexity.merge(other)
        // exp of (2 log 8 + 4 log 2) / 6 = 10 log 2 / 6
        #expect(abs(perplexity.value! - pow(2, 10.0 / 6)) < 1e-6)
    }
}

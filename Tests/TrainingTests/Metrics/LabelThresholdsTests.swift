import TestSupport
import Testing
import Training

@Suite struct LabelThresholdsTests {
    /// Rows of three labels: the first true in half of them and found from 0.6 on, the second in a tenth and found from
    /// 0.2 on, the third never.
    private static func rows(_ count: Int) -> (scores: [Float], truths: [[Int32]]) {
        var (scores, truths): ([Float], [[Int32]]) = ([], [])
        for row in 0..<count {
            let (first, second) = (row % 2 == 0, row % 10 == 3)
            let shift = Float(row % 7) / 100
            scores += [first ? 0.65 + shift : 0.55 - shift, second ? 0.25 + shift : 0.15 - shift, 0.05]
            truths.append((first ? [0] : []) + (second ? [1] : []))
        }
        return (scores, truths)
    }

    private static let frequencies: [Float] = [0.5, 0.1, 0]

    /// With rows enough each label comes to where it is told apart, and the F1 of both is 1: no common threshold can
    /// do that.
    @Test func manyRowsDecideForThemselves() {
        let (scores, truths) = Self.rows(20_000)
        let found = LabelThresholds(fitting: scores, truths: truths, frequencies: Self.frequencies)
        #expect(found.ofLabels[0] > 0.55 && found.ofLabels[0] < 0.65)
        #expect(found.ofLabels[1] > 0.15 && found.ofLabels[1] < 0.25)
        let own = MultiLabelMetrics(scores: scores, truths: truths, thresholds: found)
        let common = MultiLabelMetrics(scores: scores, truths: truths, labelCount: 3, threshold: found.common)
        #expect(own.microF1 == 1 && common.microF1 < 0.95)
        #expect(own.threshold == found.common)
    }

    /// A few rows hardly move a label: they may be chance.
    @Test func fewRowsStayNearTheCommonThreshold() {
        let (scores, truths) = Self.rows(10)
        let found = LabelThresholds(fitting: scores, truths: truths, frequencies: [0.2, 0.2, 0.2])
        for threshold in found.ofLabels { #expect(abs(threshold - found.common) < 0.05) }
        // Nothing is known of the third, and nothing is expected of it that is not of the others.
        #expect(abs(found.ofLabels[2] - found.common) < 1e-6)
    }

    /// Odds fall with the power 0.3 of the frequency, around the mean over the labels of all rows.
    @Test func rareLabelsAreExpectedLower() {
        let truths: [[Int32]] = [[0], [0]]
        let scores: [Float] = [0.8, 0.4, 0.4, 0.7, 0.4, 0.4]
        let found = LabelThresholds(fitting: scores, truths: truths, frequencies: [0.5, 0.5, 0.005])
        func odds(_ probability: Float) -> Double { Double(probability) / (1 - Double(probability)) }
        let ratio = odds(found.ofLabels[1]) / odds(found.ofLabels[2])
        #expect(abs(ratio - 3.981) < 0.01)  // 100^0.3
        #expect(found.ofLabels[2] < found.common && found.ofLabels[1] >= found.common)
    }

    @Test func noRowsAndNoLabels() {
        let nothing = LabelThresholds(fitting: [], truths: [], frequencies: [0.3, 0.3])
        #expect(nothing.ofLabels == [0.5, 0.5] && nothing.common == 0.5)
        #expect(LabelThresholds(fitting: [], truths: [], frequencies: []).ofLabels == [])
    }
}

import Kernels
import Training

/// The baselines that stand beside every tagger: fitted on its training part, their thresholds on its threshold part,
/// in the same way as the tagger's.
enum TagBaselines {
    /// The inverse of the regularisation of the logistic regression; on 24,000 question titles 4 to 16 are within half
    /// a point of micro-F1, and smaller ones lose up to four.
    private static let cost = 10.0

    static let mostFrequentName = "most frequent labels"

    /// The lines of the baselines alone.
    static func lines(_ data: TagData, scoring part: TagData.Part, pool: WorkerPool) -> [TagReport.Line] {
        fitted(data, scoring: part, pool: pool).map(\.line)
    }

    /// The baselines with what they took.
    static func fitted(
        _ data: TagData, scoring part: TagData.Part, pool: WorkerPool
    ) -> [TagComparisonReport.Entry] {
        [
            entry("TF-IDF of words and pairs, logistic regression", data, part, { data.thresholds($0) }) {
                let weighting = TermFrequencyInverseDocumentFrequency(fitting: data.training.tokens)
                let scores = LogisticRegression(cost: cost).scores(
                    training: weighting(data.training.tokens), targets: data.training.labels,
                    labelCount: data.knownLabels,
                    scoring: [weighting(data.threshold.tokens), weighting(part.tokens)], parallel: pool.run)
                return (scores[0], scores[1], parameters: data.knownLabels * (weighting.featureCount + 1))
            },
            // Its scores are the same in all rows: of one label there is nothing to choose.
            entry(mostFrequentName, data, part, { data.commonThreshold($0) }) {
                let frequent = MostFrequentLabels(targets: data.training.labels, labelCount: data.knownLabels)
                return (
                    frequent.scores(rowCount: data.threshold.count), frequent.scores(rowCount: part.count),
                    parameters: data.knownLabels
                )
            },
        ]
    }

    private static func entry(
        _ name: String, _ data: TagData, _ part: TagData.Part, _ thresholds: (_ scores: [Float]) -> LabelThresholds,
        fit: () -> (thresholdScores: [Float], partScores: [Float], parameters: Int)
    ) -> TagComparisonReport.Entry {
        let clock = ContinuousClock()
        let start = clock.now
        let fitted = fit()
        let metrics = data.metrics(scores: fitted.partScores, part, thresholds: thresholds(fitted.thresholdScores))
        return TagComparisonReport.Entry(
            line: TagReport.Line(name: name, metrics: metrics), parameters: fitted.parameters,
            seconds: start.duration(to: clock.now) / .seconds(1), validationMicroF1: nil)
    }
}

extension TagData {
    /// The thresholds that the threshold part gives to a model with these scores on it, `[N, known labels]`.
    func thresholds(_ scores: [Float]) -> LabelThresholds {
        LabelThresholds(
            fitting: scores, truths: threshold.labels,
            frequencies: MostFrequentLabels(targets: training.labels, labelCount: knownLabels).frequencies)
    }

    /// One threshold for all labels.
    func commonThreshold(_ scores: [Float]) -> LabelThresholds {
        LabelThresholds(fittingOneTo: scores, truths: threshold.labels, labelCount: knownLabels)
    }

    /// The metrics of scores `[N, known labels]` on a part.
    func metrics(scores: [Float], _ part: Part, thresholds: LabelThresholds) -> MultiLabelMetrics {
        MultiLabelMetrics(scores: scores, truths: part.labels, thresholds: thresholds, labelCount: labels.count)
    }
}

extension MultiLabelMetrics {
    /// The metrics of scores `[N, known labels]` where the truths also have labels that no model can know: such a
    /// label has the score 0 everywhere, and counts as missed.
    ///
    /// - Parameter thresholds: Of the known labels.
    init(scores: [Float], truths: [[Int32]], thresholds: LabelThresholds, labelCount: Int) {
        let known = thresholds.ofLabels.count
        var padded = scores
        if labelCount > known {
            padded = []
            padded.reserveCapacity(truths.count * labelCount)
            for row in 0..<truths.count {
                padded += scores[row * known..<(row + 1) * known]
                padded += repeatElement(0, count: labelCount - known)
            }
        }
        // A threshold of 0 would find labels that have no score at all.
        let unknown = repeatElement(Float.leastNormalMagnitude, count: labelCount - known)
        self.init(
            scores: padded, truths: truths,
            thresholds: LabelThresholds(common: thresholds.common, ofLabels: thresholds.ofLabels + unknown))
    }
}

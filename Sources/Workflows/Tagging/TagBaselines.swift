import Kernels
import Training

/// The baselines that stand beside every tagger: fitted on its training part, their thresholds on its threshold part.
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
            entry("TF-IDF of words and pairs, logistic regression", data, part) {
                let weighting = TermFrequencyInverseDocumentFrequency(fitting: data.training.tokens)
                let scores = LogisticRegression(cost: cost).scores(
                    training: weighting(data.training.tokens), targets: data.training.labels,
                    labelCount: data.knownLabels,
                    scoring: [weighting(data.threshold.tokens), weighting(part.tokens)], parallel: pool.run)
                return (scores[0], scores[1], parameters: data.knownLabels * (weighting.featureCount + 1))
            },
            entry(mostFrequentName, data, part) {
                let frequent = MostFrequentLabels(targets: data.training.labels, labelCount: data.knownLabels)
                return (
                    frequent.scores(rowCount: data.threshold.count), frequent.scores(rowCount: part.count),
                    parameters: data.knownLabels
                )
            },
        ]
    }

    private static func entry(
        _ name: String, _ data: TagData, _ part: TagData.Part,
        fit: () -> (thresholdScores: [Float], partScores: [Float], parameters: Int)
    ) -> TagComparisonReport.Entry {
        let clock = ContinuousClock()
        let start = clock.now
        let fitted = fit()
        let metrics = data.metrics(
            scores: fitted.partScores, part, threshold: data.threshold(fitted.thresholdScores))
        return TagComparisonReport.Entry(
            line: TagReport.Line(name: name, metrics: metrics), parameters: fitted.parameters,
            seconds: start.duration(to: clock.now) / .seconds(1), validationMicroF1: nil)
    }
}

extension TagData {
    /// The threshold that the threshold part gives to a model with these scores on it, `[N, known labels]`.
    func threshold(_ scores: [Float]) -> Float {
        min(max(ThresholdSearch.best(scores: scores, truths: threshold.labels, labelCount: knownLabels), 0), 1)
    }

    /// The metrics of scores `[N, known labels]` on a part.
    func metrics(scores: [Float], _ part: Part, threshold: Float) -> MultiLabelMetrics {
        MultiLabelMetrics(
            scores: scores, truths: part.labels, knownLabels: knownLabels, labelCount: labels.count,
            threshold: threshold)
    }
}

extension MultiLabelMetrics {
    /// The metrics of scores `[N, known labels]` where the truths also have labels that no model can know: such a
    /// label has the score 0 everywhere, and counts as missed.
    init(scores: [Float], truths: [[Int32]], knownLabels: Int, labelCount: Int, threshold: Float) {
        var padded = scores
        if labelCount > knownLabels {
            padded = []
            padded.reserveCapacity(truths.count * labelCount)
            for row in 0..<truths.count {
                padded += scores[row * knownLabels..<(row + 1) * knownLabels]
                padded += repeatElement(0, count: labelCount - knownLabels)
            }
        }
        // A threshold of 0 would find labels that have no score at all.
        self.init(
            scores: padded, truths: truths, labelCount: labelCount, threshold: max(threshold, .leastNormalMagnitude))
    }
}

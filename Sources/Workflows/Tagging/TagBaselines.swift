import Kernels
import Training

/// The baselines that stand beside every tagger: fitted on its training part, their thresholds on its threshold part.
enum TagBaselines {
    /// The inverse of the regularisation of the logistic regression; on 24,000 question titles 4 to 16 are within half
    /// a point of micro-F1, and smaller ones lose up to four.
    private static let cost = 10.0

    static func lines(_ data: TagData, scoring part: TagData.Part, pool: WorkerPool) -> [TagReport.Line] {
        let count = data.knownLabels
        let frequent = MostFrequentLabels(targets: data.training.labels, labelCount: count)
        let weighting = TermFrequencyInverseDocumentFrequency(fitting: data.training.tokens)
        let scores = LogisticRegression(cost: cost).scores(
            training: weighting(data.training.tokens), targets: data.training.labels, labelCount: count,
            scoring: [weighting(data.threshold.tokens), weighting(part.tokens)], parallel: pool.run)
        return [
            line(
                "TF-IDF of words and pairs, logistic regression", data, part, threshold: scores[0], scores: scores[1]),
            line(
                "most frequent labels", data, part, threshold: frequent.scores(rowCount: data.threshold.count),
                scores: frequent.scores(rowCount: part.count)),
        ]
    }

    private static func line(
        _ name: String, _ data: TagData, _ part: TagData.Part, threshold: [Float], scores: [Float]
    ) -> TagReport.Line {
        let cut = ThresholdSearch.best(
            scores: threshold, truths: data.threshold.labels, labelCount: data.knownLabels)
        return TagReport.Line(
            name: name, metrics: data.metrics(scores: scores, part, threshold: min(max(cut, 0), 1)))
    }
}

extension TagData {
    /// The metrics of scores `[N, known labels]` on a part. A label of the test part that no model can know has the
    /// score 0 everywhere: it counts as missed.
    func metrics(scores: [Float], _ part: Part, threshold: Float) -> MultiLabelMetrics {
        guard labels.count > knownLabels else {
            return MultiLabelMetrics(
                scores: scores, truths: part.labels, labelCount: knownLabels, threshold: threshold)
        }
        var padded: [Float] = []
        padded.reserveCapacity(part.count * labels.count)
        for row in 0..<part.count {
            padded += scores[row * knownLabels..<(row + 1) * knownLabels]
            padded += repeatElement(0, count: labels.count - knownLabels)
        }
        return MultiLabelMetrics(scores: padded, truths: part.labels, labelCount: labels.count, threshold: threshold)
    }
}

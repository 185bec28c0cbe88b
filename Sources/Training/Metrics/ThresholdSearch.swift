/// Finds the score from which a label is best counted as predicted.
///
/// Search on rows that neither train the model nor judge it: a threshold fitted on the rows that are scored flatters.
public enum ThresholdSearch {
    /// The one threshold for all labels with the highest micro-F1, in O(n log n) for n scores.
    ///
    /// All cuts between neighbouring distinct scores are tried, and the threshold lies half-way between the two, so
    /// that a small change of a score does not turn it over. Below the lowest score there is no neighbour: the
    /// threshold that predicts everything is that score itself. Of several cuts with the same micro-F1 the highest
    /// is taken, the one that predicts the fewest labels. Where no label is true at all, every micro-F1 is 0 and the
    /// threshold is the smallest number above all scores. For no scores it is 0.5.
    ///
    /// - Parameters:
    ///   - scores: [N, L], row-major, finite (`MultiLabelMetrics.firstNonFinite(in:)` checks that).
    ///   - truths: for each row the indices of its true labels; one named twice counts once.
    ///   - labelCount: L.
    public static func best(scores: [Float], truths: [[Int32]], labelCount: Int) -> Float {
        MultiLabelMetrics.checkShapes(scores, truths, labelCount)
        precondition(MultiLabelMetrics.firstNonFinite(in: scores) == nil, "a score is not finite")
        let trueScores = truths.enumerated().flatMap { row, labels in
            Set(labels).map { scores[row * labelCount + Int($0)] }
        }.sorted(by: >)
        let ordered = scores.sorted(by: >)
        guard let highest = ordered.first else { return 0.5 }

        // F1 = 2 tp / (predicted + true). Fractions are compared by cross products: whole numbers do not round.
        var best = (truePositives: 0, predicted: 0)
        var truePositives = 0
        var start = 0
        while start < ordered.count {
            let score = ordered[start]
            var end = start + 1
            while end < ordered.count, ordered[end] == score { end += 1 }
            while truePositives < trueScores.count, trueScores[truePositives] >= score { truePositives += 1 }
            let gain = truePositives * (best.predicted + trueScores.count)
            if gain > best.truePositives * (end + trueScores.count) { best = (truePositives, end) }
            start = end
        }
        if best.predicted == 0 { return highest.nextUp }
        if best.predicted == ordered.count { return ordered[best.predicted - 1] }
        return middle(of: ordered[best.predicted], and: ordered[best.predicted - 1])
    }

    /// A number above `low` and at most `high`, half-way where there is room.
    private static func middle(of low: Float, and high: Float) -> Float {
        let middle = Float((Double(low) + Double(high)) / 2)
        return middle > low ? middle : high
    }
}

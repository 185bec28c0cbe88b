/// How well scores put what is true above what is not, whatever the threshold.
///
/// The area under the receiver operating characteristic is the probability that a true row scores higher than a false
/// one, equal scores counting half:
///
///     AUC = sum over pairs of w_i w_j ([s_i > s_j] + [s_i = s_j] / 2) / (P N),    i true, j false
///
/// with P and N the weights of the true and of the false rows. It is exact: no threshold is left out.
///
/// Average precision is the sum of (R_k - R_{k-1}) P_k over the distinct scores in descending order, with precision P_k
/// and recall R_k of all rows that score at least the k-th; no interpolation. Both are as in scikit-learn.
public struct RankingMetrics: Codable, Hashable, Sendable {
    /// nil where all rows are true, or all false.
    public let areaUnderROC: Double?
    /// nil where no row is true.
    public let averagePrecision: Double?

    /// Two classes.
    ///
    /// - Parameters:
    ///   - scores: Higher for what is likelier true; finite in rows that count.
    ///   - targets: What is true.
    ///   - weights: How much each row counts, ones where nil; a row of weight 0 is left out.
    public init(scores: [Float], targets: [Bool], weights: [Float]? = nil) {
        precondition(scores.count == targets.count, "\(scores.count) scores for \(targets.count) targets")
        Weights.check(weights, count: scores.count)
        let rows = scores.indices.filter { (weights?[$0] ?? 1) > 0 }
        for row in rows { precondition(scores[row].isFinite, "score \(scores[row]) of row \(row) is not finite") }
        let order = rows.sorted { scores[$0] > scores[$1] }

        // From the highest score down, one group of equal scores at a time.
        var (truths, falsehoods) = (0.0, 0.0)  // weights of the rows so far
        var (area, precision) = (0.0, 0.0)
        var start = 0
        while start < order.count {
            var (groupTruths, groupFalsehoods) = (0.0, 0.0)
            var end = start
            while end < order.count, scores[order[end]] == scores[order[start]] {
                let weight = Double(weights?[order[end]] ?? 1)
                if targets[order[end]] { groupTruths += weight } else { groupFalsehoods += weight }
                end += 1
            }
            area += groupFalsehoods * (truths + groupTruths / 2)
            truths += groupTruths
            falsehoods += groupFalsehoods
            precision += groupTruths * truths / (truths + falsehoods)
            start = end
        }
        areaUnderROC = truths > 0 && falsehoods > 0 ? area / (truths * falsehoods) : nil
        averagePrecision = truths > 0 ? precision / truths : nil
    }

    /// Several classes: the means over the classes of each against all others, without those for which they are not
    /// defined; nil where that leaves none.
    ///
    /// - Parameters:
    ///   - scores: `[N, classCount]`, row-major.
    ///   - targets: The class of each row; a row whose class is negative is left out.
    ///   - weights: As for two classes.
    public init(scores: [Float], targets: [Int32], classCount: Int, weights: [Float]? = nil) {
        precondition(
            scores.count == targets.count * classCount,
            "\(scores.count) scores for \(targets.count) rows of \(classCount) classes")
        Weights.check(weights, count: targets.count)
        let rows = targets.indices.filter { targets[$0] >= 0 && (weights?[$0] ?? 1) > 0 }
        for row in rows { precondition(targets[row] < classCount, "class \(targets[row]) of \(classCount)") }
        let rowWeights = weights.map { weights in rows.map { weights[$0] } }
        let classes = (0..<classCount).map { index in
            RankingMetrics(
                scores: rows.map { scores[$0 * classCount + index] }, targets: rows.map { targets[$0] == index },
                weights: rowWeights)
        }
        areaUnderROC = Self.mean(classes.compactMap(\.areaUnderROC))
        averagePrecision = Self.mean(classes.compactMap(\.averagePrecision))
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

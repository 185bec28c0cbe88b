/// How well scores for several labels a row agree with the truth.
///
/// A label counts as predicted where its score is at least its threshold. With true positives tp, false positives
/// fp and false negatives fn, F1 = 2 tp / (2 tp + fp + fn); where nothing was predicted and nothing is true,
/// F1 is undefined and counts as 0. The definitions are those of scikit-learn's `metrics` with
/// `zero_division=0`, also where rows have weights. All means are 0 where they are taken over nothing.
///
/// Sums are taken in Double, over labels or rows in ascending order, so that equal input gives equal bits.
public struct MultiLabelMetrics: Codable, Hashable, Sendable {
    /// The score from which a label counts as predicted; of several for different labels, the common one.
    public let threshold: Float
    /// F1 of the counts summed over all labels.
    public let microF1: Double
    /// The mean of the labels' F1, over all labels, also those that never occur.
    public let macroF1: Double
    /// The mean of the labels' F1, weighted by how often each label is true.
    public let weightedF1: Double
    /// The mean of the rows' F1.
    public let sampleF1: Double
    /// The part of the rows whose highest score belongs to a true label. Of equal scores the first label's counts.
    public let precisionAt1: Double
    /// The mean of the average precision over the labels that occur in the truths.
    ///
    /// Average precision is the sum of (Rₖ − Rₖ₋₁) Pₖ over the distinct scores in descending order, with precision Pₖ
    /// and recall Rₖ of all rows that score at least the k-th. No interpolation. It does not depend on the threshold.
    public let meanAveragePrecision: Double
    /// The part of all row and label pairs that are predicted wrongly.
    public let hammingLoss: Double
    /// The part of the rows whose predicted labels are exactly the true ones.
    public let subsetAccuracy: Double

    enum CodingKeys: String, CodingKey {
        case threshold
        case microF1 = "micro_f1"
        case macroF1 = "macro_f1"
        case weightedF1 = "weighted_f1"
        case sampleF1 = "sample_f1"
        case precisionAt1 = "precision_at_1"
        case meanAveragePrecision = "mean_average_precision"
        case hammingLoss = "hamming_loss"
        case subsetAccuracy = "subset_accuracy"
    }

    /// Compares scores with the truth.
    ///
    /// - Parameters:
    ///   - scores: probabilities, or any scores that are higher for a likelier label: [N, L], row-major, finite
    ///     in rows that count (`firstNonFinite(in:)` checks that).
    ///   - truths: for each row the indices of its true labels, in any order; one named twice counts once.
    ///   - labelCount: L.
    ///   - threshold: the score from which a label counts as predicted.
    ///   - weights: how much each row counts, ones where nil (`Mask.weights(for:)`); a row of weight 0 is left out.
    public init(
        scores: [Float], truths: [[Int32]], labelCount: Int, threshold: Float, weights: [Float]? = nil
    ) {
        self.init(
            scores: scores, truths: truths, thresholds: LabelThresholds(threshold, labelCount: labelCount),
            weights: weights)
    }

    /// Compares scores with the truth.
    ///
    /// - Parameters:
    ///   - scores, truths, weights: as for one threshold.
    ///   - thresholds: the score from which each of the L labels counts as predicted.
    public init(scores: [Float], truths: [[Int32]], thresholds: LabelThresholds, weights: [Float]? = nil) {
        let labelCount = thresholds.ofLabels.count
        for threshold in [thresholds.common] + thresholds.ofLabels {
            precondition(threshold.isFinite, "the threshold is \(threshold)")
        }
        Self.checkShapes(scores, truths, labelCount)
        Weights.check(weights, count: truths.count)
        let (scores, truths, weights) = Self.counting(scores, truths, labelCount, weights)
        if let index = Self.firstNonFinite(in: scores) {
            preconditionFailure(
                "score \(scores[index]) of row \(index / labelCount), label \(index % labelCount) is not finite")
        }
        var byLabel = [Agreement](repeating: Agreement(), count: labelCount)
        var sampleF1Sum = 0.0
        var firstIsTrue = 0.0
        var exactRows = 0.0
        var rowSum = 0.0
        scores.withUnsafeBufferPointer { scores in
            var isTrue = [Bool](repeating: false, count: labelCount)
            for row in truths.indices {
                let weight = Double(weights?[row] ?? 1)
                rowSum += weight
                for label in truths[row] { isTrue[Int(label)] = true }
                let rowScores = scores[row * labelCount..<(row + 1) * labelCount]
                var ofRow = Agreement()
                var best = rowScores.startIndex
                for (label, index) in rowScores.indices.enumerated() {
                    let score = rowScores[index]
                    if score > rowScores[best] { best = index }
                    let predicted = score >= thresholds.ofLabels[label]
                    byLabel[label].count(predicted: predicted, isTrue: isTrue[label], weight: weight)
                    ofRow.count(predicted: predicted, isTrue: isTrue[label], weight: 1)
                }
                sampleF1Sum += weight * ofRow.f1
                if ofRow.errors == 0 { exactRows += weight }
                if labelCount > 0, isTrue[best - rowScores.startIndex] { firstIsTrue += weight }
                for label in truths[row] { isTrue[Int(label)] = false }
            }
        }
        var all = Agreement()
        var f1Sum = 0.0
        var weightedF1Sum = 0.0
        for ofLabel in byLabel {
            all.add(ofLabel)
            f1Sum += ofLabel.f1
            weightedF1Sum += ofLabel.f1 * ofLabel.support
        }
        threshold = thresholds.common
        microF1 = all.f1
        macroF1 = Self.ratio(f1Sum, Double(labelCount))
        weightedF1 = Self.ratio(weightedF1Sum, all.support)
        sampleF1 = Self.ratio(sampleF1Sum, rowSum)
        precisionAt1 = Self.ratio(firstIsTrue, rowSum)
        meanAveragePrecision = Self.meanAveragePrecision(scores, truths, labelCount, weights)
        hammingLoss = Self.ratio(all.errors, rowSum * Double(labelCount))
        subsetAccuracy = Self.ratio(exactRows, rowSum)
    }

    /// The place of the first score that is infinite or not a number, in row-major order; nil where all are finite.
    public static func firstNonFinite(in scores: [Float]) -> Int? {
        scores.withUnsafeBufferPointer { scores in scores.firstIndex { !$0.isFinite } }
    }
}

extension MultiLabelMetrics {
    /// Weights of agreement between prediction and truth.
    private struct Agreement {
        var truePositives = 0.0
        var falsePositives = 0.0
        var falseNegatives = 0.0

        var support: Double { truePositives + falseNegatives }
        var errors: Double { falsePositives + falseNegatives }

        /// 2 tp / (2 tp + fp + fn), 0 where that is undefined.
        var f1: Double { MultiLabelMetrics.ratio(2 * truePositives, 2 * truePositives + errors) }

        mutating func count(predicted: Bool, isTrue: Bool, weight: Double) {
            if predicted && isTrue { truePositives += weight }
            if predicted && !isTrue { falsePositives += weight }
            if !predicted && isTrue { falseNegatives += weight }
        }

        mutating func add(_ other: Agreement) {
            truePositives += other.truePositives
            falsePositives += other.falsePositives
            falseNegatives += other.falseNegatives
        }
    }

    private static func ratio(_ sum: Double, _ count: Double) -> Double { count == 0 ? 0 : sum / count }

    /// The rows whose weight is not zero.
    private static func counting(
        _ scores: [Float], _ truths: [[Int32]], _ labelCount: Int, _ weights: [Float]?
    ) -> (scores: [Float], truths: [[Int32]], weights: [Float]?) {
        guard let weights, weights.contains(0) else { return (scores, truths, weights) }
        let rows = truths.indices.filter { weights[$0] > 0 }
        return (
            rows.flatMap { scores[$0 * labelCount..<($0 + 1) * labelCount] }, rows.map { truths[$0] },
            rows.map { weights[$0] }
        )
    }

    /// Traps, with the shapes, where scores and truths do not fit together.
    static func checkShapes(_ scores: [Float], _ truths: [[Int32]], _ labelCount: Int) {
        precondition(
            labelCount >= 0 && scores.count == truths.count * labelCount,
            "\(scores.count) scores for \(truths.count) rows of \(labelCount) labels")
        for (row, labels) in truths.enumerated() {
            for label in labels where label < 0 || label >= labelCount {
                preconditionFailure("row \(row) has label \(label), the labels are 0..<\(labelCount)")
            }
        }
    }

    private static func meanAveragePrecision(
        _ scores: [Float], _ truths: [[Int32]], _ labelCount: Int, _ weights: [Float]?
    ) -> Double {
        var rowsOfLabel = [[Int]](repeating: [], count: labelCount)
        for (row, labels) in truths.enumerated() {
            for label in labels where rowsOfLabel[Int(label)].last != row { rowsOfLabel[Int(label)].append(row) }
        }
        var sum = 0.0
        var occurring = 0.0
        for (label, rows) in rowsOfLabel.enumerated() where !rows.isEmpty {
            sum += averagePrecision(scores, label, labelCount, positiveRows: rows, weights)
            occurring += 1
        }
        return ratio(sum, occurring)
    }

    /// Average precision of one label, in O(N log P) for P rows of which the label is true.
    ///
    /// Recall rises only at scores of true rows, so only these are sorted; every row is then counted at the highest
    /// of them that it reaches.
    private static func averagePrecision(
        _ scores: [Float], _ label: Int, _ labelCount: Int, positiveRows: [Int], _ weights: [Float]?
    ) -> Double {
        func weight(_ row: Int) -> Double { Double(weights?[row] ?? 1) }
        var levels: [Float] = []  // the distinct scores of true rows, descending
        var trueAtLevel: [Double] = []
        for row in positiveRows.sorted(by: { scores[$0 * labelCount + label] > scores[$1 * labelCount + label] }) {
            if scores[row * labelCount + label] == levels.last {
                trueAtLevel[trueAtLevel.count - 1] += weight(row)
            } else {
                levels.append(scores[row * labelCount + label])
                trueAtLevel.append(weight(row))
            }
        }
        var allAtLevel = [Double](repeating: 0, count: levels.count + 1)  // the last: below every true row
        scores.withUnsafeBufferPointer { scores in
            for row in 0..<scores.count / labelCount {
                let score = scores[row * labelCount + label]
                var low = 0
                var high = levels.count
                while low < high {
                    let middle = (low + high) / 2
                    if levels[middle] <= score { high = middle } else { low = middle + 1 }
                }
                allAtLevel[low] += weight(row)
            }
        }
        var truePositives = 0.0
        var predicted = 0.0
        var sum = 0.0
        for level in levels.indices {
            truePositives += trueAtLevel[level]
            predicted += allAtLevel[level]
            sum += trueAtLevel[level] * (truePositives / predicted)
        }
        return sum / truePositives
    }
}

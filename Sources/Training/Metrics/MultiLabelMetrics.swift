/// How well scores for several labels a row agree with the truth.
///
/// A label counts as predicted where its score is at least the threshold. With true positives tp, false positives
/// fp and false negatives fn, F1 = 2 tp / (2 tp + fp + fn); where nothing was predicted and nothing is true,
/// F1 is undefined and counts as 0. The definitions are those of scikit-learn's `metrics` with
/// `zero_division=0`. All means are 0 where they are taken over nothing.
///
/// Sums are taken in Double, over labels or rows in ascending order, so that equal input gives equal bits.
public struct MultiLabelMetrics: Codable, Hashable, Sendable {
    /// The score from which a label counts as predicted.
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
    ///     (`firstNonFinite(in:)` checks that).
    ///   - truths: for each row the indices of its true labels, in any order; one named twice counts once.
    ///   - labelCount: L.
    ///   - threshold: the score from which a label counts as predicted.
    public init(scores: [Float], truths: [[Int32]], labelCount: Int, threshold: Float) {
        precondition(threshold.isFinite, "the threshold is \(threshold)")
        Self.checkShapes(scores, truths, labelCount)
        if let index = Self.firstNonFinite(in: scores) {
            preconditionFailure(
                "score \(scores[index]) of row \(index / labelCount), label \(index % labelCount) is not finite")
        }
        var byLabel = [Agreement](repeating: Agreement(), count: labelCount)
        var sampleF1Sum = 0.0
        var firstIsTrue = 0
        var exactRows = 0
        scores.withUnsafeBufferPointer { scores in
            var isTrue = [Bool](repeating: false, count: labelCount)
            for row in truths.indices {
                for label in truths[row] { isTrue[Int(label)] = true }
                let rowScores = scores[row * labelCount..<(row + 1) * labelCount]
                var ofRow = Agreement()
                var best = rowScores.startIndex
                for (label, index) in rowScores.indices.enumerated() {
                    let score = rowScores[index]
                    if score > rowScores[best] { best = index }
                    let predicted = score >= threshold
                    byLabel[label].count(predicted: predicted, isTrue: isTrue[label])
                    ofRow.count(predicted: predicted, isTrue: isTrue[label])
                }
                sampleF1Sum += ofRow.f1
                if ofRow.errors == 0 { exactRows += 1 }
                if labelCount > 0, isTrue[best - rowScores.startIndex] { firstIsTrue += 1 }
                for label in truths[row] { isTrue[Int(label)] = false }
            }
        }
        var all = Agreement()
        var f1Sum = 0.0
        var weightedF1Sum = 0.0
        for ofLabel in byLabel {
            all.add(ofLabel)
            f1Sum += ofLabel.f1
            weightedF1Sum += ofLabel.f1 * Double(ofLabel.support)
        }
        self.threshold = threshold
        microF1 = all.f1
        macroF1 = Self.ratio(f1Sum, labelCount)
        weightedF1 = Self.ratio(weightedF1Sum, all.support)
        sampleF1 = Self.ratio(sampleF1Sum, truths.count)
        precisionAt1 = Self.ratio(Double(firstIsTrue), truths.count)
        meanAveragePrecision = Self.meanAveragePrecision(scores, truths, labelCount)
        hammingLoss = Self.ratio(Double(all.errors), scores.count)
        subsetAccuracy = Self.ratio(Double(exactRows), truths.count)
    }

    /// The place of the first score that is infinite or not a number, in row-major order; nil where all are finite.
    public static func firstNonFinite(in scores: [Float]) -> Int? {
        scores.withUnsafeBufferPointer { scores in scores.firstIndex { !$0.isFinite } }
    }
}

extension MultiLabelMetrics {
    /// Counts of agreement between prediction and truth.
    private struct Agreement {
        var truePositives = 0
        var falsePositives = 0
        var falseNegatives = 0

        var support: Int { truePositives + falseNegatives }
        var errors: Int { falsePositives + falseNegatives }

        /// 2 tp / (2 tp + fp + fn), 0 where that is undefined.
        var f1: Double { MultiLabelMetrics.ratio(Double(2 * truePositives), 2 * truePositives + errors) }

        mutating func count(predicted: Bool, isTrue: Bool) {
            if predicted && isTrue { truePositives += 1 }
            if predicted && !isTrue { falsePositives += 1 }
            if !predicted && isTrue { falseNegatives += 1 }
        }

        mutating func add(_ other: Agreement) {
            truePositives += other.truePositives
            falsePositives += other.falsePositives
            falseNegatives += other.falseNegatives
        }
    }

    private static func ratio(_ sum: Double, _ count: Int) -> Double { count == 0 ? 0 : sum / Double(count) }

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

    private static func meanAveragePrecision(_ scores: [Float], _ truths: [[Int32]], _ labelCount: Int) -> Double {
        var rowsOfLabel = [[Int]](repeating: [], count: labelCount)
        for (row, labels) in truths.enumerated() {
            for label in labels where rowsOfLabel[Int(label)].last != row { rowsOfLabel[Int(label)].append(row) }
        }
        var sum = 0.0
        var occurring = 0
        for (label, rows) in rowsOfLabel.enumerated() where !rows.isEmpty {
            sum += averagePrecision(scores, label, labelCount, positiveRows: rows)
            occurring += 1
        }
        return ratio(sum, occurring)
    }

    /// Average precision of one label, in O(N log P) for P rows of which the label is true.
    ///
    /// Recall rises only at scores of true rows, so only these are sorted; every row is then counted at the highest
    /// of them that it reaches.
    private static func averagePrecision(
        _ scores: [Float], _ label: Int, _ labelCount: Int, positiveRows: [Int]
    ) -> Double {
        var levels: [Float] = []  // the distinct scores of true rows, descending
        var trueAtLevel: [Int] = []
        for score in positiveRows.map({ scores[$0 * labelCount + label] }).sorted(by: >) {
            if score == levels.last {
                trueAtLevel[trueAtLevel.count - 1] += 1
            } else {
                levels.append(score)
                trueAtLevel.append(1)
            }
        }
        var rowsAtLevel = [Int](repeating: 0, count: levels.count + 1)  // the last: below every true row
        scores.withUnsafeBufferPointer { scores in
            for index in stride(from: label, to: scores.count, by: labelCount) {
                let score = scores[index]
                var low = 0
                var high = levels.count
                while low < high {
                    let middle = (low + high) / 2
                    if levels[middle] <= score { high = middle } else { low = middle + 1 }
                }
                rowsAtLevel[low] += 1
            }
        }
        var truePositives = 0
        var predicted = 0
        var sum = 0.0
        for level in levels.indices {
            truePositives += trueAtLevel[level]
            predicted += rowsAtLevel[level]
            sum += Double(trueAtLevel[level]) * (Double(truePositives) / Double(predicted))
        }
        return sum / Double(positiveRows.count)
    }
}

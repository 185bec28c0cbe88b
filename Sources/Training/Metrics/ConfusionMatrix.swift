/// How often each class was taken for each other, and what follows from that: accuracy, precision, recall and F1.
///
/// Collected batch by batch, or in parts that are merged:
///
///     var matrix = ConfusionMatrix(classCount: 10)
///     matrix.add(scores: logits.elements, targets: classes)
///     matrix.f1(.macro)
///
/// Of class c, with true positives tp, false positives fp and false negatives fn: precision = tp / (tp + fp),
/// recall = tp / (tp + fn), F1 = 2 tp / (2 tp + fp + fn). Where a denominator is 0 they are 0. These are scikit-learn's
/// definitions with `zero_division=0` and all classes as `labels`.
public struct ConfusionMatrix: Codable, Hashable, Sendable {
    /// What becomes one number of the numbers of all classes.
    public enum Average: Sendable {
        /// The number of the counts summed over all classes. Each row has one class, so that the micro-averages of
        /// precision, recall and F1 are all the accuracy.
        case micro
        /// The mean over all classes, also those that never occur.
        case macro
        /// The mean over the classes, weighted by how often each is true.
        case weighted
    }

    public let classCount: Int
    /// `[classCount, classCount]`, row-major: at [t, p] the weight of the rows of class t that were taken for p.
    public private(set) var counts: [Double]

    public init(classCount: Int) {
        precondition(classCount > 0, "a confusion matrix of \(classCount) classes")
        self.classCount = classCount
        counts = [Double](repeating: 0, count: classCount * classCount)
    }

    /// The weight of the rows of one class that were taken for another.
    public subscript(target: Int, prediction: Int) -> Double {
        precondition(
            (0..<classCount).contains(target) && (0..<classCount).contains(prediction),
            "classes \(target) and \(prediction) of \(classCount)")
        return counts[target * classCount + prediction]
    }

    /// Adds rows whose class was predicted.
    ///
    /// - Parameters:
    ///   - predictions: A class for each row.
    ///   - targets: The true class of each row; a row whose class is negative is left out.
    ///   - weights: How much each row counts, ones where nil (`Mask.weights(for:)`); a row of weight 0 is left out.
    public mutating func add(predictions: [Int32], targets: [Int32], weights: [Float]? = nil) {
        precondition(predictions.count == targets.count, "\(predictions.count) predictions, \(targets.count) targets")
        Weights.check(weights, count: targets.count)
        for row in targets.indices where targets[row] >= 0 {
            let weight = weights?[row] ?? 1
            if weight > 0 { count(prediction: Int(predictions[row]), target: Int(targets[row]), weight: weight) }
        }
    }

    /// Adds rows whose classes were given scores: the highest is the prediction, the first of several.
    ///
    /// - Parameters:
    ///   - scores: `[N, classCount]`, row-major; finite in rows that count.
    ///   - targets, weights: As in `add(predictions:targets:weights:)`.
    public mutating func add(scores: [Float], targets: [Int32], weights: [Float]? = nil) {
        precondition(
            scores.count == targets.count * classCount,
            "\(scores.count) scores for \(targets.count) rows of \(classCount) classes")
        Weights.check(weights, count: targets.count)
        for row in targets.indices where targets[row] >= 0 {
            let weight = weights?[row] ?? 1
            guard weight > 0 else { continue }
            var best = 0
            for column in 0..<classCount {
                let score = scores[row * classCount + column]
                precondition(score.isFinite, "score \(score) of row \(row), class \(column) is not finite")
                if score > scores[row * classCount + best] { best = column }
            }
            count(prediction: best, target: Int(targets[row]), weight: weight)
        }
    }

    private mutating func count(prediction: Int, target: Int, weight: Float) {
        precondition(
            (0..<classCount).contains(prediction) && target < classCount,
            "class \(target) taken for \(prediction), of \(classCount) classes")
        counts[target * classCount + prediction] += Double(weight)
    }

    /// Adds what another matrix has counted.
    public mutating func merge(_ other: ConfusionMatrix) {
        precondition(classCount == other.classCount, "\(classCount) and \(other.classCount) classes")
        for place in counts.indices { counts[place] += other.counts[place] }
    }
}

extension ConfusionMatrix {
    /// The weight of all rows.
    public var total: Double { counts.reduce(0, +) }

    /// The part of the rows whose class was predicted; 0 for no rows.
    public var accuracy: Double { ratio((0..<classCount).reduce(0) { $0 + self[$1, $1] }, total) }

    public func precision(of index: Int) -> Double { Agreement(self, index).precision }
    public func recall(of index: Int) -> Double { Agreement(self, index).recall }
    public func f1(of index: Int) -> Double { Agreement(self, index).f1 }
    /// The weight of the rows that truly are of a class.
    public func support(of index: Int) -> Double { Agreement(self, index).support }

    public func precision(_ average: Average) -> Double { mean(average, of: \.precision) }
    public func recall(_ average: Average) -> Double { mean(average, of: \.recall) }
    public func f1(_ average: Average) -> Double { mean(average, of: \.f1) }

    /// Counts of one class, or of all.
    private struct Agreement {
        var truePositives = 0.0
        var falsePositives = 0.0
        var falseNegatives = 0.0

        init() {}

        init(_ matrix: ConfusionMatrix, _ index: Int) {
            truePositives = matrix[index, index]
            for other in 0..<matrix.classCount where other != index {
                falsePositives += matrix[other, index]
                falseNegatives += matrix[index, other]
            }
        }

        var support: Double { truePositives + falseNegatives }
        var precision: Double { ratio(truePositives, truePositives + falsePositives) }
        var recall: Double { ratio(truePositives, support) }
        var f1: Double { ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives) }
    }

    private func mean(_ average: Average, of measure: (Agreement) -> Double) -> Double {
        let classes = (0..<classCount).map { Agreement(self, $0) }
        switch average {
        case .micro:
            let all = classes.reduce(into: Agreement()) { sum, agreement in
                sum.truePositives += agreement.truePositives
                sum.falsePositives += agreement.falsePositives
                sum.falseNegatives += agreement.falseNegatives
            }
            return measure(all)
        case .macro:
            return classes.reduce(0) { $0 + measure($1) } / Double(classCount)
        case .weighted:
            return ratio(classes.reduce(0) { $0 + measure($1) * $1.support }, total)
        }
    }
}

/// a / b, and 0 where b is 0.
private func ratio(_ a: Double, _ b: Double) -> Double { b == 0 ? 0 : a / b }

import Glibc

/// The probabilities from which each of several labels counts as predicted.
public struct LabelThresholds: Hashable, Sendable {
    /// The best for all labels together.
    public let common: Float
    /// One a label, near the common one.
    public let ofLabels: [Float]

    public init(common: Float, ofLabels: [Float]) { (self.common, self.ofLabels) = (common, ofLabels) }

    /// The same for each of some labels.
    public init(_ common: Float, labelCount: Int) {
        self.init(common: common, ofLabels: Array(repeating: common, count: labelCount))
    }
}

extension LabelThresholds {
    /// The odds of a label's probability, as logarithm, that its own rows may move its threshold by at most.
    private static let reach = 4.0
    /// How finely a label's own threshold is looked for.
    private static let step = 0.1
    /// The rows of a label that weigh as much as what is expected of it without them.
    private static let weight = 80.0
    /// How far the threshold of a rarer label is expected below the common one: odds by the power of the frequency.
    private static let slope = 0.3

    /// Fits the thresholds on rows that neither train the model nor judge it.
    ///
    /// The common one, c, has the best micro-F1 of all labels together (`ThresholdSearch`). Few rows have a given
    /// label, so that its own best threshold t* says little; what is expected of it is c, lower for rare labels, which
    /// models are too shy to name. The two are mixed in log-odds, by the number n of the label's rows:
    ///
    ///     logit t = (n logit t* + 80 e) / (n + 80)          e = logit c + 0.3 (log f - mean log f)
    ///
    /// with f the label's frequency in the training part and the mean taken over all labels of all its rows; of a label
    /// that is not there, e = logit c. Both numbers were chosen by looking at scores on titles of questions.
    ///
    /// - Parameters:
    ///   - scores: Probabilities, `[N, L]`, row-major.
    ///   - truths: For each row the indices of its true labels.
    ///   - frequencies: Shares of the training rows that have each label, `[L]`.
    public init(fitting scores: [Float], truths: [[Int32]], frequencies: [Float]) {
        let labelCount = frequencies.count
        common = Self.common(scores: scores, truths: truths, labelCount: labelCount)
        let weights = frequencies.map(Double.init)
        let logarithms = weights.map { $0 > 0 ? log($0) : 0 }
        let total = weights.reduce(0, +)
        let mean = total > 0 ? zip(weights, logarithms).reduce(0) { $0 + $1.0 * $1.1 } / total : 0
        let base = Self.logit(common)
        var isTrue = [Bool](repeating: false, count: scores.count)
        for (row, labels) in truths.enumerated() {
            for label in labels { isTrue[row * labelCount + Int(label)] = true }
        }
        ofLabels = (0..<labelCount).map { label in
            let places = stride(from: label, to: scores.count, by: labelCount)
            let expected = weights[label] > 0 ? base + Self.slope * (logarithms[label] - mean) : base
            let rows = places.map { (score: Self.logit(scores[$0]), isTrue: isTrue[$0]) }
            let count = Double(rows.count { $0.isTrue })
            guard count > 0 else { return Self.probability(expected) }
            let own = Self.best(rows, near: expected)
            return Self.probability((count * own + Self.weight * expected) / (count + Self.weight))
        }
    }

    /// The same for all labels, the best of them together.
    public init(fittingOneTo scores: [Float], truths: [[Int32]], labelCount: Int) {
        self.init(Self.common(scores: scores, truths: truths, labelCount: labelCount), labelCount: labelCount)
    }

    private static func common(scores: [Float], truths: [[Int32]], labelCount: Int) -> Float {
        min(max(ThresholdSearch.best(scores: scores, truths: truths, labelCount: labelCount), 0), 1)
    }

    /// The threshold with the best F1 of one label, of equal ones the nearest to what is expected.
    private static func best(_ rows: [(score: Double, isTrue: Bool)], near expected: Double) -> Double {
        let trueRows = Double(rows.count { $0.isTrue })
        var best = (f1: -1.0, threshold: expected)
        let steps = Int(reach / step)
        for distance in (-steps...steps).sorted(by: { abs($0) < abs($1) }) {
            let threshold = expected + Double(distance) * step
            var (right, found) = (0.0, 0.0)
            for row in rows where row.score >= threshold {
                found += 1
                if row.isTrue { right += 1 }
            }
            let f1 = 2 * right / (found + trueRows)
            if f1 > best.f1 { best = (f1, threshold) }
        }
        return best.threshold
    }

    private static func logit(_ probability: Float) -> Double {
        let bounded = min(max(Double(probability), 1e-6), 1 - 1e-6)
        return log(bounded / (1 - bounded))
    }

    private static func probability(_ logit: Double) -> Float { Float(1 / (1 + exp(-logit))) }
}

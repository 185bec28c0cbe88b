import Foundation

/// Losses of single rows or elements in Double, as plain as they can be written.
extension Reference {
    public static func softplus(_ x: Double) -> Double { log(1 + exp(-abs(x))) + max(x, 0) }

    public static func huber(_ x: Double, _ t: Double, delta: Double) -> Double {
        abs(x - t) <= delta ? (x - t) * (x - t) / 2 : delta * (abs(x - t) - delta / 2)
    }

    public static func binaryCrossEntropy(
        _ x: Double, _ t: Double, positiveWeight: Double = 1, smoothing: Double = 0
    ) -> Double {
        let target = (1 - smoothing) * t + smoothing / 2
        return -positiveWeight * target * log(sigmoid(x)) - (1 - target) * log(sigmoid(-x))
    }

    /// The cross-entropy of one row, times the weights of the classes.
    public static func crossEntropy(
        _ x: [Double], target: Int, weights: [Double]? = nil, smoothing: Double = 0
    ) -> Double {
        let weights = weights ?? x.map { _ in 1 }
        let probabilities = softmax(x, columns: x.count)
        return -x.indices.reduce(0.0) { sum, index in
            let share = (index == target ? 1 - smoothing : 0) + smoothing / Double(x.count)
            return sum + share * weights[index] * log(probabilities[index])
        }
    }

    public static func multiClassHinge(_ x: [Double], target: Int, margin: Double, power: Double) -> Double {
        x.indices.filter { $0 != target }.reduce(0) { $0 + pow(max(0, margin - x[target] + x[$1]), power) }
            / Double(x.count)
    }

    public static func pinball(_ x: Double, _ t: Double, quantile: Double) -> Double {
        max(quantile * (t - x), (quantile - 1) * (t - x))
    }

    public static func gaussian(mean: Double, raw: Double, minimumScale: Double, _ t: Double) -> Double {
        let scale = softplus(raw) + minimumScale
        return -log(exp(-pow((t - mean) / scale, 2) / 2) / (scale * sqrt(2 * .pi)))
    }

    public static func distance(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }

    public static func cosine(_ a: [Double], _ b: [Double]) -> Double {
        let zeros = a.map { _ in 0.0 }
        return zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / (distance(a, zeros) * distance(b, zeros))
    }

    /// -log P of a target, by going through all C^T alignments; x `[steps, classes]`.
    public static func ctc(_ x: [Double], steps: Int, classes: Int, target: [Int], blank: Int) -> Double {
        let probabilities = softmax(x, columns: classes)
        var total = 0.0
        func extend(_ alignment: [Int], _ probability: Double) {
            guard alignment.count < steps else {
                let merged = alignment.indices.filter { $0 == 0 || alignment[$0] != alignment[$0 - 1] }
                if merged.map({ alignment[$0] }).filter({ $0 != blank }) == target { total += probability }
                return
            }
            for index in 0..<classes {
                extend(alignment + [index], probability * probabilities[alignment.count * classes + index])
            }
        }
        extend([], 1)
        return -log(total)
    }
}

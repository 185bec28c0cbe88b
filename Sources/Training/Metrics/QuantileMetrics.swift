/// How good predicted quantiles are: their pinball loss, and how many targets lie below and between them.
///
/// Collected batch by batch, or in parts that are merged. All measures are nil where nothing was added.
public struct QuantileMetrics: Codable, Hashable, Sendable {
    /// q, ascending, `[Q]`.
    public let quantiles: [Float]
    /// The weight of all targets.
    public private(set) var weight = 0.0
    private var pinballs: [Double]  // [Q] sum w max(q (y - x), (q - 1) (y - x))
    private var below: [Double]  // [Q] weight of the targets at or below
    private var inside: [Double]  // [Q / 2] weight of the targets in each interval, outermost first

    /// - Parameter quantiles: Each between 0 and 1, ascending.
    public init(quantiles: [Float]) {
        for (quantile, next) in zip(quantiles, quantiles.dropFirst() + [1]) {
            precondition(quantile > 0 && quantile < next, "quantiles \(quantiles); ascending in 0..<1 is expected")
        }
        self.quantiles = quantiles
        pinballs = [Double](repeating: 0, count: quantiles.count)
        below = pinballs
        inside = [Double](repeating: 0, count: quantiles.count / 2)
    }

    /// - Parameters:
    ///   - predictions: `[N, Q]`, row-major.
    ///   - targets: `[N]`.
    ///   - weights: How much each target counts, ones where nil; one of weight 0 is left out, whatever stands there.
    public mutating func add(predictions: [Float], targets: [Float], weights: [Float]? = nil) {
        let width = quantiles.count
        precondition(
            predictions.count == targets.count * width,
            "\(predictions.count) predictions of \(width) quantiles for \(targets.count) targets")
        Weights.check(weights, count: targets.count)
        for row in targets.indices {
            let rowWeight = Double(weights?[row] ?? 1)
            guard rowWeight > 0 else { continue }
            weight += rowWeight
            let (target, x) = (targets[row], predictions[row * width..<(row + 1) * width])
            for index in 0..<width {
                let error = Double(target) - Double(x[x.startIndex + index])
                let q = Double(quantiles[index])
                pinballs[index] += rowWeight * max(q * error, (q - 1) * error)
                if error <= 0 { below[index] += rowWeight }
            }
            for index in inside.indices where x[x.startIndex + index] <= target && target <= x[x.endIndex - 1 - index] {
                inside[index] += rowWeight
            }
        }
    }

    /// Adds what another has seen.
    public mutating func merge(_ other: QuantileMetrics) {
        precondition(quantiles == other.quantiles, "quantiles \(quantiles) and \(other.quantiles)")
        weight += other.weight
        for index in pinballs.indices {
            pinballs[index] += other.pinballs[index]
            below[index] += other.below[index]
        }
        for index in inside.indices { inside[index] += other.inside[index] }
    }
}

extension QuantileMetrics {
    /// The mean pinball loss of each quantile, `[Q]`: the mean of max(q (y - x), (q - 1) (y - x)).
    public var pinballLosses: [Double]? { weight > 0 ? pinballs.map { $0 / weight } : nil }

    /// The mean of `pinballLosses`.
    public var meanPinballLoss: Double? { pinballLosses.map { $0.reduce(0, +) / Double(max($0.count, 1)) } }

    /// The part of the targets that lie at or below each quantile, `[Q]`: q itself, where the forecast is calibrated.
    public var calibration: [Double]? { weight > 0 ? below.map { $0 / weight } : nil }

    /// The part of the targets between the first and the last quantile, between the second and the last but one, and so
    /// on, ends included, `[Q / 2]`. Calibrated, that of quantiles 0.1 and 0.9 is 0.8.
    public var coverage: [Double]? { weight > 0 ? inside.map { $0 / weight } : nil }
}

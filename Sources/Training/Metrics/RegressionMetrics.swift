/// How far predictions x are from targets y, collected batch by batch or in parts that are merged.
///
/// With e = x - y and weights w, all sums being weighted. Sums are taken in Double. Every measure is nil where nothing
/// was added.
public struct RegressionMetrics: Codable, Hashable, Sendable {
    /// sum w
    public private(set) var weight = 0.0
    private var squaredErrors = 0.0  // sum w e^2
    private var absoluteErrors = 0.0  // sum w |e|
    private var symmetricErrors = 0.0  // sum w 2 |e| / (|x| + |y|)
    private var absoluteTargets = 0.0  // sum w |y|
    private var targetMean = 0.0
    private var targetSquares = 0.0  // sum w (y - mean)^2, kept up to date: sum y^2 would cancel for large targets

    public init() {}

    /// - Parameters:
    ///   - predictions, targets: One number each for every entry.
    ///   - weights: How much each entry counts, ones where nil (`Mask.weights(for:)`); an entry of weight 0 is left
    ///     out, whatever stands there.
    public mutating func add(predictions: [Float], targets: [Float], weights: [Float]? = nil) {
        precondition(predictions.count == targets.count, "\(predictions.count) predictions, \(targets.count) targets")
        Weights.check(weights, count: targets.count)
        for index in targets.indices {
            add(Double(predictions[index]), Double(targets[index]), weight: Double(weights?[index] ?? 1))
        }
    }

    /// Numbers in double precision: in single precision little is left of small errors of large numbers.
    public mutating func add(predictions: [Double], targets: [Double]) {
        precondition(predictions.count == targets.count, "\(predictions.count) predictions, \(targets.count) targets")
        for (prediction, target) in zip(predictions, targets) { add(prediction, target, weight: 1) }
    }

    private mutating func add(_ x: Double, _ y: Double, weight entryWeight: Double) {
        guard entryWeight > 0 else { return }
        let error = abs(x - y)
        weight += entryWeight
        squaredErrors += entryWeight * error * error
        absoluteErrors += entryWeight * error
        if error != 0 { symmetricErrors += entryWeight * 2 * error / (abs(x) + abs(y)) }
        absoluteTargets += entryWeight * abs(y)
        let away = y - targetMean
        targetMean += away * entryWeight / weight
        targetSquares += entryWeight * away * (y - targetMean)
    }

    /// Adds what another has seen.
    public mutating func merge(_ other: RegressionMetrics) {
        guard other.weight > 0 else { return }
        let away = other.targetMean - targetMean
        let share = other.weight / (weight + other.weight)
        targetSquares += other.targetSquares + away * away * weight * share
        targetMean += away * share
        weight += other.weight
        squaredErrors += other.squaredErrors
        absoluteErrors += other.absoluteErrors
        symmetricErrors += other.symmetricErrors
        absoluteTargets += other.absoluteTargets
    }
}

extension RegressionMetrics {
    /// MSE: sum w e^2 / sum w
    public var meanSquaredError: Double? { ratio(squaredErrors, weight) }

    /// RMSE: the root of the mean squared error.
    public var rootMeanSquaredError: Double? { meanSquaredError?.squareRoot() }

    /// MAE: sum w |e| / sum w
    public var meanAbsoluteError: Double? { ratio(absoluteErrors, weight) }

    /// R^2 = 1 - sum w e^2 / sum w (y - mean)^2: 1 is perfect, 0 as good as the targets' mean; nil where all targets
    /// are equal.
    public var rSquared: Double? { ratio(squaredErrors, targetSquares).map { 1 - $0 } }

    /// sMAPE: the mean of 2 |e| / (|x| + |y|), from 0 to 2; an entry where both are 0 counts as 0.
    public var symmetricPercentageError: Double? { ratio(symmetricErrors, weight) }

    /// WAPE: sum w |e| / sum w |y|; nil where all targets are 0.
    public var weightedPercentageError: Double? { ratio(absoluteErrors, absoluteTargets) }

    /// MASE: the mean absolute error, in units of what repeating the last season costs (Hyndman and Koehler 2006,
    /// "Another look at measures of forecast accuracy"). Below 1 is better than that. Of several series, each with a
    /// scale of its own, take the mean.
    ///
    /// - Parameter scale: `seasonalScale` of the training part; nil where it is nil.
    public func scaledError(scale: Double?) -> Double? {
        guard let scale, let meanAbsoluteError else { return nil }
        return meanAbsoluteError / scale
    }

    /// The mean of |y_t - y_{t - period}| over a series; nil where it is no longer than a period, or repeats itself.
    ///
    /// - Parameters:
    ///   - series: The training part of the series; pairs with a missing value, which is NaN, are left out.
    ///   - period: The length of a season; 1 compares with the value before.
    public static func seasonalScale(of series: [Double], period: Int) -> Double? {
        precondition(period > 0, "a period of \(period)")
        var (sum, count) = (0.0, 0.0)
        for step in series.indices.dropFirst(period) {
            let change = abs(series[step] - series[step - period])
            if change.isNaN { continue }
            sum += change
            count += 1
        }
        return sum > 0 ? sum / count : nil
    }

    private func ratio(_ a: Double, _ b: Double) -> Double? { b > 0 ? a / b : nil }
}

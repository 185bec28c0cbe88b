import Training

/// The scores of one model or baseline: one line of the table.
public struct ForecastLine: Codable, Hashable, Sendable {
    public let name: String
    /// In the data's units, over all series, windows and steps.
    public let rmse, mae: Double
    /// From 0 to 2.
    public let smape: Double
    /// The sum of absolute errors over the sum of absolute values; nil where all values are 0.
    public let wape: Double?
    /// The mean over the series; nil where the training part of each repeats itself.
    public let mase: Double?
    /// The mean over the series; nil where the values of each are all equal.
    public let rSquared: Double?
    /// Errors in units of each series' standard deviation in the training part, as benchmarks give them.
    public let scaledMSE, scaledMAE: Double
    /// The mean absolute error of the first step to come, of the second, and so on.
    public let perHorizonMAE: [Double]
    /// How good the quantiles are; nil where there are none.
    public let quantiles: Quantiles?

    /// The quality of a band.
    public struct Quantiles: Codable, Hashable, Sendable {
        public let levels: [Double]
        /// The mean pinball loss over quantiles, steps and windows, in the data's units.
        public let pinball: Double
        /// The share of values at or below each quantile; the level itself where it is as it should be.
        public let below: [Double]
        /// The share of values between the outermost quantiles, and between the next, and so on.
        public let coverage: [Double]
        /// What these shares should be.
        public let nominal: [Double]
    }

    private enum CodingKeys: String, CodingKey {
        case name, rmse, mae, smape, wape, mase, quantiles
        case rSquared = "r2"
        case scaledMSE = "scaled_mse"
        case scaledMAE = "scaled_mae"
        case perHorizonMAE = "per_horizon_mae"
    }

    /// The number by which models are compared on the validation part: the geometric mean of the scaled RMSE and the
    /// scaled MAE. The first alone is a matter of a few large errors, the second of the many small ones.
    public var error: Double { (scaledMSE.squareRoot() * scaledMAE).squareRoot() }
}

extension ForecastLine {
    /// What cannot be told is null, so that all lines have the same keys; only the model has quantiles.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(rmse, forKey: .rmse)
        try container.encode(mae, forKey: .mae)
        try container.encode(smape, forKey: .smape)
        try container.encode(wape, forKey: .wape)
        try container.encode(mase, forKey: .mase)
        try container.encode(rSquared, forKey: .rSquared)
        try container.encode(scaledMSE, forKey: .scaledMSE)
        try container.encode(scaledMAE, forKey: .scaledMAE)
        try container.encode(perHorizonMAE, forKey: .perHorizonMAE)
        try container.encodeIfPresent(quantiles, forKey: .quantiles)
    }
}

/// Collects the errors of forecasts, series by series.
struct ForecastScores {
    private let horizon: Int
    /// What errors of each series are divided by: its standard deviation in the training part.
    private let deviations: [Double]
    private let seasonalScales: [Double?]
    private var raw = RegressionMetrics()
    private var scaled = RegressionMetrics()
    private var series: [RegressionMetrics]
    private var steps: [Double]  // [H] sum of absolute errors
    private var count = 0  // windows
    private var quantiles: QuantileMetrics?

    /// - Parameters:
    ///   - horizon: H.
    ///   - deviations: One a series; above 0.
    ///   - seasonalScales: `RegressionMetrics.seasonalScale` of each series.
    ///   - quantiles: The levels of the band; none where there is no band.
    init(horizon: Int, deviations: [Double], seasonalScales: [Double?], quantiles: [Double] = []) {
        (self.horizon, self.deviations, self.seasonalScales) = (horizon, deviations, seasonalScales)
        series = deviations.map { _ in RegressionMetrics() }
        steps = [Double](repeating: 0, count: horizon)
        self.quantiles = quantiles.isEmpty ? nil : QuantileMetrics(quantiles: quantiles.map(Float.init))
    }

    mutating func add(_ windows: WindowForecasts, series number: Int) {
        let (forecasts, targets) = (windows.points, windows.targets)
        guard !targets.isEmpty else { return }
        var own = RegressionMetrics()
        own.add(predictions: forecasts, targets: targets)
        raw.merge(own)
        series[number].merge(own)
        let unit = 1 / deviations[number]
        let zeros = [Double](repeating: 0, count: targets.count)
        scaled.add(predictions: zip(forecasts, targets).map { ($0 - $1) * unit }, targets: zeros)
        for (place, (forecast, target)) in zip(forecasts, targets).enumerated() {
            steps[place % horizon] += abs(forecast - target)
        }
        count += targets.count / horizon
        // Of the band its distance from the value matters, of which single precision leaves enough.
        let width = windows.band.count / targets.count
        quantiles?.add(
            predictions: windows.band.indices.map { Float(windows.band[$0] - targets[$0 / width]) },
            targets: zeros.map(Float.init))
    }

    /// The scores of all that was added; nil where nothing was.
    func line(_ name: String) -> ForecastLine? {
        guard let rmse = raw.rootMeanSquaredError, let mae = raw.meanAbsoluteError,
            let smape = raw.symmetricPercentageError, let scaledMSE = scaled.meanSquaredError,
            let scaledMAE = scaled.meanAbsoluteError
        else { return nil }
        return ForecastLine(
            name: name, rmse: rmse, mae: mae, smape: smape, wape: raw.weightedPercentageError,
            mase: zip(series, seasonalScales).compactMap { $0.scaledError(scale: $1) }.mean,
            rSquared: series.compactMap(\.rSquared).mean, scaledMSE: scaledMSE, scaledMAE: scaledMAE,
            perHorizonMAE: steps.map { $0 / Double(count) }, quantiles: quantiles.flatMap(Self.summary))
    }

    private static func summary(_ metrics: QuantileMetrics) -> ForecastLine.Quantiles? {
        guard let pinball = metrics.meanPinballLoss, let below = metrics.calibration, let coverage = metrics.coverage
        else { return nil }
        // From single precision, in which 0.1 is 0.10000000149.
        let levels = metrics.quantiles.map { (Double($0) * 1e6).rounded() / 1e6 }
        let nominal = coverage.indices.map { ((levels[levels.count - 1 - $0] - levels[$0]) * 1e6).rounded() / 1e6 }
        return ForecastLine.Quantiles(
            levels: levels, pinball: pinball, below: below, coverage: coverage, nominal: nominal)
    }
}

extension [Double] {
    /// Nil of no numbers.
    var mean: Double? { isEmpty ? nil : reduce(0, +) / Double(count) }
}

import Layers
import TimeSeries
import Training

/// A trained forecaster: values of a series in, forecasts with a band out.
///
/// It holds all that forecasting needs: scaling, the calendar's profile, holidays, weights, what makes the band, and
/// the last values that it has seen. `init(contentsOf:)` and `write(to:replacing:)` move it to and from one file.
public struct Forecaster: Sendable {
    public let recipe: ForecastRecipe
    public let scaling: ForecastScaling
    /// What the model reads of the calendar; nil for nothing.
    let features: CalendarFeatures?
    /// Periods in steps that the training part has, the strongest first.
    public let seasons: [Int]
    public let bands: ForecastBands
    /// The scores on the test part, as they stood when the model was trained.
    public let metrics: ForecastLine
    /// The baselines' scores on the same windows.
    public let baselines: [ForecastLine]
    public let history: History
    /// Steps of the data that it was trained on.
    public let steps: Int
    /// The last values of each series, as many as a window has: `[series][L]`; NaN where missing.
    public let tail: [[Double]]
    public let parameters: Parameters
    let model: ForecastModel

    /// The names of the series.
    public var names: [String] { scaling.names }

    /// The levels of the band.
    public var quantiles: [Double] { bands.levels }
}

/// Why a forecaster cannot forecast.
public enum ForecasterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A forecast is not a number: the weights are finite, but sums of them are not.
    case notFinite(series: String)

    public var description: String {
        switch self {
        case .notFinite(let series):
            "the model cannot be used: its weights are so large that a forecast of \"\(series)\" is not a number"
        }
    }
}

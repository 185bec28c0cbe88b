import TimeSeries

/// Forecasts in a row beside what came: the course of one series over the end of its test part, for a picture.
public struct ForecastTrack: Sendable {
    public let name: String
    public let axis: TimeAxis
    /// The first step that is shown.
    public let start: Int
    /// What came, from `start` on; NaN where missing.
    public let actual: [Double]
    /// The first step that has a forecast.
    public let forecastStart: Int
    /// Window behind window, so that each step has one forecast; none overlap.
    public let forecasts: [Double]
    /// The outermost quantiles; empty where there is no band.
    public let low, high: [Double]
    /// The levels of these; nil where there is no band.
    public let levels: ClosedRange<Double>?

    /// Forecasts that are shown, in windows that are read, and in horizons.
    private static let (lookbacks, horizons) = (1, 3)

    /// - Parameter found: The forecasts of the series that is shown.
    init(_ data: ForecastData, _ found: WindowForecasts, window: ForecastRecipe.Window, quantiles: [Double]) {
        let series = data.shownSeries
        let windows = data.test[series]
        let (horizon, width) = (window.horizon, quantiles.count)
        // From the last window backwards, each before the other.
        var rows: [Int] = []
        let wanted = max(Self.lookbacks * window.lookback, Self.horizons * horizon)
        for row in windows.indices.reversed() {
            if let next = rows.last, windows[row].targets.upperBound > windows[next].targets.lowerBound { continue }
            if rows.count * horizon >= wanted { break }
            rows.append(row)
        }
        rows.reverse()
        name = data.table.names[series]
        axis = data.table.axis
        let first = rows.first.map { windows[$0].targets.lowerBound } ?? 0
        let end = rows.last.map { windows[$0].targets.upperBound } ?? 0
        start = max(0, first - max(window.lookback / 4, 1))
        actual = Array(data.table.channels[series][start..<end])
        forecastStart = first
        var (points, low, high) = (
            [Double](repeating: .nan, count: end - first), [Double](repeating: .nan, count: end - first),
            [Double](repeating: .nan, count: end - first)
        )
        for row in rows {
            for step in 0..<horizon {
                let place = windows[row].targets.lowerBound + step - first
                points[place] = found.points[row * horizon + step]
                guard width > 1 else { continue }
                low[place] = found.band[(row * horizon + step) * width]
                high[place] = found.band[(row * horizon + step) * width + width - 1]
            }
        }
        (self.forecasts, self.low, self.high) = (points, width > 1 ? low : [], width > 1 ? high : [])
        levels = width > 1 ? quantiles[0]...quantiles[width - 1] : nil
    }
}

extension ForecastTrack {
    /// What a series was, and its forecast behind that.
    init(
        _ predictions: [Forecaster.Prediction], name: String, after values: [Double], gap: Int, axis: TimeAxis,
        levels: [Double], shown: Int
    ) {
        (self.name, self.axis) = (name, axis)
        start = max(0, values.count - shown)
        actual = Array(values[start...])
        forecastStart = values.count + gap
        forecasts = predictions.map(\.value)
        let hasBand = levels.count > 1
        low = hasBand ? predictions.compactMap(\.quantiles.first) : []
        high = hasBand ? predictions.compactMap(\.quantiles.last) : []
        self.levels = hasBand ? levels[0]...levels[levels.count - 1] : nil
    }
}

extension Forecaster {
    /// The forecast of the first series behind the end of a table, for a picture.
    public func track(_ predictions: [[Prediction]], after table: SeriesTable) -> ForecastTrack {
        let values = (table.selecting(names) ?? table).channels[0]
        return ForecastTrack(
            predictions[0], name: names[0], after: values, gap: recipe.window.gap, axis: table.axis, levels: quantiles,
            shown: max(recipe.window.lookback, 2 * predictions[0].count))
    }
}

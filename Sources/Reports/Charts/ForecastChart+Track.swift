import TimeSeries
import Workflows

extension ForecastChart {
    /// The picture of forecasts in a row: what came before them, what came, what was forecast, and the band.
    public init(_ track: ForecastTrack, title: String) {
        let known = max(0, min(track.forecastStart - track.start, track.actual.count))
        var lines = [Line("history", .history, start: track.start, Array(track.actual[..<known]))]
        if known < track.actual.count {
            // From the last known value on, so that the two lines meet.
            let first = max(known - 1, 0)
            lines.append(Line("actual", .actual, start: track.start + first, Array(track.actual[first...])))
        }
        lines.append(Line("forecast", .forecast, start: track.forecastStart, track.forecasts))
        let bands = track.levels.map { levels -> Band in
            let (low, high) = (levels.lowerBound, levels.upperBound)
            return Band(
                "\(Formats.percent(low, decimals: 0)) to \(Formats.percent(high, decimals: 0))",
                start: track.forecastStart, lower: track.low, upper: track.high)
        }
        self.init(
            title: title, valueName: track.name, axis: track.axis, lines: lines, bands: bands.map { [$0] } ?? [],
            origin: track.forecastStart)
    }
}

extension HorizonChart {
    /// The picture of how the errors of a report grow with the steps ahead.
    public init(_ report: ForecastReport, name: String, step: TimeStep?) {
        self.init(
            title: "Errors by steps ahead", measure: "mean absolute error of \(name)", step: step,
            lines: report.lines.enumerated().map { index, line in
                Line(line.name, isBaseline: index > 0, line.perHorizonMAE)
            })
    }
}

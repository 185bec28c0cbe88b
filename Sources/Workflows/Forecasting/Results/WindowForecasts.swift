import Kernels
import TimeSeries

/// Forecasts of all windows of one series, in the data's units.
struct WindowForecasts {
    /// `[W, H]`
    var points: [Double] = []
    /// `[W, H]`
    var targets: [Double] = []
    /// `[W, H, Q]`; empty where there is no band.
    var band: [Double] = []

    mutating func append(_ other: WindowForecasts) {
        points += other.points
        targets += other.targets
        band += other.band
    }

    /// The forecasts of some of the windows, without their band.
    func rows(_ rows: Range<Int>, horizon: Int) -> WindowForecasts {
        let places = rows.lowerBound * horizon..<rows.upperBound * horizon
        return WindowForecasts(points: Array(points[places]), targets: Array(targets[places]))
    }
}

extension ForecastScaling {
    /// Forecasts of one series in the data's units.
    ///
    /// - Parameters:
    ///   - first: The place of the series' first window among all windows.
    ///   - offset: The step of the table's first value on the axis of the training data.
    func restored(
        _ forecasts: ScaledForecasts, from first: Int, _ windows: SlidingWindows, series: Int, of table: SeriesTable,
        offset: Int, bands: ForecastBands?
    ) -> WindowForecasts {
        let (horizon, levels) = (windows.horizon, bands?.levels.count ?? 0)
        let profile = profileValues(offset..<offset + table.count, series: series)
        let channel = table.channels[series]
        var result = WindowForecasts()
        result.points.reserveCapacity(windows.count * horizon)
        result.targets.reserveCapacity(windows.count * horizon)
        result.band.reserveCapacity(windows.count * horizon * levels)
        for (row, window) in windows.enumerated() {
            for (step, target) in window.targets.enumerated() {
                let place = (first + row) * horizon + step
                let point = forecasts.points[place]
                result.points.append(restored(Double(point), profile: profile[target], series: series))
                result.targets.append(channel[target])
                guard let bands else { continue }
                let base = forecasts.quantiles.map { $0[place * levels..<(place + 1) * levels] }
                for quantile in bands.quantiles(step: step, point: point, base: base) {
                    result.band.append(restored(Double(quantile), profile: profile[target], series: series))
                }
            }
        }
        return result
    }

    /// Forecasts of all series in the data's units, one series at a time, so that no more need be in memory.
    func forEachRestored(
        _ forecasts: ScaledForecasts, _ windows: [SlidingWindows], of table: SeriesTable, offset: Int,
        bands: ForecastBands?, _ body: (_ series: Int, WindowForecasts) -> Void
    ) {
        var first = 0
        for (series, windows) in windows.enumerated() {
            body(
                series,
                restored(forecasts, from: first, windows, series: series, of: table, offset: offset, bands: bands))
            first += windows.count
        }
    }

    /// What collects the scores of forecasts.
    func scores(horizon: Int, levels: [Double] = []) -> ForecastScores {
        ForecastScores(horizon: horizon, deviations: deviations, seasonalScales: seasonalScales, quantiles: levels)
    }

    /// The scores of forecasts of all series.
    func line(
        _ name: String, _ forecasts: [WindowForecasts], horizon: Int, levels: [Double] = []
    ) -> ForecastLine? {
        var scores = scores(horizon: horizon, levels: levels)
        for (series, forecasts) in forecasts.enumerated() { scores.add(forecasts, series: series) }
        return scores.line(name)
    }

    /// The forecasts of baselines, in the order of the set.
    func forecasts(
        of baselines: BaselineSet, _ windows: [SlidingWindows], of table: SeriesTable, pool: WorkerPool
    ) -> [(name: String, forecasts: [WindowForecasts])] {
        let found = Slots<[WindowForecasts]>(count: baselines.entries.count)
        pool.run(baselines.entries.count) { index in
            found[index] = windows.enumerated().map { series, windows in
                let channel = table.channels[series]
                return WindowForecasts(
                    points: baselines.entries[index].channels[series].forecasts(channel, windows),
                    targets: windows.flatMap { channel[$0.targets] })
            }
        }
        return baselines.entries.enumerated().map { ($1.name, found[$0]!) }
    }

    /// The lines of baselines that were fitted to the training part.
    func lines(
        _ baselines: BaselineSet, _ windows: [SlidingWindows], of table: SeriesTable, pool: WorkerPool
    ) -> [ForecastLine] {
        let horizon = windows.first { !$0.isEmpty }?.horizon ?? 1
        return forecasts(of: baselines, windows, of: table, pool: pool).compactMap { name, forecasts in
            line(name, forecasts, horizon: horizon)
        }
    }
}

import Files
import Kernels
import TimeSeries
import Training

/// Scores a forecaster as it would have done, from many origins one after the other, beside its baselines.
///
/// At each origin a forecast is made of what was known then. The model stays as it is; or it is fitted anew, with the
/// recipe that it was trained with, to all that lies before, each time so many origins have passed.
public struct ForecastBacktest {
    /// What a backtest does.
    public enum Event: Sendable {
        case prepared(origins: Int, fits: Int, notes: [String])
        /// The model is being fitted anew: its number, the first is 1.
        case fit(number: Int, of: Int)
    }

    public let forecaster: Forecaster
    /// Origins after which the model and the baselines are fitted anew; 0 for never.
    private let refit: Int
    /// Steps from one origin to the next.
    private let stride: Int
    private let split: SeriesSplit
    private let pool: WorkerPool

    /// - Parameter split: Origins lie in its test part; that of the recipe where nil.
    public init(
        _ forecaster: Forecaster, split: SeriesSplit? = nil, refit: Int = 0, stride: Int = 1, pool: WorkerPool
    ) {
        precondition(refit >= 0 && stride > 0, "\(refit) origins between fits, a stride of \(stride)")
        (self.forecaster, self.split, self.refit, self.stride, self.pool) = (
            forecaster, split ?? forecaster.recipe.split, refit, stride, pool
        )
    }

    /// - Throws: `FileError` for data that are not of the model's kind or too short, `TrainingError`,
    /// `ForecasterError`.
    public func run(
        _ reading: SeriesReading, path: String, shouldStop: () -> Bool = { false }, report: (Event) -> Void = { _ in }
    ) throws -> (report: ForecastReport, track: ForecastTrack) {
        let clock = ContinuousClock()
        let start = clock.now
        let placed = try forecaster.placed(reading.table, path: path)
        var recipe = forecaster.recipe
        recipe.split = split
        let holidays = forecaster.scaling.profile?.holidays ?? forecaster.features?.holidays ?? Holidays([])
        func data(_ parts: SeriesParts?) throws -> ForecastData {
            try ForecastData(
                placed.table, notes: reading.notes.sentences, path: path, recipe: recipe, parts: parts,
                seasons: forecaster.seasons, holidays: holidays, testStride: stride)
        }
        let whole = try data(nil)
        let segments = refit > 0 ? try segments(of: whole).map(data) : [whole]
        report(
            .prepared(
                origins: whole.counts.test, fits: refit > 0 ? segments.count : 0, notes: reading.notes.sentences))
        var collected = Collected(series: placed.table.names.count)
        for (number, segment) in segments.enumerated() {
            guard !shouldStop() else { throw TrainingError.interrupted }
            if refit > 0 { report(.fit(number: number + 1, of: segments.count)) }
            let fitted = refit > 0 ? try fitted(to: segment, recipe, shouldStop) : forecaster
            let offset = refit > 0 ? 0 : placed.offset
            collected.add(try fitted.forecasts(of: segment, offset: offset, pool: pool))
            let baselines = BaselineSet(
                fittedTo: segment.table, train: segment.training, validation: segment.validation,
                seasons: segment.seasons.isEmpty ? nil : segment.seasons, pool: pool)
            collected.add(forecaster.scaling.forecasts(of: baselines, segment.test, of: segment.table, pool: pool))
        }
        let horizon = recipe.window.horizon
        guard let line = forecaster.scaling.line(
            recipe.model.kind.rawValue, collected.model, horizon: horizon, levels: forecaster.quantiles)
        else { throw ForecasterError.notFinite(series: forecaster.names[0]) }
        let baselines = collected.baselines.compactMap {
            forecaster.scaling.line($0.name, $0.forecasts, horizon: horizon)
        }
        let result = ForecastReport(
            model: line, baselines: baselines, windows: whole.counts, tried: [],
            parameters: forecaster.parameters.weightCount, seconds: start.duration(to: clock.now) / .seconds(1),
            remarks: remarks(whole, placed.offset))
        let track = ForecastTrack(
            whole, collected.model[whole.shownSeries], window: recipe.window, quantiles: forecaster.quantiles)
        return (result, track)
    }

    /// The model, fitted to all that lies before a segment.
    private func fitted(
        to data: ForecastData, _ recipe: ForecastRecipe, _ shouldStop: () -> Bool
    ) throws -> Forecaster {
        let choice = ForecastScaling.Choice(
            kind: forecaster.scaling.scaler.kind, profile: forecaster.scaling.profile?.groups ?? [])
        let fitting = try ForecastFitting(data, recipe: recipe, choice: choice, pool: pool)
        let history = try fitting.train(nil, shouldStop: shouldStop) { _ in }
        return try fitting.forecaster(history, baselines: []).0
    }

    /// The parts of each fit: the origins of a segment are its test part, the steps before it train and validate, as
    /// many of them validating as in the whole.
    private func segments(of data: ForecastData) -> [SeriesParts] {
        let (test, horizon) = (data.parts.test, data.table.count > 0 ? forecaster.recipe.window.horizon : 1)
        let length = refit * stride
        return Swift.stride(from: test.lowerBound, through: test.upperBound - horizon, by: length).map { first in
            let end = min(first + length - 1 + horizon, test.upperBound)
            let validation = first - data.parts.validation.count..<first
            return SeriesParts(train: 0..<validation.lowerBound, validation: validation, test: first..<end)
        }
    }

    private func remarks(_ data: ForecastData, _ offset: Int) -> [String] {
        guard refit == 0 else { return [] }
        // Steps of the training and validation parts of the model, on its own axis.
        guard let own = try? forecaster.recipe.split.parts(of: forecaster.steps, axis: forecaster.scaling.axis),
            data.parts.test.lowerBound + offset < own.validation.upperBound,
            data.parts.test.upperBound + offset > 0
        else { return [] }
        return [
            "Some of these origins lie in the part that the model was trained or chosen on: its errors there say "
                + "nothing about new data.",
        ]
    }
}

/// Forecasts of the model and of the baselines, segment by segment.
private struct Collected {
    var model: [WindowForecasts]
    var baselines: [(name: String, forecasts: [WindowForecasts])] = []

    init(series: Int) { model = [WindowForecasts](repeating: WindowForecasts(), count: series) }

    mutating func add(_ forecasts: [WindowForecasts]) {
        for series in model.indices { model[series].append(forecasts[series]) }
    }

    /// A baseline keeps the name that it has first; fitted anew it may choose another season or length.
    mutating func add(_ forecasts: [(name: String, forecasts: [WindowForecasts])]) {
        for (place, entry) in forecasts.enumerated() {
            if place == baselines.count {
                baselines.append(entry)
            } else {
                for series in entry.forecasts.indices {
                    baselines[place].forecasts[series].append(entry.forecasts[series])
                }
            }
        }
    }
}

extension Forecaster {
    /// Forecasts of the windows of the test part, in the data's units.
    ///
    /// - Parameter offset: The step of the table's first value on the axis of the training data.
    func forecasts(of data: ForecastData, offset: Int, pool: WorkerPool) throws -> [WindowForecasts] {
        let window = recipe.window
        let inputs = ForecastInputs(
            data.table, scaling: scaling, offset: offset, features: features, future: 0,
            normalization: recipe.scaling.window)
        let scorer = scorer(
            WindowSizes(lookback: window.lookback, gap: window.gap, horizon: window.horizon), pool)
        let forecasts = scorer.forecasts(inputs, data.test.origins)
        guard forecasts.firstNonFinite == nil else { throw ForecasterError.notFinite(series: names[0]) }
        var result: [WindowForecasts] = []
        scaling.forEachRestored(
            forecasts, data.test, of: data.table, offset: offset, bands: quantiles.isEmpty ? nil : bands
        ) { result.append($1) }
        return result
    }
}

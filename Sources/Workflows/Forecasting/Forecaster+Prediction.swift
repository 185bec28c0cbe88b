import Files
import Kernels
import Layers
import Tensors
import TimeSeries

extension Forecaster {
    /// The forecast of one step of one series, in the data's units.
    public struct Prediction: Encodable, Hashable, Sendable {
        /// As the data write their stamps.
        public let time: String
        public let value: Double
        /// One for each level of the band, ascending.
        public let quantiles: [Double]
    }

    /// Forecasts the steps that follow on a table, series by series.
    ///
    /// Beyond the horizon of the model its own forecasts are read as if they had been seen. The band there comes from
    /// paths: each goes on from forecasts to which errors were added as they came in the validation part.
    ///
    /// - Parameters:
    ///   - path: The file of the table, for messages.
    ///   - steps: How many steps are forecast.
    /// - Throws: `FileError` where the series are not those of the model, are shorter than its window, or miss a value
    ///   in the last one; `ForecasterError` where a forecast is not a number.
    public func predictions(
        after table: SeriesTable, path: String, steps: Int, pool: WorkerPool
    ) throws -> [[Prediction]] {
        let series = try placed(table, path: path)
        let lookback = recipe.window.lookback
        let count = series.table.count
        guard count >= lookback else {
            throw FileError.malformed(
                InputFile.displayName(path), .file, "\(count) steps found, the model reads the last \(lookback)")
        }
        guard recipe.window.gap == 0 || steps <= recipe.window.horizon else {
            throw FileError.malformed(
                InputFile.displayName(path), .file, "\(steps) steps asked for; a model with a gap forecasts no more "
                    + "than its horizon, \(recipe.window.horizon)")
        }
        let window = series.table[count - lookback..<count]
        for (name, channel) in zip(window.names, window.channels) {
            if let step = channel.firstIndex(where: \.isNaN) {
                throw FileError.malformed(
                    InputFile.displayName(path), .file, "\"\(name)\" has no value at \(window.axis.label(at: step)), "
                        + "within the last \(lookback) steps, which the model reads; another series.fill may help")
            }
        }
        return try predictions(
            after: window, offset: series.offset + count - lookback, axis: window.axis, steps: steps, pool: pool)
    }

    /// Forecasts what follows on a single window.
    ///
    /// - Parameters:
    ///   - window: As many steps as the model reads, none of them missing.
    ///   - offset: The step of its first value on the axis of the training data.
    ///   - axis: That of the window, for stamps.
    func predictions(
        after window: SeriesTable, offset: Int, axis: TimeAxis, steps: Int, pool: WorkerPool
    ) throws -> [[Prediction]] {
        let sizes = WindowSizes(
            lookback: recipe.window.lookback, gap: recipe.window.gap, horizon: recipe.window.horizon)
        let inputs = ForecastInputs(
            window, scaling: scaling, offset: offset, features: features,
            future: sizes.gap + steps + 2 * sizes.horizon, normalization: recipe.scaling.window)
        let first = sizes.lookback + sizes.gap
        let origins = names.indices.map { ForecastInputs.Origin(series: $0, start: 0) }
        let scorer = scorer(sizes, pool)
        let forecasts = scorer.forecasts(inputs, origins)
        let longer = steps > sizes.horizon ? names.indices.map { paths(inputs, series: $0, steps, scorer) } : []
        return try names.indices.map { series in
            let profile = scaling.profileValues(offset + first..<offset + first + steps, series: series)
            return try (0..<steps).map { step in
                let (point, quantiles) =
                    step < sizes.horizon
                    ? within(forecasts, row: series, step: step) : longer[series].step(step, bands.levels)
                guard point.isFinite, quantiles.allSatisfy(\.isFinite) else {
                    throw ForecasterError.notFinite(series: names[series])
                }
                func restored(_ value: Float) -> Double {
                    scaling.restored(Double(value), profile: profile[step], series: series)
                }
                return Prediction(
                    time: axis.label(at: first + step), value: restored(point), quantiles: quantiles.map(restored))
            }
        }
    }

    func scorer(_ sizes: WindowSizes, _ pool: WorkerPool) -> ForecastScorer {
        ForecastScorer(
            model: model, sizes: sizes, isRecursive: recipe.model.strategy == .recursive,
            quantiles: recipe.hasQuantileLayer ? bands.levels.count : 0, pool: pool)
    }

    /// Point and quantiles of a step of the horizon, scaled.
    private func within(_ forecasts: ScaledForecasts, row: Int, step: Int) -> (Float, [Float]) {
        let place = row * recipe.window.horizon + step
        let levels = bands.levels.count
        let base = forecasts.quantiles.map { $0[place * levels..<(place + 1) * levels] }
        return (forecasts.points[place], bands.quantiles(step: step, point: forecasts.points[place], base: base))
    }

    // MARK: Beyond the horizon

    /// How a series may go on, scaled: the forecast, and paths around it.
    private struct Paths {
        /// `[1 + P, steps]`; the first row is the forecast.
        let values: [[Float]]

        /// The forecast at a step, and quantiles over the paths.
        func step(_ step: Int, _ levels: [Double]) -> (Float, [Float]) {
            let sorted = values.dropFirst().map { $0[step] }.sorted()
            return (
                values[0][step],
                levels.map { level in
                    sorted.isEmpty
                        ? values[0][step]
                        : sorted[min(sorted.count - 1, Int(level * Double(sorted.count)))]
                }
            )
        }
    }

    private static let pathCount = 300

    /// Goes on block by block, each as long as the horizon; to each path's block the errors of a window of the
    /// validation part are added, drawn anew.
    private func paths(_ inputs: ForecastInputs, series: Int, _ steps: Int, _ scorer: ForecastScorer) -> Paths {
        let (lookback, horizon) = (recipe.window.lookback, recipe.window.horizon)
        let windows = bands.errors.count / horizon
        let count = 1 + (windows > 0 && !bands.levels.isEmpty ? Self.pathCount : 0)
        let context = Context.inference
        var values = [[Float]](repeating: Array(inputs.channels[series].prefix(lookback)), count: count)
        var generator = SeededGenerator(seed: recipe.seed, keys: SeededGenerator.key("paths"), UInt64(series))
        while values[0].count < lookback + steps {
            let start = values[0].count - lookback
            let block = scorer.points(
                after: Tensor(values.flatMap { $0.suffix(lookback) }, [count, lookback]),
                starts: [Int](repeating: start, count: count), inputs, context)
            for row in 0..<count {
                let errors = row > 0 ? Int.random(in: 0..<windows, using: &generator) * horizon : 0
                for step in 0..<horizon {
                    let error = row > 0 ? bands.errors[errors + step] : 0
                    values[row].append(block.pointer[row * horizon + step] + error)
                }
            }
        }
        return Paths(values: values.map { Array($0[lookback..<lookback + steps]) })
    }
}

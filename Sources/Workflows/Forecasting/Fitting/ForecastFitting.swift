import Files
import Kernels
import Layers
import Tensors
import TimeSeries
import Training

/// One model being fitted to one set of data.
struct ForecastFitting {
    let parameters: Parameters
    let scaling: ForecastScaling
    private let model: ForecastModel
    private let inputs: ForecastInputs
    private let features: CalendarFeatures?
    private let data: ForecastData
    private let recipe: ForecastRecipe
    private let pool: WorkerPool
    /// The windows that are trained on; of a recursive model they have one step to come.
    private let training: [ForecastInputs.Origin]
    private let trainingSizes: WindowSizes
    private let sizes: WindowSizes
    /// Whether anything is left to train in steps.
    let isTrained: Bool

    /// - Parameter recipe: Resolved.
    /// - Throws: `FileError` where the scaler does not fit the data.
    init(_ data: ForecastData, recipe: ForecastRecipe, choice: ForecastScaling.Choice, pool: WorkerPool) throws {
        (self.data, self.recipe, self.pool) = (data, recipe, pool)
        scaling = try Self.scaling(data, recipe, choice)
        let window = recipe.window
        let isRecursive = recipe.model.strategy == .recursive
        sizes = WindowSizes(lookback: window.lookback, gap: window.gap, horizon: window.horizon)
        trainingSizes = WindowSizes(
            lookback: window.lookback, gap: window.gap, horizon: isRecursive ? 1 : window.horizon)
        features = try Self.features(data, recipe.calendar)
        inputs = ForecastInputs(
            data.table, scaling: scaling, offset: 0, features: features, future: 0,
            normalization: recipe.scaling.window)
        let windows =
            isRecursive
            ? data.table.windows(
                lookback: window.lookback, gap: window.gap, horizon: 1, stride: window.stride,
                targetsIn: data.parts.train) : data.training
        training = windows.origins
        parameters = Parameters(.seed(recipe.seed))
        model = ForecastModel(
            recipe, recipe.modelSizes(calendar: features?.count ?? 0), scope: parameters.scope)
        isTrained = recipe.training.epochs > 0
        start()
    }

    /// What the model reads of the calendar; nil for nothing.
    private static func features(
        _ data: ForecastData, _ calendar: ForecastRecipe.Calendar
    ) throws -> CalendarFeatures? {
        guard calendar.inputs else { return nil }
        let axis = data.table.axis
        var parts = calendar.parts.names.compactMap { CalendarFeatures.Part($0) }
        if parts.isEmpty {
            parts = CalendarFeatures.suggested(
                for: axis, count: data.parts.train.count, seasons: data.seasons, holidays: data.holidays).parts
        }
        let features = CalendarFeatures(parts, encoding: calendar.encoding, holidays: data.holidays)
        guard features.fits(axis) else {
            throw FileError.malformed(
                data.path, .file, "steps are only counted, and calendar.parts asks for "
                    + "\(calendar.parts.names.joined(separator: ", ")); of a counter seasons such as season:24 can be "
                    + "read")
        }
        return features.count > 0 ? features : nil
    }

    private static func scaling(
        _ data: ForecastData, _ recipe: ForecastRecipe, _ choice: ForecastScaling.Choice
    ) throws -> ForecastScaling {
        do {
            return try ForecastScaling(
                choice, recipe: recipe, table: data.table, part: data.parts.train, seasons: data.seasons,
                holidays: data.holidays)
        } catch let problem as SeriesScaler.Problem {
            switch problem {
            case .noValue(let channel):
                throw FileError.malformed(
                    data.path, .file, "\"\(data.table.names[channel])\" has no value in the training part, its first "
                        + "\(data.parts.train.count) steps")
            case .negative(let channel, let step, let value):
                throw FileError.malformed(
                    data.path, .file, "\"\(data.table.names[channel])\" is \(value) at "
                        + "\(data.table.axis.label(at: step)); the scaler logarithm takes no negative values, another "
                        + "scaling.kind is expected")
            }
        }
    }

    /// Whether the network was left out after training, as it did not better the ridge regression beside it.
    var isRidgeAlone: Bool { model.isSkipAlone }

    /// Where the state of the training goes, under the name of its recipe and data.
    func checkpoint(path: String, resumes: Bool) throws -> Checkpoint {
        Checkpoint(path: path, identity: "\(try recipe.json()) \(data.digest)", resumes: resumes)
    }

    /// - Throws: `RecipeError` for options that name parameters which the model does not have, `TrainingError`, and
    ///   `FileError` where the checkpoint cannot be read or written.
    func train(
        _ checkpoint: Checkpoint?, shouldStop: () -> Bool, report: (Trainer.Event) -> Void
    ) throws -> History {
        guard isTrained else { return History() }
        let trainer = Trainer(parameters, options: recipe.training, seed: recipe.seed, pool: pool)
        let loader = DataLoader(
            lengths: [Int32](repeating: Int32(sizes.lookback), count: training.count),
            batchSize: recipe.training.batchSize, seed: recipe.seed)
        let (model, inputs, origins, sizes) = (model, inputs, training, trainingSizes)
        let pointLoss = recipe.target.loss.loss
        let quantileLoss = recipe.hasQuantileLayer ? QuantileLoss(recipe.target.quantiles.map(Float.init)) : nil
        let loss: Trainer.Loss = { rows, context in
            let places = rows.map { origins[Int($0)] }
            let output = model(inputs.batch(places, sizes), context)
            let targets = inputs.targets(places, sizes)
            let loss = pointLoss(output.points, targets: targets)
            guard let quantileLoss, let quantiles = output.quantiles else { return loss }
            return loss + quantileLoss(quantiles, targets: targets)
        }
        let start = parameters.map { $0.value.elements }
        let startError = validationLine()?.error ?? .infinity
        let history = try TrainingOptions.namingKeys {
            try trainer.fit(
                loader, checkpoint: checkpoint, shouldStop: shouldStop, report: report, loss: loss,
                validate: {
                    guard let line = validationLine() else { return Trainer.Validation(loss: .nan, score: 0) }
                    return Trainer.Validation(loss: line.scaledMSE, score: -line.error)
                })
        }
        // Points that begin at the solution of ridge regression may end no better; then they are left there. The layer
        // for quantiles stays: the band is moved to fit whatever points there are.
        if recipe.startsAtRidge, let best = history.best, -best.validationScore >= startError {
            for (parameter, values) in zip(parameters, start) where parameter.name.hasPrefix("point.") {
                parameter.assign(Tensor(values, parameter.shape))
            }
        }
        return history
    }

    /// The scores on the validation part as the model is now; nil where a number is not finite.
    func validationLine() -> ForecastLine? {
        let forecasts = scorer.forecasts(inputs, data.validation.origins)
        guard forecasts.firstNonFinite == nil else { return nil }
        var scores = scaling.scores(horizon: sizes.horizon)
        scaling.forEachRestored(forecasts, data.validation, of: data.table, offset: 0, bands: nil) {
            scores.add($1, series: $0)
        }
        return scores.line("")
    }

    /// The model as it is now as one of several to choose from; nil where a number is not finite.
    func candidate() -> ForecastSelection.Candidate? {
        let forecasts = scorer.forecasts(inputs, data.validation.origins)
        guard forecasts.firstNonFinite == nil else { return nil }
        let count = ForecastSelection.stretchCount
        var whole = scaling.scores(horizon: sizes.horizon)
        var stretches = [ForecastScores](repeating: whole, count: count)
        scaling.forEachRestored(forecasts, data.validation, of: data.table, offset: 0, bands: nil) { series, found in
            whole.add(found, series: series)
            let windows = found.targets.count / sizes.horizon
            for (place, rows) in WorkerPool.ranges(windows, parts: count).enumerated() {
                stretches[place].add(found.rows(rows, horizon: sizes.horizon), series: series)
            }
        }
        return whole.line(recipe.model.kind.rawValue).map { line in
            ForecastSelection.Candidate(
                name: line.name, error: line.error, stretches: stretches.compactMap { $0.line("")?.error })
        }
    }

    /// The model as it is now, with its band and its scores on the test part; and its forecasts of the first
    /// series there.
    ///
    /// - Throws: `ForecasterError` where a forecast is not a number.
    func forecaster(_ history: History, baselines: [ForecastLine]) throws -> (Forecaster, WindowForecasts) {
        let levels = recipe.target.quantiles
        let onValidation = try checked(scorer.forecasts(inputs, data.validation.origins), data.validation)
        let targets = inputs.targets(data.validation.origins, sizes).elements
        let bands = ForecastBands(
            levels: levels, horizon: sizes.horizon, onValidation, targets: targets, pool: pool)
        let onTest = try checked(scorer.forecasts(inputs, data.test.origins), data.test)
        var scores = scaling.scores(horizon: sizes.horizon, levels: levels)
        var shown = WindowForecasts()
        scaling.forEachRestored(
            onTest, data.test, of: data.table, offset: 0, bands: levels.isEmpty ? nil : bands
        ) { series, forecasts in
            scores.add(forecasts, series: series)
            if series == data.shownSeries { shown = forecasts }
        }
        guard let line = scores.line(recipe.model.kind.rawValue) else {
            throw ForecasterError.notFinite(series: data.table.names[0])
        }
        let forecaster = Forecaster(
            recipe: recipe, scaling: scaling, features: features, seasons: data.seasons, bands: bands, metrics: line,
            baselines: baselines, history: history, steps: data.table.count,
            tail: data.table.channels.map { Array($0.suffix(sizes.lookback)) }, parameters: parameters, model: model)
        return (forecaster, shown)
    }

    private func checked(_ forecasts: ScaledForecasts, _ windows: [SlidingWindows]) throws -> ScaledForecasts {
        guard forecasts.firstNonFinite != nil else { return forecasts }
        throw ForecasterError.notFinite(series: data.table.names[0])
    }

    private var scorer: ForecastScorer {
        ForecastScorer(
            model: model, sizes: sizes, isRecursive: recipe.model.strategy == .recursive,
            quantiles: recipe.hasQuantileLayer ? recipe.target.quantiles.count : 0, pool: pool)
    }
}

extension ForecastFitting {
    /// The weights before training: those of ridge regression where the recipe has it, and a band as wide as its
    /// errors.
    private func start() {
        let horizon = trainingSizes.horizon
        var deviations = [Double](repeating: 1, count: horizon)
        if recipe.startsAtRidge {
            let part = model.linearPart
            let fit = ridge(part.inputs, features: part.layer.weight.shape[1])
            part.layer.weight.assign(Tensor(fit.weights.map(Float.init), part.layer.weight.shape))
            part.layer.bias.assign(Tensor(fit.intercepts.map(Float.init), [horizon]))
            deviations = fit.deviations
            model.startBesideSkip()
        } else if recipe.model.start == .equal {
            model.startEqual(lookback: sizes.lookback)
        }
        model.startQuantiles(deviations: deviations, quantiles: recipe.target.quantiles)
    }

    private func ridge(_ rowInputs: @escaping @Sendable (ForecastBatch) -> Tensor, features: Int) -> RidgeFit {
        let (inputs, sizes) = (inputs, trainingSizes)
        let validation = sizes == self.sizes
            ? data.validation.origins
            : data.table.windows(
                lookback: sizes.lookback, gap: sizes.gap, horizon: sizes.horizon, targetsIn: data.parts.validation
            ).origins
        func blocks(_ origins: [ForecastInputs.Origin]) -> (count: Int, block: @Sendable (Int) -> RidgeFit.Rows) {
            let ranges = WorkerPool.ranges(origins.count, parts: (origins.count + 255) / 256)
            return (
                ranges.count,
                { index in
                    let places = Array(origins[ranges[index]])
                    let batch = inputs.batch(places, sizes)
                    return (rowInputs(batch), batch.normalized(inputs.targets(places, sizes)))
                }
            )
        }
        return RidgeFit.best(
            features: features, outputs: sizes.horizon, training: blocks(training), validation: blocks(validation),
            pool: pool)
    }
}

extension PointLoss {
    var loss: any Loss<Tensor> {
        switch self {
        case .squared: MeanSquaredError()
        case .absolute: MeanAbsoluteError()
        case .huber: HuberLoss(delta: 1)
        }
    }
}

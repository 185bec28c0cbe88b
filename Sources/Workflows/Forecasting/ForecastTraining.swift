import Files
import Kernels
import TimeSeries
import Training

/// Trains a forecaster: recipes and series in, model and report out.
///
/// Of several recipes, which go from the simplest to the largest, each is trained on the same windows, and the
/// validation part decides which is kept (`ForecastSelection`): the test part, on which it is shown beside the
/// baselines, has no say in that.
public struct ForecastTraining {
    /// What a training is about to do and does.
    public enum Event: Sendable {
        /// The data are read and cut into windows.
        case prepared(ForecastReport.Windows, firstWindow: String, notes: [String])
        /// How values are scaled, and why.
        case scaling(String)
        case baselines
        /// The next model: its number, the first of `count` is 1; epochs are 0 where it is solved for.
        case model(ForecastRecipe.Model.Kind, number: Int, of: Int, parameters: Int, epochs: Int, replicas: Int)
        case trainer(Trainer.Event)
    }

    private let recipes: [ForecastRecipe]
    private let checkpointPath: ((ForecastRecipe.Model.Kind) -> String)?
    private let resumes: Bool
    private let pool: WorkerPool

    /// - Parameters:
    ///   - recipes: One, or several that are alike in all that decides about the data.
    ///   - checkpointPath: Where the state of a model's training goes behind every epoch; nowhere where nil. It stays
    ///     when the model is done, so that a training of several can go on at the next one.
    ///   - resumes: Whether to go on from the checkpoints that stand there.
    public init(
        _ recipes: [ForecastRecipe], checkpointPath: ((ForecastRecipe.Model.Kind) -> String)? = nil,
        resumes: Bool = false, pool: WorkerPool
    ) {
        precondition(!recipes.isEmpty, "no recipes to train")
        for recipe in recipes {
            precondition(recipe.hasDataOf(recipes[0]), "recipes whose data differ cannot be compared")
        }
        (self.recipes, self.checkpointPath, self.resumes, self.pool) = (recipes, checkpointPath, resumes, pool)
    }

    /// - Parameters:
    ///   - path: The file of the series, for messages.
    ///   - shouldStop: Asked before every step; true ends training with `TrainingError.interrupted`.
    /// - Throws: `FileError` for data that cannot be trained on, `RecipeError` for options that name parameters which
    ///   the model does not have, `TrainingError`, `ForecasterError`.
    public func run(
        _ reading: SeriesReading, path: String, shouldStop: () -> Bool = { false }, report: (Event) -> Void = { _ in }
    ) throws -> (forecaster: Forecaster, report: ForecastReport, track: ForecastTrack) {
        let data = try ForecastData(
            reading.table, notes: reading.notes.sentences, path: path, recipe: recipes[0],
            holidays: try recipes[0].readHolidays())
        // What the file has shown is written down, so that a later file need not show it again.
        let recipes = recipes.map { recipe in
            var recipe = recipe
            if let order = reading.notes.dateOrder { recipe.series.dateOrder = DateOrderChoice(order) }
            return recipe
        }
        return try Self(recipes, checkpointPath: checkpointPath, resumes: resumes, pool: pool)
            .run(data, shouldStop: shouldStop, report: report)
    }

    package func run(
        _ data: ForecastData, shouldStop: () -> Bool = { false }, report: (Event) -> Void = { _ in }
    ) throws -> (forecaster: Forecaster, report: ForecastReport, track: ForecastTrack) {
        let clock = ContinuousClock()
        let start = clock.now
        report(.prepared(data.counts, firstWindow: data.firstWindow, notes: data.notes))
        let screening = try ForecastScreening(data, recipe: recipes[0], pool: pool)
        if let sentence = screening.sentence { report(.scaling(sentence)) }
        report(.baselines)
        let set = BaselineSet(
            fittedTo: data.table, train: data.training, validation: data.validation,
            seasons: data.seasons.isEmpty ? nil : data.seasons, pool: pool)
        var baselines: [ForecastLine]?
        var trials: [ForecastReport.Trial] = []
        var fitted: [(fitting: ForecastFitting, history: History, candidate: ForecastSelection.Candidate)] = []
        for (index, recipe) in recipes.enumerated() {
            let start = clock.now
            let recipe = recipe.resolved(
                screening.choice, threads: pool.threadCount, trainingWindows: data.counts.train)
            let fitting = try ForecastFitting(data, recipe: recipe, choice: screening.choice, pool: pool)
            if baselines == nil { baselines = fitting.scaling.lines(set, data.test, of: data.table, pool: pool) }
            let kind = recipe.model.kind
            report(
                .model(
                    kind, number: index + 1, of: recipes.count, parameters: fitting.parameters.weightCount,
                    epochs: recipe.training.epochs, replicas: recipe.training.replicas))
            let checkpoint = try checkpointPath.map { try fitting.checkpoint(path: $0(kind), resumes: resumes) }
            let history = try fitting.train(checkpoint, shouldStop: shouldStop) { report(.trainer($0)) }
            guard let candidate = fitting.candidate() else {
                throw ForecasterError.notFinite(series: data.table.names[0])
            }
            trials.append(
                ForecastReport.Trial(
                    name: kind.rawValue, error: candidate.error, parameters: fitting.parameters.weightCount,
                    seconds: start.duration(to: clock.now) / .seconds(1)))
            fitted.append((fitting, history, candidate))
        }
        let selection = ForecastSelection(fitted.map(\.candidate))
        let kept = fitted[selection.chosen]
        let (forecaster, forecasts) = try kept.fitting.forecaster(kept.history, baselines: baselines ?? [])
        let alone =
            kept.fitting.isRidgeAlone
            ? "The network did not better the ridge regression beside it on the validation part; its points are left "
                + "out." : nil
        let remarks = [screening.sentence, selection.sentence, alone].compactMap(\.self)
            + data.remarks(forecaster.scaling)
        return (
            forecaster,
            ForecastReport(
                model: forecaster.metrics, baselines: forecaster.baselines, windows: data.counts, tried: trials,
                parameters: forecaster.parameters.weightCount, seconds: start.duration(to: clock.now) / .seconds(1),
                remarks: remarks),
            ForecastTrack(
                data, forecasts, window: forecaster.recipe.window, quantiles: forecaster.quantiles)
        )
    }
}

extension ForecastRecipe {
    /// The options with which series are read.
    public var reading: SeriesOptions {
        func named(_ text: String) -> String? { text.isEmpty ? nil : text }
        return SeriesOptions(
            valueColumns: series.value.names.isEmpty ? nil : series.value.names, timeColumn: named(series.time),
            dateOrder: series.dateOrder.order, idColumn: named(series.id), step: TimeStep(series.step),
            start: TimeFormat.stamp(in: series.start)?.stamp, fill: series.fill, duplicates: series.duplicates)
    }

    /// The holidays of the recipe's file; none where it names no file.
    package func readHolidays() throws -> Holidays {
        calendar.holidays.isEmpty ? Holidays([]) : try Holidays.read(path: calendar.holidays)
    }

    /// Whether another recipe reads the same columns and cuts them into the same windows and parts.
    fileprivate func hasDataOf(_ other: ForecastRecipe) -> Bool {
        series == other.series && window == other.window && split == other.split
            && calendar.holidays == other.calendar.holidays && calendar.profile == other.calendar.profile
            && scaling.kind == other.scaling.kind
    }
}

extension ForecastData {
    /// What a reader of the report should know about the data.
    func remarks(_ scaling: ForecastScaling) -> [String] {
        let outliers = scaling.outliers(in: table)
        guard let first = outliers.first else { return [] }
        let value = table.channels[first.series][first.step]
        let name = table.channels.count > 1 ? " of \"\(table.names[first.series])\"" : ""
        return [
            "\(outliers.count) \(outliers.count == 1 ? "value lies" : "values lie") far outside of the training part's "
                + "range, the first\(name) at \(table.axis.label(at: first.step)): \(value). Models read such values "
                + "as the edge of a wide range (series.outliers=keep turns that off); scores are taken on them as they "
                + "are.",
        ]
    }
}

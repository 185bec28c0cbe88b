import Files
import FoundationEssentials
import Layers
import ModelFiles
import Tensors
import TimeSeries
import Training

extension Forecaster {
    private enum Key {
        static let scaling = "cantus.scaling"
        static let calendar = "cantus.calendar"
        static let seasons = "cantus.seasons"
        static let tail = "cantus.tail"
        static let errors = "bands.errors"
        static let shifts = "bands.shifts"
    }

    /// The last values of the data, and where they lie.
    private struct Tail: Codable {
        let steps: Int
        /// Nil where a value is missing.
        let values: [[Double?]]
    }

    /// Reads a model file.
    ///
    /// - Throws: `FileError` where there is none, or it is not a sound model file of this job.
    public init(contentsOf path: String) throws {
        try self.init(try ModelFile(contentsOf: path, job: ForecastRecipe.job))
    }

    init(_ file: ModelFile) throws {
        func refuse(_ message: String) -> FileError { FileError.malformed(file.path, .file, message) }
        recipe = try file.decoded(ForecastRecipe.self, ModelFile.Key.recipe)
        do {
            try recipe.validate()
        } catch let error as RecipeError {
            throw refuse("the recipe in the file cannot be: \(error)")
        }
        scaling = try file.decoded(ForecastScaling.self, Key.scaling)
        try scaling.check { refuse($0) }
        features = try file.decoded(CalendarFeatures?.self, Key.calendar)
        seasons = try file.decoded([Int].self, Key.seasons)
        metrics = try file.decoded(ForecastLine.self, ModelFile.Key.metrics)
        baselines = try file.decoded([ForecastLine].self, ModelFile.Key.baselines)
        history = try file.decoded(History.self, ModelFile.Key.history)
        let end = try file.decoded(Tail.self, Key.tail)
        let (series, lookback, horizon) = (scaling.names.count, recipe.window.lookback, recipe.window.horizon)
        guard end.steps >= 0, end.values.count == series, end.values.allSatisfy({ $0.count == lookback }) else {
            throw refuse("metadata \(Key.tail) does not hold \(lookback) values of \(series) series")
        }
        (steps, tail) = (end.steps, end.values.map { $0.map { $0 ?? .nan } })
        if let features, !features.fits(scaling.axis) {
            throw refuse("metadata \(Key.calendar) asks for a calendar that a counter does not have")
        }
        let levels = recipe.target.quantiles
        let errors = try file.tensors.floats(Key.errors)
        guard errors.count % horizon == 0, errors.allSatisfy(\.isFinite) else {
            throw refuse("tensor \(Key.errors) does not hold finite errors of \(horizon) steps")
        }
        let shifts = try file.tensors.floats(Key.shifts, shape: [horizon, levels.count])
        guard shifts.allSatisfy(\.isFinite) else { throw refuse("tensor \(Key.shifts) holds what is not finite") }
        bands = ForecastBands(levels: levels, horizon: horizon, shifts: shifts, errors: errors)
        let sizes = recipe.modelSizes(calendar: features?.count ?? 0)
        // The sizes are the file's own numbers: look whether the weights are there before making room for them.
        for (name, shape) in ForecastModel.largestShapes(recipe, sizes) {
            guard file.tensors[name]?.shape == shape else { throw refuse("no tensor \(name) of shape \(shape) found") }
        }
        parameters = Parameters(.uninitialized)
        model = ForecastModel(recipe, sizes, scope: parameters.scope)
        try file.tensors.readWeights(of: parameters)
    }

    /// Writes the model file in one step.
    public func write(to path: String, replacing: Bool) throws {
        var file = SafetensorsFile()
        let end = Tail(steps: steps, values: tail.map { $0.map { $0.isNaN ? nil : $0 } })
        try ModelFile.describe(
            &file, job: ForecastRecipe.job, [
                (ModelFile.Key.recipe, recipe), (ModelFile.Key.metrics, metrics),
                (ModelFile.Key.baselines, baselines), (ModelFile.Key.history, history), (Key.scaling, scaling),
                (Key.calendar, features), (Key.seasons, seasons), (Key.tail, end),
            ])
        let horizon = recipe.window.horizon
        file.append(Key.errors, shape: [bands.errors.count / horizon, horizon], floats: bands.errors)
        file.append(Key.shifts, shape: [horizon, bands.levels.count], floats: bands.shifts)
        for parameter in parameters { file.append(parameter.name, parameter.value) }
        try file.write(to: path, replacing: replacing)
    }
}

extension ForecastScaling {
    /// Checks what decoding does not: that there is one of everything for each series, and that it is finite.
    fileprivate func check(_ refusal: (String) -> FileError) throws {
        let count = names.count
        guard count > 0, Set(names).count == count, scaler.channels.count == count, deviations.count == count,
            seasonalScales.count == count, limits.map({ $0.count == count }) ?? true,
            profile.map({ $0.isSound(series: count, on: axis) }) ?? true
        else { throw refusal("the scaling in the file is not one of \(count) series") }
        let numbers = scaler.channels.flatMap { [$0.shift, $0.scale] } + deviations
        guard numbers.allSatisfy(\.isFinite), scaler.channels.allSatisfy({ $0.scale != 0 }),
            deviations.allSatisfy({ $0 > 0 })
        else { throw refusal("the scaling in the file is not made of finite numbers") }
    }
}

extension CalendarProfile {
    /// Whether the effects are those of the groups, and the axis knows them.
    fileprivate func isSound(series: Int, on axis: TimeAxis) -> Bool {
        let usual: [Cycle: Int] = [
            .hour: 24, .hourOfWeek: 168, .weekday: 7, .month: 12, .holiday: 1, .hourOfHoliday: 24,
        ]
        let count = groups.reduce(0) { $0 + max($1.places, 0) }
        return groups.allSatisfy { group in
            group.places > 0 && (usual[group.cycle].map { $0 == group.places && axis.step != nil } ?? true)
        } && effects.count == series && effects.allSatisfy { $0.count == count && $0.allSatisfy(\.isFinite) }
    }
}

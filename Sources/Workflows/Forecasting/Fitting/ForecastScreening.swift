import Kernels
import TimeSeries

/// Decides what a recipe leaves open about scaling: every combination of scaler and calendar profile that may be stands
/// the same trial, ridge regression on the window, and the one with the least error on the validation part is taken.
struct ForecastScreening {
    let choice: ForecastScaling.Choice
    /// What was tried and found, in a sentence; nil where there was no choice.
    let sentence: String?

    /// - Throws: `FileError` where a scaler that the recipe names does not fit the data.
    init(_ data: ForecastData, recipe: ForecastRecipe, pool: WorkerPool) throws {
        let possible = CalendarProfile.candidates(
            for: data.table.axis, count: data.parts.train.count, seasons: data.seasons, holidays: data.holidays)
        let open: [SeriesScaler.Kind] = data.table.isNonNegative ? [.standard, .logarithm] : [.standard]
        let kinds = recipe.scaling.kind.kind.map { [$0] } ?? open
        let profiles: [[CalendarProfile.Group]] =
            switch recipe.calendar.profile {
            case .on: possible.isEmpty ? [[]] : possible
            case .off: [[]]
            case .auto: [[]] + possible
            }
        let choices = kinds.flatMap { kind in
            profiles.map { ForecastScaling.Choice(kind: kind, profile: $0) }
        }
        var trial = ForecastRecipe(.linear)
        (trial.series, trial.window, trial.target) = (recipe.series, recipe.window, recipe.target)
        trial.target.quantiles = []
        var errors = [0.0]
        if choices.count > 1 {
            errors = try choices.map { choice -> Double in
                let fitting = try ForecastFitting(data, recipe: trial, choice: choice, pool: pool)
                return fitting.validationLine()?.error ?? .infinity
            }
        }
        let best = errors.indices.min { errors[$0] < errors[$1] } ?? 0
        choice = choices[best]
        guard choices.count > 1 else {
            sentence = nil
            return
        }
        let list = zip(choices, errors).map { "\($0.words) \(Self.short($1))" }.joined(separator: ", ")
        sentence =
            "Scaling: \(choice.words); it has the least error of ridge regression on the validation part (\(list))."
    }

    private static func short(_ error: Double) -> String {
        error.isFinite ? "\((error * 10_000).rounded() / 10_000)" : "no number"
    }
}

extension ForecastScaling.Choice {
    /// `logarithm with calendar profile`, `standard with the profile of seasons 24, 168`
    fileprivate var words: String {
        if profile.isEmpty { return "\(kind.rawValue) without profile" }
        let seasons = profile.filter { $0.cycle == .season }.map { "\($0.places)" }
        if seasons.isEmpty { return "\(kind.rawValue) with calendar profile" }
        return "\(kind.rawValue) with the profile of \(seasons.count == 1 ? "season" : "seasons") "
            + seasons.joined(separator: " and ")
    }
}

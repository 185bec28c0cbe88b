import Files
import Glibc
import Kernels
import TestSupport
import Testing
import TimeSeries
import Workflows

/// Small forecasters and series to train them on.
enum ForecastFixture {
    static let pool = WorkerPool(threadCount: 1)

    /// A recipe whose training takes milliseconds.
    static func recipe(
        _ kind: ForecastRecipe.Model.Kind, _ others: (key: String, value: String)...
    ) throws -> ForecastRecipe {
        try #require(try recipes([("model.kind", kind.rawValue)] + small(kind) + others).first)
    }

    static func recipes(_ settings: [(key: String, value: String)]) throws -> [ForecastRecipe] {
        try ForecastRecipe.recipes(settings: settings.map { RecipeSetting($0.key, .text($0.value), place: "test") })
    }

    private static func small(_ kind: ForecastRecipe.Model.Kind) -> [(key: String, value: String)] {
        let window = [("window.lookback", "24"), ("window.horizon", "4")]
        let training = [("training.epochs", "2"), ("training.batchSize", "32"), ("training.replicas", "1")]
        switch kind {
        case .linear, .nlinear, .dlinear: return window
        case .rnn, .lstm, .gru, .attention: return window + training + [("model.hidden", "4")]
        case .conv1d: return window + training + [("model.filters", "4")]
        case .transformer:
            return window + training
                + [
                    ("model.hidden", "4"), ("model.heads", "2"), ("model.feedForward", "8"), ("model.layers", "1"),
                    ("model.patch", "8"), ("model.patchStride", "4"),
                ]
        }
    }

    /// A table as a file would give it.
    static func reading(
        _ columns: [(name: String, values: [Double])], options: SeriesOptions = SeriesOptions()
    ) throws -> SeriesReading {
        var text = "time," + columns.map(\.name).joined(separator: ",") + "\n"
        let axis = TimeAxis(start: TrafficCorpus.start, step: .hour, format: .seconds)
        for step in columns[0].values.indices {
            let fields = columns.map { $0.values[step].isNaN ? "" : "\($0.values[step])" }
            text += "\(axis.label(at: step)),\(fields.joined(separator: ","))\n"
        }
        return try SeriesReading.read(path: "series.csv", bytes: Array(text.utf8), options: options)
    }

    static func reading(_ values: [Double]) throws -> SeriesReading { try reading([("value", values)]) }

    /// A daily course at a level, with a little noise that a seed decides.
    static func daily(_ count: Int, level: Double = 100, noise: Double = 2, seed: UInt64 = 1) -> [Double] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { level + 30 * sin(2 * .pi * Double($0) / 24) + noise * generator.normal() }
    }

    static func train(
        _ values: [Double], _ recipe: ForecastRecipe
    ) throws -> (forecaster: Forecaster, report: ForecastReport, track: ForecastTrack) {
        try ForecastTraining([recipe], pool: pool)
            .run(try reading([("value", values)], options: recipe.reading), path: "series.csv")
    }
}

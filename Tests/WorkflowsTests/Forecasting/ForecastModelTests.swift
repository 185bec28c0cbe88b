import Files
import ModelFiles
import TestSupport
import Testing
import TimeSeries
import Workflows

/// All kinds of models: they train, they know their own weights again, and the same seed gives the same bytes.
@Suite struct ForecastModelTests {
    typealias Kind = ForecastRecipe.Model.Kind

    /// A kind and a strategy.
    struct Case: Sendable, CustomTestStringConvertible {
        let kind: Kind
        let strategy: ForecastRecipe.Model.Strategy
        var testDescription: String { "\(kind.rawValue), \(strategy.rawValue)" }
    }

    static let cases =
        Kind.allCases.map { Case(kind: $0, strategy: .direct) }
        + [Kind.linear, .gru, .conv1d, .transformer].map { Case(kind: $0, strategy: .recursive) }
        + [Kind.rnn, .lstm, .gru].map { Case(kind: $0, strategy: .decoder) }

    /// The reading of a file rejects a model whose planned shapes are not those of its weights, so this checks both.
    @Test(arguments: cases) func aModelSurvivesItsFile(_ wanted: Case) throws {
        let values = ForecastFixture.daily(300)
        let recipe = try ForecastFixture.recipe(wanted.kind, ("model.strategy", wanted.strategy.rawValue))
        let trained = try ForecastFixture.train(values, recipe)
        let table = try ForecastFixture.reading(values).table
        try withTemporaryFile("model.safetensors") { path in
            try trained.forecaster.write(to: path, replacing: false)
            let again = try Forecaster(contentsOf: path)
            #expect(again.metrics == trained.forecaster.metrics)
            for steps in [1, 4, 11] {
                let before = try trained.forecaster.predictions(
                    after: table, path: "", steps: steps, pool: ForecastFixture.pool)
                let behind = try again.predictions(after: table, path: "", steps: steps, pool: ForecastFixture.pool)
                #expect(before == behind)
                #expect(before[0].count == steps)
            }
            let inspection = try ModelInspection(contentsOf: path)
            #expect(inspection.job == "forecast")
            #expect(inspection.series == ["value"])
            #expect(inspection.errors?.first == trained.forecaster.metrics)
            #expect(inspection.parameters == trained.report.parameters)
        }
    }

    @Test(arguments: [Kind.linear, .gru, .transformer]) func theSameSeedGivesTheSameBytes(kind: Kind) throws {
        let values = ForecastFixture.daily(300)
        func bytes(_ seed: String, threads: Int) throws -> String {
            let recipe = try ForecastFixture.recipe(kind, ("seed", seed), ("training.replicas", "2"))
            let reading = try ForecastFixture.reading(values)
            let training = ForecastTraining([recipe], pool: .init(threadCount: threads))
            let result = try training.run(reading, path: "series.csv")
            return try withTemporaryFile("model.safetensors") { path in
                try result.forecaster.write(to: path, replacing: false)
                return try SafetensorsFile(contentsOf: path).tensors.map { tensor in
                    "\(tensor.name) \(tensor.withUnsafeBytes { $0.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) } })"
                }.joined(separator: ";")
            }
        }
        let first = try bytes("1", threads: 1)
        #expect(try bytes("1", threads: 2) == first)
        if kind != .linear { #expect(try bytes("2", threads: 1) != first) }
    }

    /// Ridge regression beside the network gives it the errors to learn; alone it has to learn all.
    @Test(arguments: [Kind.rnn, .lstm, .gru, .attention, .conv1d]) func aNetworkLearnsWithoutASkip(kind: Kind) throws {
        let recipe = try ForecastFixture.recipe(
            kind, ("model.skip", "none"), ("training.epochs", "12"), ("calendar.profile", "off"),
            ("training.learningRate", "0.01"), ("model.dropout", "0"), ("window.horizon", "1"))
        let result = try ForecastFixture.train(ForecastFixture.daily(600), recipe)
        let persistence = try #require(result.report.baselines.first { $0.name == "persistence" })
        #expect(result.report.model.rmse < 0.8 * persistence.rmse)
    }

    @Test func whatIsReadOfTheCalendarCanBeChosen() throws {
        let values = ForecastFixture.daily(300)
        func inputs(_ settings: (key: String, value: String)...) throws -> Int? {
            let usual: [(key: String, value: String)] = [
                ("model.kind", "gru"), ("training.epochs", "1"), ("window.lookback", "24"),
            ]
            let recipe = try #require(try ForecastFixture.recipes(usual + settings).first)
            let forecaster = try ForecastFixture.train(values, recipe).forecaster
            return forecaster.parameters.first { $0.name == "trunk.weight_ih_l0" }?.shape[1]
        }
        #expect(try inputs() == 1 + 2)  // the hour of less than two weeks
        #expect(try inputs(("calendar.parts", "hour,month,weekday")) == 1 + 6)
        #expect(try inputs(("calendar.parts", "hour,month"), ("calendar.encoding", "oneHot")) == 1 + 24 + 12)
        #expect(try inputs(("calendar.inputs", "false")) == 1)
        let counted = try SeriesReading.read(
            path: "counted.csv", bytes: Array(("y\n" + values.map { "\($0)\n" }.joined()).utf8))
        let recipe = try ForecastFixture.recipe(.gru, ("calendar.parts", "hour"))
        let error = #expect(throws: FileError.self) {
            try ForecastTraining([recipe], pool: ForecastFixture.pool).run(counted, path: "counted.csv")
        }
        #expect("\(error!)".contains("counted.csv: steps are only counted, and calendar.parts asks for hour"))
    }

    /// What a recursive model forecasts for the second step is what it forecasts once the first has come true.
    @Test func recursionReadsItsOwnForecasts() throws {
        let values = ForecastFixture.daily(300)
        let recipe = try ForecastFixture.recipe(.gru, ("model.strategy", "recursive"), ("target.quantiles", "0.5"))
        let forecaster = try ForecastFixture.train(values, recipe).forecaster
        func predictions(_ values: [Double]) throws -> [Double] {
            try forecaster.predictions(
                after: try ForecastFixture.reading(values).table, path: "", steps: 4, pool: ForecastFixture.pool
            )[0].map(\.value)
        }
        let ahead = try predictions(values)
        let later = try predictions(values + [ahead[0]])
        #expect(isClose(later[0], ahead[1], 1e-4))
        #expect(isClose(later[2], ahead[3], 1e-4))
    }

    private func isClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
        abs(a - b) <= tolerance * max(abs(a), abs(b))
    }

    @Test func linearModelsThatAreTrainedInStepsComeNearTheClosedForm() throws {
        let values = ForecastFixture.daily(800)
        for kind in [Kind.nlinear, .dlinear] {
            let solved = try ForecastFixture.train(values, try ForecastFixture.recipe(kind))
            let stepped = try ForecastFixture.train(
                values, try ForecastFixture.recipe(
                    kind, ("model.start", "equal"), ("training.epochs", "30"), ("training.learningRate", "0.005")))
            #expect(stepped.report.model.scaledMSE < 1.1 * solved.report.model.scaledMSE)
            #expect(stepped.forecaster.history.epochs.count > 1)
            #expect(solved.forecaster.history.epochs.isEmpty)
        }
    }
}

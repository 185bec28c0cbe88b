import Files
import Glibc
import Testing
import TimeSeries
import Training
import Workflows

/// What a training comes to on series whose best forecast is known.
@Suite struct ForecastTrainingTests {
    /// Two years of hours that the project makes: level, seasons, holidays, and noise whose size is known, so that no
    /// forecast can be better than the expectation itself.
    @Test func madeTrafficIsForecastNearlyAsWellAsCanBe() throws {
        let corpus = TrafficCorpus(.init(seed: 3))
        let table = corpus.table
        var text = ""
        corpus.writeCSV { text += $0 }
        let reading = try SeriesReading.read(path: "traffic.csv", bytes: Array(text.utf8))
        for horizon in [1, 24] {
            let recipes = try ForecastFixture.recipes([
                ("model.kind", "linear"), ("window.horizon", "\(horizon)"),
            ])
            let data = try ForecastData(
                reading.table, notes: [], path: "traffic.csv", recipe: recipes[0],
                holidays: try Holidays.read(path: "holidays", bytes: Array(corpus.holidayLines.utf8)))
            let report = try ForecastTraining(recipes, pool: ForecastFixture.pool).run(data).report
            let best = corpus.bestErrors(in: data.parts.test)
            #expect(table.count == 17_520)
            #expect(report.model.rmse < 1.1 * best.rmse, "horizon \(horizon): \(report.model.rmse), best \(best.rmse)")
            #expect(report.model.mae < 1.1 * best.mae)
            // No baseline knows holidays or the level of a month.
            #expect(report.baselines.allSatisfy { $0.rmse > report.model.rmse })
            let quantiles = try #require(report.model.quantiles)
            #expect(abs(quantiles.coverage[0] - 0.8) < 0.05)
        }
    }

    /// Noise around a mean: nothing is better than the mean, and errors are those of the noise.
    @Test func autoTakesALinearModelWhereThereIsNothingElse() throws {
        var values = ForecastFixture.daily(700)
        values = values.map { $0.rounded() }
        let recipes = try ForecastFixture.recipes([
            ("window.lookback", "24"), ("window.horizon", "1"), ("training.epochs", "1"), ("model.hidden", "2"),
            ("model.filters", "2"), ("training.replicas", "1"),
        ])
        let result = try ForecastTraining(recipes, pool: ForecastFixture.pool).run(
            try ForecastFixture.reading(values), path: "series.csv")
        #expect(result.report.tried.map(\.name) == ["linear", "nlinear", "gru", "conv1d"])
        let least = try #require(result.report.tried.min { $0.error < $1.error })
        let chosen = try #require(result.report.tried.first { $0.name == result.report.model.name })
        #expect(chosen.error < 1.05 * least.error)
        #expect(chosen.name == "linear" || chosen.name == "nlinear")
        #expect(result.report.remarks.contains { $0.hasPrefix("Model: \(chosen.name); ") })
        #expect(result.report.remarks.contains { $0.hasPrefix("Scaling: ") })
        #expect(result.report.model.rmse < 2.6)
    }

    @Test func theVerdictSaysWhenTheModelLoses() throws {
        // A straight line, of which drift is the whole truth, and a network that has learned nothing.
        let values = (0..<300).map { Double($0) }
        let recipe = try ForecastFixture.recipe(
            .rnn, ("model.skip", "none"), ("calendar.profile", "off"), ("scaling.kind", "standard"),
            ("training.epochs", "1"))
        let report = try ForecastFixture.train(values, recipe).report
        #expect(report.verdict.contains("The model loses"))
        let linear = try ForecastFixture.train(values, try ForecastFixture.recipe(.nlinear)).report
        #expect(linear.model.rmse < 0.05)
    }

    @Test func missingValuesLeaveTheirWindowsOut() throws {
        var values = ForecastFixture.daily(400)
        for step in [50, 51, 200, 390] { values[step] = .nan }
        let whole = try ForecastFixture.train(ForecastFixture.daily(400), try ForecastFixture.recipe(.linear)).report
        let filled = try ForecastFixture.train(values, try ForecastFixture.recipe(.linear)).report
        let unfilled = try ForecastFixture.recipe(.linear, ("series.fill", "none"))
        let left = try ForecastFixture.train(values, unfilled).report
        #expect(filled.windows == whole.windows)
        #expect(left.windows.train == whole.windows.train - 29 - 28)
        #expect(left.windows.test < whole.windows.test)
    }

    @Test func severalSeriesAreForecastByOneModel() throws {
        let columns = [("a", ForecastFixture.daily(400)), ("b", ForecastFixture.daily(400, level: 5_000, seed: 2))]
        let recipe = try ForecastFixture.recipe(.gru)
        let result = try ForecastTraining([recipe], pool: ForecastFixture.pool).run(
            try ForecastFixture.reading(columns), path: "series.csv")
        let one = try ForecastFixture.train(ForecastFixture.daily(400), recipe).report
        #expect(result.report.windows.train == 2 * one.windows.train)
        let table = try ForecastFixture.reading(columns).table
        let predictions = try result.forecaster.predictions(
            after: table, path: "", steps: 2, pool: ForecastFixture.pool)
        #expect(predictions.count == 2)
        #expect(abs(predictions[0][0].value - 100) < 50)
        #expect(abs(predictions[1][0].value - 5_000) < 50)
        #expect(throws: FileError.self) {
            try result.forecaster.predictions(
                after: try ForecastFixture.reading(ForecastFixture.daily(100)).table, path: "", steps: 2,
                pool: ForecastFixture.pool)
        }
    }

    @Test func aResumedTrainingEndsAsIfItHadNotStopped() throws {
        let values = ForecastFixture.daily(300)
        let recipe = try ForecastFixture.recipe(.gru, ("training.epochs", "4"), ("training.patience", "0"))
        let whole = try ForecastFixture.train(values, recipe).forecaster
        let path = "\(Glibc.getpid())-forecast.checkpoint"
        defer { try? OutputFile.remove(path) }
        func training(resumes: Bool) -> ForecastTraining {
            ForecastTraining(
                [recipe], checkpointPath: { _ in path }, resumes: resumes, pool: ForecastFixture.pool)
        }
        let reading = try ForecastFixture.reading(values)
        var epochs = 0
        #expect(throws: TrainingError.interrupted) {
            try training(resumes: false).run(reading, path: "series.csv", shouldStop: { epochs == 2 }) { event in
                if case .trainer(.epoch) = event { epochs += 1 }
            }
        }
        var hasResumed = false
        let resumed = try training(resumes: true).run(
            reading, path: "series.csv",
            report: { event in
                if case .trainer(.resumed(epoch: 2)) = event { hasResumed = true }
            }
        ).forecaster
        #expect(hasResumed)
        for (a, b) in zip(whole.parameters, resumed.parameters) { #expect(a.value.elements == b.value.elements) }
        #expect(whole.metrics == resumed.metrics)
    }
}

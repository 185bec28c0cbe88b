import Foundation
import Testing

/// Series that leave little or nothing to forecast, through all three commands: a sane forecast or a clear error.
@Suite struct ForecastHostileTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(ForecastSeries.csv(900), to: "series.csv")
    }

    private func run(_ command: String, _ data: String, _ others: String...) throws -> Cantus.Outcome {
        try Cantus.run(["forecast", command, "model.safetensors", "--data", data] + others, in: folder)
    }

    private func rows(_ count: Int, _ value: (Int) -> String) -> String {
        "time,visits\n" + (0..<count).map { "\(ForecastSeries.stamp($0)),\(value($0))\n" }.joined()
    }

    @Test(arguments: ["linear", "gru", "auto"]) func aConstantSeriesIsForecastAsItIs(model: String) throws {
        try folder.write(rows(300) { _ in "7" }, to: "series.csv")
        let trained = try Cantus.run(ForecastSeries.training(model, "--epochs", "1", "--json"), in: folder)
        expectSuccess(trained)
        let backtest = try run("backtest", "series.csv", "--json")
        expectSuccess(backtest)
        for outcome in [trained, backtest] {
            let line = try #require(try outcome.object()["model"] as? [String: Any])
            #expect((line["rmse"] as? Double).map { $0 < 1e-3 } == true)
            // What has no meaning here is null, and not left out.
            #expect(line["mase"] is NSNull && line["r2"] is NSNull)
        }
        let predicted = try run("predict", "series.csv", "--steps", "20")
        expectSuccess(predicted)
        let values = predicted.output.split(separator: "\n").dropFirst().flatMap { line in
            line.split(separator: ",").dropFirst().compactMap { Double($0) }
        }
        #expect(values.count == 80 && values.allSatisfy { abs($0 - 7) < 1e-3 }, "\(predicted.output)")
    }

    @Test func oneGiantOutlierLeavesForecastsSane() throws {
        let spoiled = { (step: Int) in rows(900) { $0 == step ? "1e15" : "\(ForecastSeries.value($0))" } }
        try folder.write(spoiled(300), to: "series.csv")
        let trained = try Cantus.run(ForecastSeries.training("linear"), in: folder)
        expectSuccess(trained)
        #expect(trained.output.contains("1 value lies far outside of the training part's range"))
        #expect(trained.output.contains("the first at \(ForecastSeries.stamp(300))"))
        // The training part held it; the test part does not.
        try folder.write(ForecastSeries.csv(900), to: "sound.csv")
        let backtest = try run("backtest", "sound.csv", "--json")
        expectSuccess(backtest)
        #expect(try backtest.decoded(ForecastTrainTests.Report.self).model.mae < 25)
        // As the last value but one that is read.
        try folder.write(spoiled(898), to: "last.csv")
        let predicted = try run("predict", "last.csv", "--steps", "6")
        expectSuccess(predicted)
        for line in predicted.output.split(separator: "\n").dropFirst() {
            let value = try #require(Double(line.split(separator: ",")[1]))
            #expect(value >= 0 && value < 3_000, "\(line)")
        }
    }

    @Test func whatCannotBeReadIsRefusedByEachCommandWithItsPlace() throws {
        expectSuccess(try Cantus.run(ForecastSeries.training("linear"), in: folder))
        try folder.write(ForecastSeries.csv(100) + "\(ForecastSeries.stamp(100)),-inf\n", to: "infinite.csv")
        try folder.write(rows(200) { _ in "" }, to: "missing.csv")
        try folder.write(ForecastSeries.csv(40), to: "short.csv")
        for command in ["predict", "backtest"] {
            let infinite = try run(command, "infinite.csv")
            expectFailure(infinite, 65, saying: "infinite.csv:102: \"-inf\"", "a finite number was expected")
            expectFailure(try run(command, "missing.csv"), 65, saying: "no value was found in \"visits\"")
            expectFailure(try run(command, "none.csv"), 66, saying: "none.csv")
        }
        expectFailure(try run("predict", "short.csv"), 65, saying: "40 steps found, the model reads the last 48")
        expectFailure(try run("backtest", "short.csv"), 65, saying: "no window in them", "lookback of 48")
        // The last value is missing, and no rule fills what has no right neighbour.
        try folder.write(
            ForecastSeries.csv(100) + "\(ForecastSeries.stamp(100)),\n\(ForecastSeries.stamp(101)),\n", to: "end.csv")
        let cut = try run("predict", "end.csv")
        expectSuccess(cut)
        #expect(cut.error.contains("2 steps without any value cut off at the ends"))
        #expect(cut.output.contains("\n\(ForecastSeries.stamp(100)),"))
    }

    @Test func datesOfOtherOrdersAreReadAndWrittenDown() throws {
        func days(_ text: (Int, Int) -> String) -> String {
            "date,visits\n" + (0..<400).map { day in
                let (month, date) = (day / 28 % 12 + 1, day % 28 + 1)
                return "\(text(month, date))/\(2020 + day / 336),\(100 + date)\n"
            }.joined()
        }
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
        try folder.write(days { "\(two($1))/\(two($0))" }, to: "series.csv")
        let trained = try Cantus.run(ForecastSeries.training("linear", "--set", "series.step=1 day"), in: folder)
        expectSuccess(trained)
        #expect(trained.error.contains("dates are read day first"))
        // A few days alone do not tell their order, but the model knows it.
        let inspected = try Cantus.run("inspect", "model.safetensors", in: folder)
        #expect(inspected.output.contains("dayFirst"))
        let ambiguous = "date,visits\n" + (1...9).map { "0\($0)/02/2020,5\n" }.joined()
        try folder.write(ambiguous, to: "series.csv")
        expectFailure(
            try Cantus.run(ForecastSeries.training("linear", "--force"), in: folder), 65, saying: "--date-order")
        expectFailure(
            try Cantus.run(ForecastSeries.training("linear", "--force", "--date-order", "yearFirst"), in: folder), 64,
            saying: "dayFirst, monthFirst")
    }
}

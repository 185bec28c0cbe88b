import Foundation
import TestSupport
import Testing

/// Training and backtesting forecasters from the command line.
@Suite struct ForecastTrainTests {
    struct Line: Decodable, Hashable {
        var name: String
        var rmse, mae, smape, wape, mase, r2, scaled_mse, scaled_mae: Double
        var per_horizon_mae: [Double]
    }

    struct Report: Decodable {
        struct Windows: Decodable { var train, validation, test: Int }
        var model: Line
        var baselines: [Line]
        var windows: Windows
        var seconds: Double
        var remarks: [String]
    }

    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(ForecastSeries.csv(900), to: "series.csv")
    }

    @Test func jsonHasTheKeysThatArePromised() throws {
        let outcome = try Cantus.run(ForecastSeries.training("linear", "--json"), in: folder)
        expectSuccess(outcome)
        let report = try outcome.object()
        #expect(
            Set(report.keys) == ["model", "baselines", "windows", "seconds", "parameters", "remarks", "tried"])
        let keys: Set = [
            "name", "rmse", "mae", "smape", "wape", "mase", "r2", "scaled_mse", "scaled_mae", "per_horizon_mae",
        ]
        let model = try #require(report["model"] as? [String: Any])
        #expect(Set(model.keys) == keys.union(["quantiles"]))
        let baselines = try #require(report["baselines"] as? [[String: Any]])
        #expect(baselines.count >= 6)
        for line in baselines { #expect(Set(line.keys) == keys) }
        let decoded = try outcome.decoded(Report.self)
        #expect(decoded.model.per_horizon_mae.count == 6)
        let windows: [Int] = [decoded.windows.train, decoded.windows.validation, decoded.windows.test]
        #expect(windows == [720 - 48 - 5, 85, 85])
        #expect(folder.names == ["model.safetensors", "series.csv"])
        let points = try Cantus.run(
            ForecastSeries.training("linear", output: "points", "--json", "--quantiles", "none"), in: folder)
        #expect(Set(try #require(try points.object()["model"] as? [String: Any]).keys) == keys)
    }

    @Test func theTableShowsModelAndBaselinesAndTheFirstWindow() throws {
        let outcome = try Cantus.run(ForecastSeries.training("auto", "--epochs", "1", "--plot", "plot.svg"), in: folder)
        expectSuccess(outcome)
        for name in ["persistence", "moving average", "drift", "seasonal naive", "last residual", "ridge"] {
            #expect(outcome.output.contains(name), "\(name) in: \(outcome.output)")
        }
        #expect(outcome.output.contains("MAE of step"))
        #expect(outcome.output.contains("lie in the band of 80 %"))
        #expect(outcome.output.contains("Model: "))
        #expect(outcome.output.contains("The model is in model.safetensors, the picture in plot.svg."))
        #expect(outcome.error.contains("the first: window 1 of 667 reads steps 0 to 47 (2024-01-01 00:00:00 to"))
        #expect(outcome.error.contains("a step of 1 hour"))
        #expect(try folder.text("plot.svg").hasPrefix("<svg"))
        #expect(folder.names == ["model.safetensors", "plot.svg", "series.csv"])
    }

    @Test func aBacktestOnTheSameDataSaysWhatTrainingSaid() throws {
        let trained = try Cantus.run(ForecastSeries.training("gru", "--epochs", "2", "--json"), in: folder)
        expectSuccess(trained)
        let report = try trained.decoded(Report.self)
        let backtest = ["forecast", "backtest", "model.safetensors", "--data", "series.csv", "--json"]
        let again = try Cantus.run(backtest + ["--plot", "a.svg", "--plot-steps", "b.svg"], in: folder)
        expectSuccess(again)
        #expect(try again.decoded(Report.self).model == report.model)
        #expect(try again.decoded(Report.self).baselines == report.baselines)
        #expect(try folder.text("b.svg").contains("hours ahead"))
        // Every sixth origin, and fitted anew every three of them.
        let fewer = try Cantus.run(backtest + ["--stride", "6"], in: folder)
        expectSuccess(fewer)
        #expect(try fewer.decoded(Report.self).windows.test == 15)
        let refitted = try Cantus.run(backtest + ["--stride", "6", "--refit", "5"], in: folder)
        expectSuccess(refitted)
        #expect(refitted.error.contains("15 origins, 3 fits"))
        #expect(try refitted.decoded(Report.self).model != fewer.decoded(Report.self).model)
        #expect(try refitted.decoded(Report.self).model.mae < 6)
        let seen = try Cantus.run(backtest + ["--split", "0.3,0.2,0.5"], in: folder)
        expectSuccess(seen)
        #expect(try seen.decoded(Report.self).remarks.contains { $0.contains("trained or chosen on") })
    }

    @Test func aRecipeGivesWhatItsFlagsGive() throws {
        expectSuccess(try Cantus.run(ForecastSeries.training("dlinear", output: "flags"), in: folder))
        let recipe = """
            job: forecast
            data: series.csv
            output: recipe
            window: {lookback: 48, horizon: 6}
            model.kind: dlinear
            training.replicas: 1
            """
        try folder.write(recipe, to: "recipe.yaml")
        expectSuccess(try Cantus.run("run", "recipe.yaml", in: folder))
        #expect(try folder.bytes("recipe") == folder.bytes("flags"))
        expectFailure(
            try Cantus.run("run", "recipe.yaml", "--force", "--test", "series.csv", in: folder), 64,
            saying: "the job forecast takes no test rows")
        let inspected = try Cantus.run("inspect", "recipe", in: folder)
        expectSuccess(inspected)
        for text in [
            "A model of the job forecast", "1 series", "errors when trained", "window.lookback", "series: visits",
        ] {
            #expect(inspected.output.contains(text), "\(text) in: \(inspected.output)")
        }
    }

    @Test func theSameTrainingGivesTheSameBytes() throws {
        let training = ForecastSeries.training("gru", "--epochs", "2", "--set", "training.replicas=2")
        for (name, threads) in [("a", "1"), ("b", "2")] {
            expectSuccess(try Cantus.run(training + ["-o", name, "--threads", threads], in: folder))
        }
        #expect(try folder.bytes("a") == folder.bytes("b"))
        expectSuccess(try Cantus.run(training + ["-o", "c", "--seed", "2"], in: folder))
        #expect(try folder.bytes("a") != folder.bytes("c"))
    }

    @Test func aKilledTrainingGoesOnToTheSameBytes() throws {
        let training = ForecastSeries.training("gru", "--epochs", "60", "--set", "training.patience=0")
        expectSuccess(try Cantus.run(training + ["-o", "whole"], in: folder))
        for signal in [SIGKILL, SIGINT] {
            let process = try Cantus.start(training, in: folder)
            while process.isRunning, !folder.has("model.safetensors.checkpoint") { usleep(500) }
            process.send(signal)
            let outcome = try process.outcome()
            if signal == SIGINT, !folder.has("model.safetensors") {
                expectFailure(outcome, 130, saying: "--resume goes on from it")
            }
            let resumed = try Cantus.run(training + ["--resume", "--force"], in: folder)
            expectSuccess(resumed)
            #expect(try folder.bytes("model.safetensors") == folder.bytes("whole"))
            try folder.remove("model.safetensors")
        }
        #expect(folder.names == ["series.csv", "whole"])
    }

    @Test func wrongUseIsRefusedWithAnExitCode() throws {
        let training = ForecastSeries.training("linear")
        expectFailure(try Cantus.run(training + ["--model", "lsmt"], in: folder), 64, saying: "lsmt", "one of linear")
        expectFailure(try Cantus.run(training + ["--split", "1,2"], in: folder), 64, saying: "split")
        expectFailure(try Cantus.run(training + ["--value", "visit"], in: folder), 65, saying: "\"visits\"")
        expectFailure(try Cantus.run(training + ["--data", "none.csv"], in: folder), 66, saying: "none.csv")
        expectFailure(try Cantus.run(training + ["-o", "none/model"], in: folder), 73, saying: "none/model")
        expectFailure(
            try Cantus.run(training + ["-o", "series.csv", "--force"], in: folder), 73, saying: "is the input")
        try folder.write("mine", to: "model.safetensors")
        expectFailure(try Cantus.run(training, in: folder), 73, saying: "--force replaces it")
        expectFailure(
            try Cantus.run("forecast", "backtest", "model.safetensors", "--data", "series.csv", in: folder), 65,
            saying: "model.safetensors")
        #expect(folder.names == ["model.safetensors", "series.csv"])
    }

    @Test func dataThatCannotBeForecastAreRefusedWithTheirPlace() throws {
        for (bytes, texts) in [
            ("", ["empty"]), ("time,visits\n", ["series.csv"]),
            (ForecastSeries.csv(30), ["no window", "lookback of 48"]),
            (ForecastSeries.csv(200) + "2024-01-09 08:00:00,inf\n", ["series.csv:202", "inf"]),
            (ForecastSeries.csv(200) + "2024-01-09 08:00:00,many\n", ["series.csv:202", "many"]),
            ("time,visits\n" + (0..<200).map { "\(ForecastSeries.stamp($0)),\n" }.joined(), ["series.csv"]),
        ] {
            try folder.write(bytes, to: "series.csv")
            let outcome = try Cantus.run(ForecastSeries.training("linear"), in: folder)
            expectFailure(outcome, 65)
            for text in texts { #expect(outcome.error.contains(text), "\(text) in: \(outcome.error)") }
        }
        #expect(folder.names == ["series.csv"])
    }
}

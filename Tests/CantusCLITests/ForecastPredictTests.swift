import Foundation
import Testing

/// Forecasting from the command line, from a file and value by value.
@Suite struct ForecastPredictTests {
    private let folder: TemporaryFolder

    init() throws { folder = try ForecastSeries.folderWithModel() }

    private func predict(_ arguments: String..., input: String? = nil) throws -> Cantus.Outcome {
        try Cantus.run(
            ["forecast", "predict", "model.safetensors"] + arguments, in: folder, input: input.map { Array($0.utf8) })
    }

    @Test func stepsComeWithStampsAndQuantiles() throws {
        let outcome = try predict("--data", "series.csv", "--steps", "30", "--plot", "plot.svg")
        expectSuccess(outcome)
        let rows = ForecastSeries.rows(outcome.output)
        #expect(rows[0] == ["time", "value", "q0.1", "q0.5", "q0.9"])
        #expect(rows.count == 31)
        for (step, row) in rows.dropFirst().enumerated() {
            #expect(row[0] == ForecastSeries.stamp(900 + step))
            let numbers = row.dropFirst().compactMap { Double($0) }
            #expect(numbers.count == 4)
            #expect(numbers[1] <= numbers[2] && numbers[2] <= numbers[3])
            #expect(abs(numbers[0] - ForecastSeries.value(900 + step, noise: 0)) < 12)
        }
        #expect(try folder.text("plot.svg").contains("forecast"))
        // The horizon of the model without --steps; the same from standard input.
        let piped = try predict("--data", "-", input: ForecastSeries.csv(900))
        expectSuccess(piped)
        #expect(piped.output == outcome.output.split(separator: "\n").prefix(7).joined(separator: "\n") + "\n")
    }

    @Test func jsonHoldsTheSame() throws {
        let object = try predict("--data", "series.csv", "--json").object()
        #expect(Set(object.keys) == ["quantiles", "series"])
        let series = try #require(object["series"] as? [[String: Any]])
        #expect(series[0]["name"] as? String == "visits")
        let first = try #require((series[0]["forecasts"] as? [[String: Any]])?.first)
        #expect(Set(first.keys) == ["time", "value", "quantiles"])
    }

    @Test func otherDataAreRefused() throws {
        try folder.write(ForecastSeries.csv(30), to: "short.csv")
        expectFailure(try predict("--data", "short.csv"), 65, saying: "30 steps found, the model reads the last 48")
        let daily = (0..<100).map { "2024-0\($0 / 28 + 1)-\($0 % 28 + 1 < 10 ? "0" : "")\($0 % 28 + 1),5\n" }.prefix(28)
        try folder.write("time,visits\n" + daily.joined(), to: "daily.csv")
        expectFailure(try predict("--data", "daily.csv"), 65, saying: "1 day", "1 hour")
        expectFailure(try predict("--data", "series.csv", "--steps", "0"), 64, saying: "--steps is 0")
        expectFailure(try predict("--data", "series.csv", "--follow", "--steps", "3"), 64, saying: "--follow")
        let model = try folder.bytes("model.safetensors")
        try folder.write(Array(model.dropLast(50)), to: "model.safetensors")
        expectFailure(try predict("--data", "series.csv"), 65, saying: "model.safetensors")
    }
}

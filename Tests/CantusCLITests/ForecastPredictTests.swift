import Foundation
import Testing

/// Forecasting from the command line, from a file and value by value.
@Suite struct ForecastPredictTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(ForecastSeries.csv(900), to: "series.csv")
        expectSuccess(try Cantus.run(ForecastSeries.training("linear"), in: folder))
    }

    /// Lines of CSV as fields.
    private func rows(_ output: String) -> [[String]] {
        output.split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func predict(_ arguments: String..., input: String? = nil) throws -> Cantus.Outcome {
        try Cantus.run(
            ["forecast", "predict", "model.safetensors"] + arguments, in: folder, input: input.map { Array($0.utf8) })
    }

    @Test func stepsComeWithStampsAndQuantiles() throws {
        let outcome = try predict("--data", "series.csv", "--steps", "30", "--plot", "plot.svg")
        expectSuccess(outcome)
        let rows = rows(outcome.output)
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

    @Test func followingAnswersEachValueAndMarksWhatIsOutside() throws {
        var values = (900..<930).map { "\(ForecastSeries.value($0))" }
        // At the end: forecasts that read them are far from what follows.
        values[28] = "900"
        values[29] = "-5000"
        let outcome = try predict("--data", "-", "--follow", input: values.joined(separator: "\n") + "\n")
        expectSuccess(outcome)
        let rows = rows(outcome.output)
        #expect(rows[0] == ["time", "value", "q0.1", "q0.5", "q0.9", "seen_time", "seen", "mark"])
        #expect(rows.count == 31)
        #expect(rows[1][0] == ForecastSeries.stamp(901))
        #expect(rows[1][5] == ForecastSeries.stamp(900))
        #expect(rows[29][7] == "above" && rows[30][7] == "below")
        #expect(rows.dropFirst().filter { $0[7] == "inside" }.count > 15)
    }

    @Test func followingReadsStampsAndStepsOverGaps() throws {
        try folder.write(ForecastSeries.csv(800), to: "history.csv")
        let lines = [800, 801, 805, 806].map { "\(ForecastSeries.stamp($0)),\(ForecastSeries.value($0))" }
        let outcome = try predict(
            "--data", "history.csv", "--follow", input: "time,visits\n" + lines.joined(separator: "\n"))
        expectSuccess(outcome)
        #expect(rows(outcome.output).dropFirst().map { $0[0] } == [801, 802, 806, 807].map(ForecastSeries.stamp))
        let backwards = lines[2] + "\n" + lines[0] + "\n"
        let refused = try predict("--data", "history.csv", "--follow", input: backwards)
        #expect(refused.code == 65)
        #expect(refused.error.contains("standard input:2: "))
        for wrong in ["many", "inf", "1e999", "5,5,5"] {
            let outcome = try predict("--data", "history.csv", "--follow", input: "5\n\(wrong)\n")
            #expect(outcome.code == 65, "\(wrong): \(outcome.error)")
            #expect(outcome.error.contains("standard input:2: "))
        }
    }

    /// A value is answered before the next one comes.
    @Test func answersDoNotWaitForMore() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("cantus")
        process.arguments = ["forecast", "predict", "model.safetensors", "--data", "-", "--follow"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, FileHandle.nullDevice)
        try process.run()
        var text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(text == "time,value,q0.1,q0.5,q0.9,seen_time,seen,mark\n")
        for hour in 900..<903 {
            input.fileHandleForWriting.write(Data("\(ForecastSeries.value(hour))\n".utf8))
            text = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            #expect(text.hasPrefix(ForecastSeries.stamp(hour + 1)))
            #expect(text.hasSuffix("\n"))
        }
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
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

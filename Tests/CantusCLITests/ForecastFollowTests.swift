import Foundation
import Testing

/// Forecasting value by value, as a stream brings them.
@Suite struct ForecastFollowTests {
    private let folder: TemporaryFolder

    init() throws { folder = try ForecastSeries.folderWithModel() }

    private func follow(_ data: String, _ lines: [String]) throws -> Cantus.Outcome {
        try Cantus.run(
            ["forecast", "predict", "model.safetensors", "--data", data, "--follow"], in: folder,
            input: Array(lines.joined(separator: "\n").utf8))
    }

    private func values(_ hours: Range<Int>) -> [String] { hours.map { "\(ForecastSeries.value($0))" } }

    @Test func eachValueIsAnsweredAndMarked() throws {
        let outcome = try follow("-", values(900..<930))
        expectSuccess(outcome)
        let rows = ForecastSeries.rows(outcome.output)
        #expect(rows[0] == ["time", "value", "q0.1", "q0.5", "q0.9", "seen_time", "seen", "mark"])
        #expect(rows.count == 31)
        #expect(rows[1][0] == ForecastSeries.stamp(901))
        #expect(rows[1][5] == ForecastSeries.stamp(900))
        #expect(rows.dropFirst().filter { $0[7] == "inside" }.count > 20)
        #expect(rows.dropFirst().allSatisfy { ["inside", "below", "above"].contains($0[7]) })
    }

    /// A linear model reads each value for a whole lookback: without care all forecasts behind would be off.
    @Test func aWildValueIsMarkedAndDoesNotSpoilTheForecastsBehindIt() throws {
        var wild = values(900..<960)
        (wild[10], wild[20], wild[21]) = ("2000", "-5000", "3e30")
        let outcome = try follow("-", wild)
        expectSuccess(outcome)
        let rows = ForecastSeries.rows(outcome.output)
        #expect([11, 21, 22].map { rows[$0][7] } == ["far-above", "far-below", "far-above"])
        #expect(rows.dropFirst().filter { $0[7] == "inside" }.count > 40)
        for (hour, row) in rows.dropFirst().enumerated() {
            let forecast = try #require(Double(row[1]))
            #expect(abs(forecast - ForecastSeries.value(901 + hour, noise: 0)) < 12, "\(row)")
        }
    }

    /// Two values are taken for strays, the third shows that they were none: from then on the follower has read what a
    /// file with all of them holds.
    @Test func aLevelThatHasChangedIsFollowedFromTheThirdValueOn() throws {
        let changed = (900..<930).map { "\(ForecastSeries.value($0) + 500)" }
        let outcome = try follow("-", changed)
        expectSuccess(outcome)
        let rows = ForecastSeries.rows(outcome.output).dropFirst()
        #expect(rows.prefix(3).allSatisfy { $0[7] == "far-above" })
        let forecasts = rows.map { $0[1] }
        #expect(abs(try #require(Double(forecasts[1])) - ForecastSeries.value(902, noise: 0)) < 12)
        for count in [3, 4, 30] {
            let lines = changed.prefix(count).enumerated().map { "\(ForecastSeries.stamp(900 + $0)),\($1)\n" }
            try folder.write(ForecastSeries.csv(900) + lines.joined(), to: "all.csv")
            let predicted = try Cantus.run(
                "forecast", "predict", "model.safetensors", "--data", "all.csv", "--steps", "1", in: folder)
            expectSuccess(predicted)
            #expect(ForecastSeries.rows(predicted.output)[1][1] == forecasts[count - 1])
        }
    }

    @Test func severalSeriesAreAnsweredALineEach() throws {
        let text = ForecastSeries.csv(900).split(separator: "\n").enumerated().map { index, line in
            index == 0 ? "time,visits,errors" : "\(line),\(ForecastSeries.value(index + 50) / 10)"
        }
        try folder.write(text.joined(separator: "\n") + "\n", to: "series.csv")
        expectSuccess(try Cantus.run(ForecastSeries.training("linear", "--force"), in: folder))
        let lines = (900..<910).map { hour in
            "\(ForecastSeries.value(hour)),\(hour == 905 ? 900 : ForecastSeries.value(hour + 51) / 10)"
        }
        let outcome = try follow("-", lines)
        expectSuccess(outcome)
        let rows = ForecastSeries.rows(outcome.output)
        #expect(rows[0].prefix(3) == ["series", "time", "value"])
        #expect(rows.count == 21)
        #expect(rows[1].prefix(2) == ["visits", ForecastSeries.stamp(901)])
        #expect(rows[2].prefix(2) == ["errors", ForecastSeries.stamp(901)])
        #expect(rows[12][8] == "far-above" && rows[11][8] != "far-above")
        for (index, row) in rows.dropFirst().enumerated() {
            let hour = 901 + index / 2
            let expected = index % 2 == 0
                ? ForecastSeries.value(hour, noise: 0) : ForecastSeries.value(hour + 51, noise: 0) / 10
            #expect(abs(try #require(Double(row[2])) - expected) < (index % 2 == 0 ? 15 : 1.5), "\(row)")
        }
        expectFollowFailure(try follow("-", ["1,2", "3"]), saying: "standard input:2: 1 field found")
    }

    private func expectFollowFailure(_ outcome: Cantus.Outcome, saying text: String) {
        #expect(outcome.code == 65 && outcome.error.contains(text), "\(outcome.error)")
    }

    @Test func stampsAreReadAndGapsSteppedOver() throws {
        try folder.write(ForecastSeries.csv(800), to: "history.csv")
        let lines = [800, 801, 805, 806].map { "\(ForecastSeries.stamp($0)),\(ForecastSeries.value($0))" }
        let outcome = try follow("history.csv", ["time,visits"] + lines)
        expectSuccess(outcome)
        let times = ForecastSeries.rows(outcome.output).dropFirst().map { $0[0] }
        #expect(times == [801, 802, 806, 807].map(ForecastSeries.stamp))
        expectFollowFailure(try follow("history.csv", [lines[2], lines[0]]), saying: "standard input:2: ")
        for wrong in ["many", "inf", "1e999", "5,5,5"] {
            expectFollowFailure(try follow("history.csv", ["5", wrong]), saying: "standard input:2: ")
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
}

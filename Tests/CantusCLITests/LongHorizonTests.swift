import Foundation
import TestSupport
import Testing

/// The recipe of the long-horizon benchmark, unchanged, on a made table of its shape: seven channels of 17,420 hours
/// under a column `date`. Expected errors come from a script in NumPy that shares nothing with this project
/// (Tests/Fixtures/longhorizon/make.py, which says how the table is made).
@Suite struct LongHorizonTests {
    struct Expected: Decodable {
        struct Errors: Decodable { var mse, mae: Double }
        struct Windows: Decodable { var train, validation, test: Int }
        var first: [Double]
        var sum: Double
        var windows: Windows
        var persistence, linear, nlinear, dlinear: Errors
    }

    private static let hours = 17_420

    /// Numbers of about the standard normal distribution: sums of four uniform ones, by splitmix64.
    private func normal(_ stream: UInt64) -> [Double] {
        (0..<UInt64(Self.hours)).map { hour in
            let sum = (0..<UInt64(4)).reduce(0.0) { sum, part in
                var z = (hour * 4 + part + (stream << 32) + 1) &* 0x9e37_79b9_7f4a_7c15
                z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
                z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
                return sum + Double((z ^ (z >> 31)) >> 11) / 0x1p53
            }
            return (sum - 2) * 3.0.squareRoot()
        }
    }

    private func remembered(_ noise: [Double], _ share: Double) -> [Double] {
        var last = 0.0
        return noise.map { noise in
            last = share * last + noise
            return last
        }
    }

    /// `[channels][hours]`
    private func table() -> [[Double]] {
        let walk = remembered(normal(0), 0.995)
        return (0..<7).map { channel in
            let c = Double(channel)
            let noise = remembered(normal(UInt64(channel) + 1), 0.75)
            let day = 2 + 0.5 * c
            return (0..<Self.hours).map { hour in
                let t = Double(hour)
                let shift = hour >= 12_000 ? 1.5 : hour >= 5_000 ? -1.0 : 0
                let course = day * cos(2 * .pi * (t - 3 * c) / 24) + 0.6 * day * cos(2 * .pi * t / 12)
                    + 1.2 * cos(2 * .pi * t / 168)
                let value = (1 + 0.3 * c) * (6 + shift + course) + (0.4 + 0.1 * c) * walk[hour] + noise[hour]
                return (value * 1e6).rounded() / 1e6
            }
        }
    }

    private func csv(_ channels: [[Double]]) -> String {
        let format = DateFormatter()
        format.dateFormat = "yyyy-MM-dd HH:mm:ss"
        (format.timeZone, format.locale) = (TimeZone(secondsFromGMT: 0), Locale(identifier: "en_US_POSIX"))
        let start = format.date(from: "2016-07-01 00:00:00")!
        return (0..<Self.hours).reduce(into: "date,HUFL,HULL,MUFL,MULL,LUFL,LULL,OT\n") { text, hour in
            text += format.string(from: start + Double(hour) * 3600)
            for channel in channels { text += ",\(channel[hour])" }
            text += "\n"
        }
    }

    @Test func theLinearModelsComeToWhatNumPySays() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Fixture.folder + "/longhorizon/expected.json"))
        let expected = try JSONDecoder().decode(Expected.self, from: data)
        let table = table()
        for (channel, value) in zip(table, expected.first) { #expect(abs(channel[0] - value) < 2e-6) }
        #expect(abs(table.joined().reduce(0, +) - expected.sum) < 1e-3)
        let folder = try TemporaryFolder()
        try folder.write(csv(table), to: "made.csv")
        for (kind, errors) in [("nlinear", expected.nlinear), ("dlinear", expected.dlinear)] {
            let outcome = try Cantus.run(
                "run", PackageRoot.path + "/Recipes/long-horizon.yaml", "--data", "made.csv", "-o", kind, "--json",
                "--set", "model.kind=\(kind)", in: folder)
            expectSuccess(outcome)
            #expect(outcome.error.contains("steps 0 to 335 (2016-07-01 00:00:00 to 2016-07-14 23:00:00) and forecasts"))
            let report = try outcome.decoded(ForecastTrainTests.Report.self)
            #expect(report.windows.train == expected.windows.train)
            #expect(report.windows.validation == expected.windows.validation)
            #expect(report.windows.test == expected.windows.test)
            #expect(abs(report.model.scaled_mse / errors.mse - 1) < 0.005, "\(kind): \(report.model)")
            #expect(abs(report.model.scaled_mae / errors.mae - 1) < 0.005)
            let persistence = try #require(report.baselines.first { $0.name == "persistence" })
            #expect(abs(persistence.scaled_mse / expected.persistence.mse - 1) < 1e-6)
            #expect(abs(persistence.scaled_mae / expected.persistence.mae - 1) < 1e-6)
        }
    }
}

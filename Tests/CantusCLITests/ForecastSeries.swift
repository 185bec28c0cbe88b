import Foundation
import Testing

/// Series that a test writes: hours with a daily course, a weekly one, and a little noise.
enum ForecastSeries {
    /// `time,visits`, from midnight of 1 January 2024, a Monday.
    static func csv(_ count: Int, noise: Double = 3) -> String {
        (0..<count).reduce(into: "time,visits\n") { text, hour in
            text += "\(stamp(hour)),\(value(hour, noise: noise))\n"
        }
    }

    static func value(_ hour: Int, noise: Double = 3) -> Double {
        let course = 200 + 80 * sin(2 * .pi * Double(hour % 24) / 24) + (hour / 24 % 7 > 4 ? -40 : 0)
        // A number that looks random, the same in each run.
        let mixed = UInt64(hour + 1) &* 0x9e37_79b9_7f4a_7c15
        let random = Double(((mixed ^ (mixed >> 29)) &* 0xbf58_476d_1ce4_e5b9) >> 40) / Double(1 << 24) - 0.5
        return ((course + 2 * noise * random) * 100).rounded() / 100
    }

    static func stamp(_ hour: Int) -> String {
        let (month, day) = hour / 24 < 31 ? (1, hour / 24 + 1) : (2, hour / 24 - 30)
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
        return "2024-\(two(month))-\(two(day)) \(two(hour % 24)):00:00"
    }

    /// Lines of CSV as fields.
    static func rows(_ output: String) -> [[String]] {
        output.split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// A folder with 900 hours in series.csv and a linear model of them in model.safetensors.
    static func folderWithModel() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(csv(900), to: "series.csv")
        expectSuccess(try Cantus.run(training("linear"), in: folder))
        return folder
    }

    /// The arguments of a training that takes a moment.
    static func training(_ model: String, output: String = "model.safetensors", _ others: String...) -> [String] {
        [
            "forecast", "train", "--data", "series.csv", "--output", output, "--model", model, "--lookback", "48",
            "--horizon", "6", "--threads", "1",
        ] + others
    }
}

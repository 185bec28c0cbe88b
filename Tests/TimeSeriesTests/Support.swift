import Files
import Foundation
import TestSupport
import TimeSeries

/// Real data, beside the package; tests that need it are skipped where it is missing.
enum TestData {
    static let traffic = PackageRoot.sharedData("series/webtraffic.csv")
    static let pageViews = PackageRoot.sharedData("series/wikipedia_peyton_manning_log_daily.csv")
    static let requests = PackageRoot.sharedData("series/elb_request_count.csv")

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

func read(_ text: String, _ options: SeriesOptions = SeriesOptions()) throws -> SeriesReading {
    try SeriesReading.read(path: "x.csv", bytes: Array(text.utf8), options: options)
}

/// The message of the error that reading ends with.
func message(_ text: String, _ options: SeriesOptions = SeriesOptions()) -> String {
    do {
        _ = try read(text, options)
        return "no error"
    } catch {
        return "\(error)"
    }
}

/// A file with hourly stamps from 10 April 2014 on.
func hourly(_ values: [String], header: String = "time,value") -> String {
    let axis = TimeAxis(start: Timestamp(year: 2014, month: 4, day: 10), step: .hour, format: .seconds)
    return ([header] + values.enumerated().map { "\(axis.label(at: $0)),\($1)" }).joined(separator: "\n") + "\n"
}

extension Baseline {
    /// The forecast of one window of values that end where the window's inputs end.
    func forecast(after values: [Double], lookback: Int? = nil, gap: Int = 0, horizon: Int) -> [Double] {
        let end = values.count + gap + horizon
        let windows = SlidingWindows(
            lookback: lookback ?? values.count, gap: gap, horizon: horizon, targetsIn: values.count + gap..<end)
        // What lies behind the inputs must not be read.
        return forecasts(values + [Double](repeating: .infinity, count: gap + horizon), windows)
    }
}

import Cantus

/// Forecasts as CSV.
struct ForecastColumns {
    private let names: [String]
    private let levels: [Double]
    private var isOfSeveral: Bool { names.count > 1 }

    init(_ forecaster: Forecaster) { (names, levels) = (forecaster.names, forecaster.quantiles) }

    var header: String { (isOfSeveral ? "series," : "") + columns + "\n" }

    /// Also the value that came, its stamp, and where it lies in its band.
    var followHeader: String { (isOfSeveral ? "series," : "") + columns + ",seen_time,seen,mark\n" }

    private var columns: String { (["time", "value"] + levels.map { "q\($0)" }).joined(separator: ",") }

    func line(_ prediction: Forecaster.Prediction, series: Int) -> String {
        prefix(names[series]) + Self.fields(prediction) + "\n"
    }

    func line(_ line: ForecastFollower.Line) -> String {
        let seen = line.seen.map { "\($0)" } ?? ""
        return prefix(line.series) + "\(Self.fields(line.forecast)),\(line.seenTime),\(seen),\(line.mark.rawValue)\n"
    }

    /// The field that says which of several series a line is of.
    private func prefix(_ name: String) -> String { isOfSeveral ? Self.quoted(name) + "," : "" }

    private static func fields(_ prediction: Forecaster.Prediction) -> String {
        ([prediction.time] + ([prediction.value] + prediction.quantiles).map { "\(Formats.rounded($0, digits: 8))" })
            .joined(separator: ",")
    }

    /// A name as CSV takes it.
    private static func quoted(_ name: String) -> String {
        guard name.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return name }
        return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

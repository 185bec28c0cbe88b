import Cantus
import Glibc

/// The curve of a search for a learning rate as people read it: some of its points with a bar each, and what follows.
enum LearningRateText {
    private static let lines = 24
    private static let barWidth = 40

    static func rendered(_ report: LearningRateReport, style: TextTable.Style) -> String {
        let curve = report.curve
        var table = TextTable(columns: [
            .init("learning rate", .right), .init("loss", .right), .init("smoothed", .right), .init("", .left),
        ])
        let shown = shown(curve)
        let losses = curve.points.map(\.smoothedLoss)
        // An explosion at the end would leave no difference between all other bars.
        let (least, most) = (losses.min() ?? 0, losses.first ?? 0)
        for point in shown {
            let share = most > least ? (point.smoothedLoss - least) / (most - least) : 0
            let cut = min(max(share, 0), 1)
            let bar = String(repeating: "━", count: Int((cut * Double(barWidth)).rounded())) + (share > 1 ? " …" : "")
            table.append(
                [
                    rate(point.learningRate), Formats.fixed(point.loss, decimals: 4),
                    Formats.fixed(point.smoothedLoss, decimals: 4), bar,
                ], isHighlighted: point.learningRate == curve.suggestion)
        }
        return table.rendered(style) + "\n" + conclusion(report)
    }

    private static func conclusion(_ report: LearningRateReport) -> String {
        var text = ""
        if let suggestion = report.curve.suggestion {
            text +=
                "The loss falls most steeply at a learning rate of \(rate(suggestion)); the recipe has "
                + "\(rate(report.learningRate)).\n"
        } else {
            text += "The loss does not fall: try other learning rates with --from and --to, or more --steps.\n"
        }
        if let limit = report.curve.limit {
            text +=
                "From \(rate(limit)) on it rises: learning rates up to about \(rate(limit / 3)) can be tried with "
                + "--set training.learningRate=\(rate(limit / 3)).\n"
        }
        if report.exploded, let last = report.curve.points.last {
            text += "At \(rate(last.learningRate)) it was so much larger than before that the search ended there.\n"
        }
        return text
    }

    /// At most `lines` points in equal distances, the suggested one among them.
    private static func shown(_ curve: LearningRateCurve) -> [LearningRateCurve.Point] {
        let points = curve.points
        guard points.count > lines else { return points }
        let places = Set((0..<lines).map { $0 * (points.count - 1) / (lines - 1) })
        return points.enumerated().filter { places.contains($0.offset) || $0.element.learningRate == curve.suggestion }
            .map(\.element)
    }

    /// A learning rate with two digits that count.
    private static func rate(_ value: Double) -> String {
        guard value > 0 else { return "\(value)" }
        let exponent = Int(floor(log10(value)))
        let decimals = min(max(1 - exponent, 0), 15)
        return Formats.fixed(value, decimals: decimals)
    }
}

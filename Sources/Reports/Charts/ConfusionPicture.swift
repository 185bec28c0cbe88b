/// A confusion matrix as a picture: a row for each true class, a column for each that it was taken for. Colours show
/// shares of the row, numbers show counts.
public struct ConfusionPicture: Sendable {
    public let labels: [String]
    /// At [t][p] how often class t was taken for p.
    public let counts: [[Double]]
    public let title: String

    /// - Precondition: a row and a column for each label.
    public init(labels: [String], counts: [[Double]], title: String) {
        precondition(
            !labels.isEmpty && counts.count == labels.count && counts.allSatisfy { $0.count == labels.count },
            "\(counts.count) rows for \(labels.count) classes")
        self.labels = labels
        self.counts = counts
        self.title = title
    }

    private static let fontSize = 12.0  // pixels
    private static let top = 60.0  // pixels
    /// Labels longer than this are cut.
    private static let longestLabel = 24  // characters
    /// More classes than this have cells too small for numbers.
    private static let mostNumbered = 40

    /// The picture as an SVG document; where the pointer rests on a cell it tells classes, count and share.
    public var svg: String {
        let shown = labels.map { $0.count > Self.longestLabel ? $0.prefix(Self.longestLabel - 1) + "…" : $0 }
        let labelWidth = shown.map { LabelWidth.of($0) * Self.fontSize }.max() ?? 0
        let cell = min(64, max(labels.count > Self.mostNumbered ? 14 : 30, 640 / Double(labels.count)))
        let left = 40 + labelWidth
        let side = cell * Double(labels.count)
        // Labels of columns stand upright where they would not fit side by side.
        let isSlanted = labelWidth > cell - 4
        let below = isSlanted ? labelWidth + 14 : 22
        let width = max(left + side + 24, left + LabelWidth.of(title) * 17 + 24)
        let height = Self.top + side + below + 34
        var text = SVG.opening(width: width, height: height, title: title, left: left)
        for row in labels.indices { text += cells(row, cell: cell, left: left) }
        text += "<rect x=\"\(SVG.number(left))\" y=\"\(SVG.number(Self.top))\" width=\"\(SVG.number(side))\" "
        text += "height=\"\(SVG.number(side))\" fill=\"none\" stroke=\"\(SVG.Style.frame)\"/>\n"
        text += "<g font-size=\"\(SVG.number(Self.fontSize))\" fill=\"\(SVG.Style.ink)\" text-anchor=\"end\">\n"
        for (row, label) in shown.enumerated() {
            let middle = Self.top + (Double(row) + 0.5) * cell
            text += "<text x=\"\(SVG.number(left - 8))\" y=\"\(SVG.number(middle + 4))\">\(SVG.escaped(label))</text>\n"
        }
        for (column, label) in shown.enumerated() {
            let middle = left + (Double(column) + 0.5) * cell
            let (x, bottom) = (SVG.number(middle + (isSlanted ? 4 : 0)), Self.top + side)
            text += isSlanted
                ? "<text transform=\"translate(\(x) \(SVG.number(bottom + 8))) rotate(-90)\">"
                : "<text x=\"\(x)\" y=\"\(SVG.number(bottom + 17))\" text-anchor=\"middle\">"
            text += "\(SVG.escaped(label))</text>\n"
        }
        text += "</g>\n<g font-size=\"12\" fill=\"\(SVG.Style.muted)\" text-anchor=\"middle\">\n"
        text += "<text x=\"\(SVG.number(left + side / 2))\" y=\"\(SVG.number(height - 12))\">taken for</text>\n"
        text += "<text transform=\"translate(20 \(SVG.number(Self.top + side / 2))) rotate(-90)\">true class</text>\n"
        return text + "</g>\n</svg>\n"
    }

    private func cells(_ row: Int, cell: Double, left: Double) -> String {
        let total = counts[row].reduce(0, +)
        var text = "<g font-size=\"\(SVG.number(min(13, cell * 0.36)))\" text-anchor=\"middle\">\n"
        for column in labels.indices {
            let count = counts[row][column]
            let share = total > 0 ? count / total : 0
            let (x, y) = (left + Double(column) * cell, Self.top + Double(row) * cell)
            // Nothing is white, everything dark: the map backwards, without its lightest end.
            let fill = count == 0 ? SVG.Style.background : ColourMap.hexadecimal(0.94 - 0.72 * share)
            text += "<g><title>\(SVG.escaped(labels[row])) taken for \(SVG.escaped(labels[column])): "
            text += "\(Self.number(count)), \(Formats.percent(share)) of its row</title>"
            text += "<rect x=\"\(SVG.number(x))\" y=\"\(SVG.number(y))\" width=\"\(SVG.number(cell))\" "
            text += "height=\"\(SVG.number(cell))\" fill=\"\(fill)\" stroke=\"\(SVG.Style.grid)\"/>"
            if count > 0, labels.count <= Self.mostNumbered {
                text += "<text x=\"\(SVG.number(x + cell / 2))\" y=\"\(SVG.number(y + cell / 2 + 4))\" "
                text += "fill=\"\(share > 0.45 ? SVG.Style.background : SVG.Style.ink)\">\(Self.number(count))</text>"
            }
            text += "</g>\n"
        }
        return text + "</g>\n"
    }

    private static func number(_ count: Double) -> String {
        count == count.rounded() && abs(count) < 1e15
            ? Formats.grouped(Int(count)) : Formats.fixed(count, decimals: 2)
    }
}

/// Scores between 0 and 1 over something that varies, a curve for each model: accuracy over the ratio of signal to
/// noise.
public struct CurvePicture: Sendable {
    /// One curve.
    public struct Curve: Sendable {
        public let name: String
        /// In the order of x; y is from 0 to 1.
        public let points: [(x: Double, y: Double)]
        /// Whether it is something to compare with: drawn dashed.
        public let isBaseline: Bool

        public init(_ name: String, _ points: [(x: Double, y: Double)], isBaseline: Bool = false) {
            (self.name, self.points, self.isBaseline) = (name, points, isBaseline)
        }
    }

    public let title: String
    public let xName: String
    public let yName: String
    public let curves: [Curve]

    /// - Precondition: a curve with a point; all numbers are finite.
    public init(title: String, xName: String, yName: String, curves: [Curve]) {
        precondition(
            curves.contains { !$0.points.isEmpty }
                && curves.allSatisfy { $0.points.allSatisfy { $0.x.isFinite && $0.y.isFinite } },
            "no curve with finite points")
        (self.title, self.xName, self.yName, self.curves) = (title, xName, yName, curves)
    }

    private static let (width, height) = (760.0, 440.0)  // pixels
    private static let colours = ["#2f6db3", "#c8762b", "#4d8f5b", "#9457a8", "#a39a2a"]

    /// The picture as an SVG document.
    public var svg: String {
        let legendTop = 54.0
        let frame = LabelLayout.Box(
            left: 72, top: legendTop + 18 * Double(curves.count) + 4, right: Self.width - 24, bottom: Self.height - 56)
        let xs = curves.flatMap { $0.points.map(\.x) }
        let (least, most) = (xs.min()!, xs.max()!)
        let margin = most > least ? (most - least) * 0.04 : 1
        let lowest = curves.flatMap { $0.points.map(\.y) }.min()!
        // The axis starts at a tenth below the lowest score.
        let bottom = max(0, ((lowest - 0.02) * 10).rounded(.down) / 10)
        func x(_ value: Double) -> Double {
            frame.left + (value - least + margin) / (most - least + 2 * margin) * (frame.right - frame.left)
        }
        func y(_ value: Double) -> Double {
            frame.bottom - (value - bottom) / (1 - bottom + 0.02) * (frame.bottom - frame.top)
        }
        var text = SVG.opening(width: Self.width, height: Self.height, title: title, left: frame.left)
        let xTicks = Set(xs).count <= 12
            ? Set(xs).sorted()
            : RoundTicks.multiples(of: RoundTicks.distance(in: most - least, atMost: 8), from: least, to: most)
        let yTicks = RoundTicks.multiples(
            of: RoundTicks.distance(in: max(1 - bottom, 0.1), atMost: 6), from: bottom, to: 1)
        text += "<g stroke=\"\(SVG.Style.grid)\" stroke-width=\"1\">\n"
        for tick in xTicks { text += SVG.line(x(tick), frame.top, x(tick), frame.bottom) }
        for tick in yTicks { text += SVG.line(frame.left, y(tick), frame.right, y(tick)) }
        text += "</g>\n<g stroke=\"\(SVG.Style.frame)\">\n"
        text += SVG.line(frame.left, frame.bottom, frame.right, frame.bottom)
        text += "</g>\n<g font-size=\"11\" fill=\"\(SVG.Style.muted)\">\n"
        for tick in xTicks {
            text += "<text x=\"\(SVG.number(x(tick)))\" y=\"\(SVG.number(frame.bottom + 17))\" text-anchor=\"middle\">"
            text += "\(SVG.tickLabel(tick))</text>\n"
        }
        for tick in yTicks {
            text += "<text x=\"\(SVG.number(frame.left - 8))\" y=\"\(SVG.number(y(tick) + 4))\" text-anchor=\"end\">"
            text += "\(SVG.tickLabel(tick))</text>\n"
        }
        text += "</g>\n<g font-size=\"12\" fill=\"\(SVG.Style.muted)\" text-anchor=\"middle\">\n"
        let middle = (x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2)
        text += "<text x=\"\(SVG.number(middle.x))\" y=\"\(SVG.number(frame.bottom + 42))\">"
        text += "\(SVG.escaped(xName))</text>\n"
        text += "<text transform=\"translate(18 \(SVG.number(middle.y))) rotate(-90)\">\(SVG.escaped(yName))</text>\n"
        text += "</g>\n"
        for (index, curve) in curves.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            let dash = curve.isBaseline ? " stroke-dasharray=\"5 3\"" : ""
            let row = legendTop + 18 * Double(index)
            text += "<path d=\"M\(SVG.number(frame.left)) \(SVG.number(row))h22\" stroke=\"\(colour)\" "
            text += "stroke-width=\"2\"\(dash)/>\n"
            text += "<text x=\"\(SVG.number(frame.left + 30))\" y=\"\(SVG.number(row + 4))\" font-size=\"12\" "
            text += "fill=\"\(SVG.Style.ink)\">\(SVG.escaped(curve.name))</text>\n"
            guard !curve.points.isEmpty else { continue }
            let path = curve.points.map { "\(SVG.number(x($0.x))) \(SVG.number(y($0.y)))" }.joined(separator: "L")
            text += "<path d=\"M\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\" "
            text += "stroke-linejoin=\"round\"\(dash)/>\n<g fill=\"\(colour)\">\n"
            for point in curve.points {
                text += "<circle cx=\"\(SVG.number(x(point.x)))\" cy=\"\(SVG.number(y(point.y)))\" r=\"3\"><title>"
                text += "\(SVG.tickLabel(point.x)): \(Formats.fixed(point.y, decimals: 3))</title></circle>\n"
            }
            text += "</g>\n"
        }
        return text + "</svg>\n"
    }
}

import TimeSeries

/// A picture of a forecast: what was, what is expected, how sure that is, and what came.
public struct ForecastChart: Sendable {
    /// One line.
    public struct Line: Sendable {
        /// What it stands for, which decides how it looks.
        public enum Role: Sendable {
            /// What was known when the forecast was made.
            case history
            /// What came.
            case actual
            case forecast
            /// A forecast to compare with.
            case baseline
        }

        public let name: String
        public let role: Role
        /// The step of the first value.
        public let start: Int
        /// NaN leaves a gap.
        public let values: [Double]

        public init(_ name: String, _ role: Role, start: Int, _ values: [Double]) {
            (self.name, self.role, self.start, self.values) = (name, role, start, values)
        }
    }

    /// The area between two quantiles.
    public struct Band: Sendable {
        public let name: String
        public let start: Int
        public let lower: [Double]
        public let upper: [Double]

        /// - Precondition: as many lower as upper values.
        public init(_ name: String, start: Int, lower: [Double], upper: [Double]) {
            precondition(lower.count == upper.count, "\(lower.count) lower and \(upper.count) upper values")
            (self.name, self.start, self.lower, self.upper) = (name, start, lower, upper)
        }
    }

    public let title: String
    public let subtitle: String
    /// What values are: the name of their column.
    public let valueName: String
    /// What steps are where they are only counted: the name of their column.
    public let timeName: String
    public let axis: TimeAxis
    public let lines: [Line]
    /// From the widest on, if there are several.
    public let bands: [Band]
    /// The first step that is forecast, marked by a vertical line; nil for none.
    public let origin: Int?

    public init(
        title: String, subtitle: String = "", valueName: String, timeName: String = "step", axis: TimeAxis,
        lines: [Line], bands: [Band] = [], origin: Int? = nil
    ) {
        (self.title, self.subtitle, self.valueName, self.timeName) = (title, subtitle, valueName, timeName)
        (self.axis, self.lines, self.bands, self.origin) = (axis, lines, bands, origin)
    }

    /// The picture as an SVG document.
    public var svg: String {
        let ends = lines.filter { !$0.values.isEmpty }.map { ($0.start, $0.start + $0.values.count - 1) }
            + bands.filter { !$0.lower.isEmpty }.map { ($0.start, $0.start + $0.lower.count - 1) }
        let range = Double(ends.map(\.0).min() ?? 0)...Double(ends.map(\.1).max() ?? 0)
        let y = ValueAxis([lines.map(\.values), bands.map(\.lower), bands.map(\.upper)].joined().joined())
        let pens = pens
        // Actual values are drawn above forecasts, and bands below all.
        let drawn = zip(lines, pens).sorted { $0.0.role.depth < $1.0.role.depth }
        let legend = zip(lines, pens).map { ChartCanvas.LegendEntry(name: $0.name, pen: $1, isBand: false) }
            + bands.map {
                ChartCanvas.LegendEntry(name: $0.name, pen: .init(colour: Self.forecastColour, width: 1), isBand: true)
            }
        let canvas = ChartCanvas(title: title, subtitle: subtitle, legend: legend, xRange: range, y: y)
        var content = bands.map {
            canvas.band($0.lower, $0.upper, from: $0.start, colour: Self.forecastColour, opacity: 0.2)
        }.joined()
        if let origin { content += canvas.mark(at: Double(origin) - 0.5, "forecast") }
        for (line, pen) in drawn { content += canvas.line(line.values, from: line.start, pen) }
        return canvas.document(
            xTicks: TimeTicks(range, on: axis, atMost: 9).ticks, xName: axis.step == nil ? timeName : "",
            yName: valueName, content: content)
    }

    static let forecastColour = "#2f6db3"
    static let baselineColours = ["#c8762b", "#4d8f5b", "#9457a8", "#a39a2a", "#b5485d", "#3c8f94"]

    private var pens: [ChartCanvas.Pen] {
        var baselines = 0
        return lines.map { line in
            switch line.role {
            case .history: return .init(colour: "#8a929c", width: 1.4)
            case .actual: return .init(colour: SVG.Style.ink, width: 1.4)
            case .forecast: return .init(colour: Self.forecastColour, width: 2)
            case .baseline:
                baselines += 1
                let colour = Self.baselineColours[(baselines - 1) % Self.baselineColours.count]
                return .init(colour: colour, width: 1.4, dash: "5 3")
            }
        }
    }
}

extension ForecastChart.Line.Role {
    fileprivate var depth: Int {
        switch self {
        case .baseline: 0
        case .history: 1
        case .forecast: 3
        case .actual: 2
        }
    }
}

import TimeSeries

/// A picture of how errors grow with the steps that a forecast looks ahead: a line for the model and one for each
/// baseline.
public struct HorizonChart: Sendable {
    /// The errors of one model, the first of them one step ahead.
    public struct Line: Sendable {
        public let name: String
        public let isBaseline: Bool
        /// `[horizon]`
        public let errors: [Double]

        public init(_ name: String, isBaseline: Bool, _ errors: [Double]) {
            (self.name, self.isBaseline, self.errors) = (name, isBaseline, errors)
        }
    }

    public let title: String
    public let subtitle: String
    /// `mean absolute error of Sessions`
    public let measure: String
    /// The step of time; nil where steps are only counted.
    public let step: TimeStep?
    public let lines: [Line]

    public init(title: String, subtitle: String = "", measure: String, step: TimeStep? = nil, lines: [Line]) {
        (self.title, self.subtitle, self.measure, self.step, self.lines) = (title, subtitle, measure, step, lines)
    }

    /// The picture as an SVG document.
    public var svg: String {
        let horizon = lines.map(\.errors.count).max() ?? 1
        let y = ValueAxis(lines.map(\.errors).joined(), fromZero: true)
        var baselines = 0
        let pens = lines.map { line -> ChartCanvas.Pen in
            guard line.isBaseline else { return .init(colour: ForecastChart.forecastColour, width: 2.2) }
            baselines += 1
            let colours = ForecastChart.baselineColours
            // When colours are used up, dashes tell lines apart.
            return .init(
                colour: colours[(baselines - 1) % colours.count], width: 1.4,
                dash: baselines <= colours.count ? "5 3" : "1.5 3")
        }
        let canvas = ChartCanvas(
            title: title, subtitle: subtitle,
            legend: zip(lines, pens).map { .init(name: $0.name, pen: $1, isBand: false) },
            xRange: 1...Double(max(horizon, 2)), y: y)
        // The model is drawn last, above its baselines.
        let order = lines.indices.sorted { lines[$0].isBaseline && !lines[$1].isBaseline }
        let content = order.map { canvas.line(lines[$0].errors, from: 1, pens[$0]) }.joined()
        // `1 hour` reads better as hours, five minutes are steps.
        let name = step.map { step in
            let words = step.description
            return words.hasPrefix("1 ") ? "\(words.dropFirst(2))s ahead" : "steps of \(words) ahead"
        } ?? "steps ahead"
        return canvas.document(xTicks: ticks(horizon), xName: name, yName: measure, content: content)
    }

    /// Whole steps; days of hours and the like where the horizon spans some.
    private func ticks(_ horizon: Int) -> [TimeTicks.Tick] {
        let nice = [1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 96, 168, 336].first { horizon / $0 <= 12 }
        let round = Int(RoundTicks.distance(in: Double(max(horizon, 1)), atMost: 10).rounded(.up))
        let distance = step == .hour ? nice ?? round : round
        let multiples = Array(stride(from: distance, through: max(horizon, 1), by: distance))
        return ([1] + multiples.filter { $0 > 1 }).map {
            .init(step: Double($0), label: Formats.grouped($0), context: nil)
        }
    }
}

import TimeSeries

/// What line charts share: a frame with axes, a legend, lines with gaps, bands.
struct ChartCanvas {
    static let width = 1000.0  // pixels
    static let height = 460.0  // pixels
    static let left = 72.0  // pixels
    static let right = 976.0  // pixels

    /// How a line is drawn.
    struct Pen {
        let colour: String
        let width: Double
        var dash: String?
    }

    /// An entry of the legend.
    struct LegendEntry {
        let name: String
        let pen: Pen
        /// Whether it is a band, shown as a filled square.
        let isBand: Bool
    }

    /// The rectangle in which lines are drawn.
    let frame: LabelLayout.Box
    let xRange: ClosedRange<Double>
    let y: ValueAxis
    private let title: String
    private let subtitle: String
    private let legend: [LegendEntry]
    private let legendRows: [[(x: Double, entry: LegendEntry)]]

    init(title: String, subtitle: String, legend: [LegendEntry], xRange: ClosedRange<Double>, y: ValueAxis) {
        (self.title, self.subtitle, self.legend, self.xRange, self.y) = (title, subtitle, legend, xRange, y)
        legendRows = Self.rows(legend)
        let top = (subtitle.isEmpty ? 48.0 : 66) + 20 * Double(legendRows.count)
        frame = LabelLayout.Box(left: Self.left, top: top, right: Self.right, bottom: Self.height - 58)
    }

    func xPosition(_ step: Double) -> Double {
        let span = xRange.upperBound - xRange.lowerBound
        let share = span > 0 ? (step - xRange.lowerBound) / span : 0.5
        return frame.left + share * (frame.right - frame.left)
    }

    func yPosition(_ value: Double) -> Double {
        frame.bottom - (value - y.low) / (y.high - y.low) * (frame.bottom - frame.top)
    }

    /// The document, with what `content` draws within the frame.
    func document(xTicks: [TimeTicks.Tick], xName: String, yName: String, content: String) -> String {
        var text = SVG.opening(width: Self.width, height: Self.height, title: title, left: frame.left)
        if !subtitle.isEmpty {
            text += "<text x=\"\(SVG.number(frame.left))\" y=\"52\" font-size=\"12\" fill=\"\(SVG.Style.muted)\">"
            text += "\(SVG.escaped(subtitle))</text>\n"
        }
        text += legendText
        text += axes(xTicks, xName, yName)
        // Lines are cut where they leave the frame.
        text += "<clipPath id=\"frame\"><rect x=\"\(SVG.number(frame.left))\" y=\"\(SVG.number(frame.top))\" "
        text += "width=\"\(SVG.number(frame.right - frame.left))\" "
        text += "height=\"\(SVG.number(frame.bottom - frame.top))\"/></clipPath>\n"
        text += "<g clip-path=\"url(#frame)\" fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n"
        return text + content + "</g>\n</svg>\n"
    }

    private func axes(_ xTicks: [TimeTicks.Tick], _ xName: String, _ yName: String) -> String {
        var text = "<g stroke=\"\(SVG.Style.grid)\" stroke-width=\"1\">\n"
        for tick in xTicks { text += SVG.line(xPosition(tick.step), frame.top, xPosition(tick.step), frame.bottom) }
        for tick in y.ticks { text += SVG.line(frame.left, yPosition(tick), frame.right, yPosition(tick)) }
        text += "</g>\n<g stroke=\"\(SVG.Style.frame)\">\n"
        text += SVG.line(frame.left, frame.bottom, frame.right, frame.bottom)
        text += "</g>\n<g font-size=\"11\" fill=\"\(SVG.Style.muted)\" text-anchor=\"middle\">\n"
        for tick in xTicks {
            // At the right edge words move inwards rather than being cut off.
            func place(_ words: String) -> String {
                SVG.number(min(xPosition(tick.step), Self.width - 4 - LabelWidth.of(words) * 11 / 2))
            }
            text += "<text x=\"\(place(tick.label))\" y=\"\(SVG.number(frame.bottom + 17))\">"
            text += "\(SVG.escaped(tick.label))</text>\n"
            guard let context = tick.context else { continue }
            text += "<text x=\"\(place(context))\" y=\"\(SVG.number(frame.bottom + 32))\" font-weight=\"600\">"
            text += "\(SVG.escaped(context))</text>\n"
        }
        let middle = (x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2)
        if !xName.isEmpty {
            text += "<text x=\"\(SVG.number(middle.x))\" y=\"\(SVG.number(frame.bottom + 48))\" font-size=\"12\">"
            text += "\(SVG.escaped(xName))</text>\n"
        }
        text += "<text transform=\"translate(18 \(SVG.number(middle.y))) rotate(-90)\" font-size=\"12\">"
        text += "\(SVG.escaped(yName))</text>\n</g>\n"
        text += "<g font-size=\"11\" fill=\"\(SVG.Style.muted)\" text-anchor=\"end\">\n"
        for tick in y.ticks {
            text += "<text x=\"\(SVG.number(frame.left - 8))\" y=\"\(SVG.number(yPosition(tick) + 4))\">"
            text += "\(y.label(tick))</text>\n"
        }
        return text + "</g>\n"
    }
}

extension ChartCanvas {
    /// A line through steps from `start` on. Missing values (NaN) leave a gap; a value between two gaps is a dot.
    ///
    /// Where there are more values than pixels, each column of pixels keeps its least and its greatest: what the eye
    /// sees stays, the file remains small.
    func line(_ values: [Double], from start: Int, _ pen: Pen) -> String {
        var path = ""
        var dots = ""
        for run in runs(of: values) {
            let points = thinned(values, run).map { step in
                (x: xPosition(Double(start + step)), y: yPosition(values[step]))
            }
            if points.count == 1 {
                dots += "<circle cx=\"\(SVG.number(points[0].x))\" cy=\"\(SVG.number(points[0].y))\" r=\"2\"/>"
                continue
            }
            path += "M" + points.map { "\(SVG.number($0.x)) \(SVG.number($0.y))" }.joined(separator: "L")
        }
        var text = ""
        if !path.isEmpty {
            let dash = pen.dash.map { " stroke-dasharray=\"\($0)\"" } ?? ""
            text += "<path d=\"\(path)\" stroke=\"\(pen.colour)\" stroke-width=\"\(SVG.number(pen.width))\"\(dash)/>\n"
        }
        if !dots.isEmpty { text += "<g fill=\"\(pen.colour)\" stroke=\"none\">\(dots)</g>\n" }
        return text
    }

    /// The area between two lines.
    func band(_ lower: [Double], _ upper: [Double], from start: Int, colour: String, opacity: Double) -> String {
        let both = zip(lower, upper).map { $0.isNaN || $1.isNaN ? .nan : $1 - $0 }
        return runs(of: both).map { run in
            let steps = run.count > 1 ? Array(run) : [run.lowerBound]
            func points(_ values: [Double], _ steps: [Int]) -> String {
                steps.map {
                    "\(SVG.number(xPosition(Double(start + $0)))) \(SVG.number(yPosition(values[$0])))"
                }.joined(separator: "L")
            }
            let outline = points(upper, steps) + "L" + points(lower, steps.reversed())
            return "<path d=\"M\(outline)Z\" fill=\"\(colour)\" fill-opacity=\"\(opacity)\"/>\n"
        }.joined()
    }

    /// A vertical line across the frame, with words beside its upper end.
    func mark(at step: Double, _ words: String) -> String {
        let x = xPosition(step)
        let isLeft = x > frame.right - 120
        return "<g stroke=\"\(SVG.Style.muted)\" stroke-width=\"1\" stroke-dasharray=\"3 3\">"
            + SVG.line(x, frame.top, x, frame.bottom).dropLast() + "</g>\n"
            + "<text x=\"\(SVG.number(isLeft ? x - 5 : x + 5))\" y=\"\(SVG.number(frame.top + 12))\" font-size=\"11\" "
            + "fill=\"\(SVG.Style.muted)\" text-anchor=\"\(isLeft ? "end" : "start")\">\(SVG.escaped(words))</text>\n"
    }

    /// Stretches of values that are there.
    private func runs(of values: [Double]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for step in values.indices {
            if values[step].isFinite {
                start = start ?? step
            } else if let begin = start {
                runs.append(begin..<step)
                start = nil
            }
        }
        if let start { runs.append(start..<values.count) }
        return runs
    }

    private func thinned(_ values: [Double], _ run: Range<Int>) -> [Int] {
        let columns = Int(frame.right - frame.left)
        let span = xRange.upperBound - xRange.lowerBound
        let perColumn = Int((span / Double(columns)).rounded(.down))
        guard perColumn > 4 else { return Array(run) }
        var kept: [Int] = []
        for start in stride(from: run.lowerBound, to: run.upperBound, by: perColumn) {
            let steps = start..<min(start + perColumn, run.upperBound)
            let least = steps.min { values[$0] < values[$1] }!
            let most = steps.max { values[$0] < values[$1] }!
            kept += least == most ? [least] : [min(least, most), max(least, most)]
        }
        return kept
    }
}

extension ChartCanvas {
    private static let fontSize = 12.0  // pixels

    private static func rows(_ legend: [LegendEntry]) -> [[(x: Double, entry: LegendEntry)]] {
        var rows: [[(x: Double, entry: LegendEntry)]] = []
        var x = right
        for entry in legend {
            let length = 26 + LabelWidth.of(entry.name) * fontSize + 16
            if x + length > right {
                rows.append([])
                x = left
            }
            rows[rows.count - 1].append((x, entry))
            x += length
        }
        return rows
    }

    private var legendText: String {
        var text = "<g font-size=\"\(SVG.number(Self.fontSize))\" fill=\"\(SVG.Style.ink)\">\n"
        let top = subtitle.isEmpty ? 54.0 : 72
        for (row, entries) in legendRows.enumerated() {
            let y = top + 20 * Double(row)
            for (x, entry) in entries {
                if entry.isBand {
                    text += "<rect x=\"\(SVG.number(x))\" y=\"\(SVG.number(y - 6))\" width=\"20\" height=\"12\" "
                    text += "fill=\"\(entry.pen.colour)\" fill-opacity=\"0.22\"/>"
                } else {
                    let dash = entry.pen.dash.map { " stroke-dasharray=\"\($0)\"" } ?? ""
                    text += "<path d=\"M\(SVG.number(x)) \(SVG.number(y))h20\" stroke=\"\(entry.pen.colour)\" "
                    text += "stroke-width=\"\(SVG.number(entry.pen.width))\"\(dash)/>"
                }
                text += "<text x=\"\(SVG.number(x + 26))\" y=\"\(SVG.number(y + 4))\">"
                text += "\(SVG.escaped(entry.name))</text>\n"
            }
        }
        return text + "</g>\n"
    }
}

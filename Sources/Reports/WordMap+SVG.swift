extension WordMap {
    /// The picture as an SVG document with a background of its own, so that it looks the same in light and dark
    /// viewers.
    ///
    /// A word for which there is no room appears as a fainter point, and shows its word where the pointer rests on it;
    /// a line below says how many these are.
    public var svg: String {
        let (width, height, frame) = (LabelLayout.width, LabelLayout.height, LabelLayout.frame)
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" \
            width="\(number(width))" height="\(number(height))" role="img" \
            font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
            <title>\(Self.escaped(title))</title>
            <rect width="100%" height="100%" fill="\(Style.background)"/>
            <text x="\(number(frame.left))" y="32" font-size="17" font-weight="600" \
            fill="\(Style.ink)">\(Self.escaped(title))</text>

            """
        text += axesAndGrid(frame)
        text += dots
        text += labels
        text += caption(frame, height)
        return text + "</svg>\n"
    }

    private enum Style {
        static let background = "#fcfcfb"
        static let ink = "#1f2328"
        static let muted = "#5c6470"
        static let grid = "#e6e7e8"
        static let frame = "#c4c8cc"
        static let dot = "#2f6db3"
        static let faintDot = "#9db8d6"
    }

    private var title: String { "\(Formats.grouped(points.count)) words by their vectors" }

    private func axesAndGrid(_ frame: LabelLayout.Box) -> String {
        var text = "<g stroke=\"\(Style.grid)\" stroke-width=\"1\">\n"
        for tick in layout.xTicks { text += line(tick.position, frame.top, tick.position, frame.bottom) }
        for tick in layout.yTicks { text += line(frame.left, tick.position, frame.right, tick.position) }
        text += "</g>\n<rect x=\"\(number(frame.left))\" y=\"\(number(frame.top))\" "
        text += "width=\"\(number(frame.right - frame.left))\" height=\"\(number(frame.bottom - frame.top))\" "
        text += "fill=\"none\" stroke=\"\(Style.frame)\"/>\n"
        text += "<g font-size=\"11\" fill=\"\(Style.muted)\">\n"
        for tick in layout.xTicks {
            text += "<text x=\"\(number(tick.position))\" y=\"\(number(frame.bottom + 16))\" "
            text += "text-anchor=\"middle\">\(label(tick.value))</text>\n"
        }
        for tick in layout.yTicks {
            text += "<text x=\"\(number(frame.left - 7))\" y=\"\(number(tick.position + 4))\" "
            text += "text-anchor=\"end\">\(label(tick.value))</text>\n"
        }
        text += "</g>\n<g font-size=\"12\" fill=\"\(Style.muted)\" text-anchor=\"middle\">\n"
        let middle = (x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2)
        text += "<text x=\"\(number(middle.x))\" y=\"\(number(frame.bottom + 36))\">\(Self.escaped(axes.x))</text>\n"
        text += "<text transform=\"translate(16 \(number(middle.y))) rotate(-90)\">\(Self.escaped(axes.y))</text>\n"
        return text + "</g>\n"
    }

    private var dots: String {
        var text = ""
        for isLabelled in [false, true] {
            let colour = isLabelled ? Style.dot : Style.faintDot
            text += "<g fill=\"\(colour)\">\n"
            for (place, point) in points.enumerated() where (layout.labels[place] != nil) == isLabelled {
                let spot = layout.places[place]
                text += "<circle cx=\"\(number(spot.x))\" cy=\"\(number(spot.y))\" r=\"\(LabelLayout.radius)\">"
                text += "<title>\(Self.escaped(point.word))</title></circle>\n"
            }
            text += "</g>\n"
        }
        return text
    }

    private var labels: String {
        // A halo in the colour of the background keeps words readable across the grid.
        var text = "<g font-size=\"\(number(LabelLayout.fontSize))\" fill=\"\(Style.ink)\" "
        text += "stroke=\"\(Style.background)\" stroke-width=\"2\" paint-order=\"stroke\" stroke-linejoin=\"round\">\n"
        for (place, point) in points.enumerated() {
            guard let box = layout.labels[place] else { continue }
            // The rectangle is a little wider than most fonts; the word leans towards its point.
            let spot = layout.places[place]
            let (x, anchor) = if box.left >= spot.x {
                (box.left, "start")
            } else if box.right <= spot.x {
                (box.right, "end")
            } else {
                ((box.left + box.right) / 2, "middle")
            }
            let baseline = box.top + LabelLayout.fontSize * 0.8
            text += "<text x=\"\(number(x))\" y=\"\(number(baseline))\" text-anchor=\"\(anchor)\">"
            text += "\(Self.escaped(point.word))</text>\n"
        }
        return text + "</g>\n"
    }

    private func caption(_ frame: LabelLayout.Box, _ height: Double) -> String {
        guard unlabelled > 0 else { return "" }
        let count = Formats.grouped(unlabelled)
        let sentence = unlabelled == 1
            ? "\(count) word has no room for its label: the faint point."
            : "\(count) words have no room for their labels: the faint points."
        return "<text x=\"\(number(frame.right))\" y=\"\(number(height - 10))\" font-size=\"11\" text-anchor=\"end\" "
            + "fill=\"\(Style.muted)\">\(sentence)</text>\n"
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>\n"
    }

    /// A coordinate: one decimal, none where it is whole.
    private func number(_ value: Double) -> String {
        let text = Formats.fixed(value, decimals: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// The value of a tick, without zeros at its end.
    private func label(_ value: Double) -> String {
        var text = Formats.fixed(value, decimals: 6)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }

    /// A text within XML; characters that XML does not allow become U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

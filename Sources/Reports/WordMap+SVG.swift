extension WordMap {
    /// The picture as an SVG document with a background of its own, so that it looks the same in light and dark
    /// viewers.
    ///
    /// A word for which there is no room appears as a fainter point, and shows its word where the pointer rests on it;
    /// a line below says how many these are.
    public var svg: String {
        let (width, height, frame) = (LabelLayout.width, LabelLayout.height, LabelLayout.frame)
        var text = SVG.opening(width: width, height: height, title: title, left: frame.left)
        text += axesAndGrid(frame)
        text += dots
        text += labels
        text += caption(frame, height)
        return text + "</svg>\n"
    }

    private var title: String { "\(Formats.grouped(points.count)) words by their vectors" }

    private func axesAndGrid(_ frame: LabelLayout.Box) -> String {
        var text = "<g stroke=\"\(SVG.Style.grid)\" stroke-width=\"1\">\n"
        for tick in layout.xTicks { text += SVG.line(tick.position, frame.top, tick.position, frame.bottom) }
        for tick in layout.yTicks { text += SVG.line(frame.left, tick.position, frame.right, tick.position) }
        text += "</g>\n<rect x=\"\(SVG.number(frame.left))\" y=\"\(SVG.number(frame.top))\" "
        text += "width=\"\(SVG.number(frame.right - frame.left))\" height=\"\(SVG.number(frame.bottom - frame.top))\" "
        text += "fill=\"none\" stroke=\"\(SVG.Style.frame)\"/>\n"
        text += "<g font-size=\"11\" fill=\"\(SVG.Style.muted)\">\n"
        for tick in layout.xTicks {
            text += "<text x=\"\(SVG.number(tick.position))\" y=\"\(SVG.number(frame.bottom + 16))\" "
            text += "text-anchor=\"middle\">\(label(tick.value))</text>\n"
        }
        for tick in layout.yTicks {
            text += "<text x=\"\(SVG.number(frame.left - 7))\" y=\"\(SVG.number(tick.position + 4))\" "
            text += "text-anchor=\"end\">\(label(tick.value))</text>\n"
        }
        text += "</g>\n<g font-size=\"12\" fill=\"\(SVG.Style.muted)\" text-anchor=\"middle\">\n"
        let middle = (x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2)
        text += "<text x=\"\(SVG.number(middle.x))\" y=\"\(SVG.number(frame.bottom + 36))\">"
        text += "\(SVG.escaped(axes.x))</text>\n"
        text += "<text transform=\"translate(16 \(SVG.number(middle.y))) rotate(-90)\">"
        text += "\(SVG.escaped(axes.y))</text>\n"
        return text + "</g>\n"
    }

    private var dots: String {
        var text = ""
        for isLabelled in [false, true] {
            let colour = isLabelled ? SVG.Style.dot : SVG.Style.faintDot
            text += "<g fill=\"\(colour)\">\n"
            for (place, point) in points.enumerated() where (layout.labels[place] != nil) == isLabelled {
                let spot = layout.places[place]
                text += "<circle cx=\"\(SVG.number(spot.x))\" cy=\"\(SVG.number(spot.y))\" r=\"\(LabelLayout.radius)\">"
                text += "<title>\(SVG.escaped(point.word))</title></circle>\n"
            }
            text += "</g>\n"
        }
        return text
    }

    private var labels: String {
        // A halo in the colour of the background keeps words readable across the grid.
        var text = "<g font-size=\"\(SVG.number(LabelLayout.fontSize))\" fill=\"\(SVG.Style.ink)\" "
        text += "stroke=\"\(SVG.Style.background)\" stroke-width=\"2\" paint-order=\"stroke\" "
        text += "stroke-linejoin=\"round\">\n"
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
            text += "<text x=\"\(SVG.number(x))\" y=\"\(SVG.number(baseline))\" text-anchor=\"\(anchor)\">"
            text += "\(SVG.escaped(point.word))</text>\n"
        }
        return text + "</g>\n"
    }

    private func caption(_ frame: LabelLayout.Box, _ height: Double) -> String {
        guard unlabelled > 0 else { return "" }
        let count = Formats.grouped(unlabelled)
        let sentence = unlabelled == 1
            ? "\(count) word has no room for its label: the faint point."
            : "\(count) words have no room for their labels: the faint points."
        return "<text x=\"\(SVG.number(frame.right))\" y=\"\(SVG.number(height - 10))\" font-size=\"11\" "
            + "text-anchor=\"end\" fill=\"\(SVG.Style.muted)\">\(sentence)</text>\n"
    }

    /// The value of a tick, without zeros at its end.
    private func label(_ value: Double) -> String {
        var text = Formats.fixed(value, decimals: 6)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }
}

/// What all pictures share: colours, numbers and texts within XML.
enum SVG {
    /// A picture has a background of its own, so that it looks the same in light and dark viewers.
    enum Style {
        static let background = "#fcfcfb"
        static let ink = "#1f2328"
        static let muted = "#5c6470"
        static let grid = "#e6e7e8"
        static let frame = "#c4c8cc"
        static let dot = "#2f6db3"
        static let faintDot = "#9db8d6"
    }

    /// The start of a document: background, and a title whose left end is at `left`.
    static func opening(width: Double, height: Double, title: String, left: Double) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" \
        width="\(number(width))" height="\(number(height))" role="img" \
        font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
        <title>\(escaped(title))</title>
        <rect width="100%" height="100%" fill="\(Style.background)"/>
        <text x="\(number(left))" y="32" font-size="17" font-weight="600" \
        fill="\(Style.ink)">\(escaped(title))</text>

        """
    }

    static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>\n"
    }

    /// A coordinate: one decimal, none where it is whole.
    static func number(_ value: Double) -> String {
        let text = Formats.fixed(value, decimals: 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
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

import Cantus

/// The words that carried a label, as people read them.
enum TagExplanationText {
    enum Style {
        /// The weightiest words with their weights, in falling order.
        case plain
        /// The whole text; the more a word speaks for the label, the brighter it is, and red where it speaks against it.
        case colour
    }

    /// Weights below this share do not appear in plain style, and are not bright in colour.
    private static let least: Float = 0.05

    /// A line for each label, indented under the line of the text.
    static func rendered(_ labels: [(name: String, words: [WordWeight])], style: Style) -> String {
        labels.reduce(into: "") { text, label in
            let words = style == .plain ? plain(label.words) : coloured(label.words)
            text += "  \(label.name.onOneLine)\t\(words.isEmpty ? "-" : words)\n"
        }
    }

    private static func plain(_ words: [WordWeight]) -> String {
        words.enumerated().filter { abs($0.element.weight) >= least }
            .sorted { a, b in
                let (x, y) = (abs(a.element.weight), abs(b.element.weight))
                return x != y ? x > y : a.offset < b.offset
            }
            .map { "\($0.element.word.onOneLine) \(Formats.fixed(Double($0.element.weight), decimals: 2))" }
            .joined(separator: ", ")
    }

    private static func coloured(_ words: [WordWeight]) -> String {
        words.map { "\u{1B}[\(code($0.weight))m\($0.word.onOneLine)\u{1B}[0m" }.joined(separator: " ")
    }

    /// Parameters of the escape sequence "select graphic rendition".
    private static func code(_ weight: Float) -> String {
        switch weight {
        case 0.3...: "1;32"  // bold green
        case 0.15...: "32"  // green
        case least...: "36"  // cyan
        case ...(-least): "31"  // red
        default: "2"  // faint
        }
    }
}

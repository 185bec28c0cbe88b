/// A table of texts, drawn with aligned columns for a terminal or a plain-text file.
///
///     model        micro-F1
///     ─────────────────────
///     most common      0.12
///     TF-IDF           0.62
///     LSTM             0.64
public struct TextTable: Hashable, Sendable {
    /// On which side the texts of a column stand.
    public enum Alignment: Hashable, Sendable {
        case left
        case right
    }

    /// One column: its header and the side on which header and texts stand.
    public struct Column: Hashable, Sendable {
        public var header: String
        public var alignment: Alignment

        public init(_ header: String, _ alignment: Alignment = .left) {
            self.header = header
            self.alignment = alignment
        }
    }

    /// One row of texts.
    public struct Row: Hashable, Sendable {
        public let cells: [String]
        /// Whether the row stands out, for example as the best result.
        public let isHighlighted: Bool
    }

    /// How a table is drawn.
    public enum Style: Hashable, Sendable {
        /// Plain text: a highlighted row begins with `*`.
        case plain
        /// With ANSI escape sequences for terminals: a highlighted row is bold.
        case ansi
    }

    public let columns: [Column]
    public private(set) var rows: [Row] = []

    /// A table without rows.
    ///
    /// - Precondition: there is a column.
    public init(columns: [Column]) {
        precondition(!columns.isEmpty, "a table has at least one column")
        self.columns = columns
    }

    /// Appends a row.
    ///
    /// - Precondition: there are as many cells as columns.
    public mutating func append(_ cells: [String], isHighlighted: Bool = false) {
        precondition(
            cells.count == columns.count, "a row of \(cells.count) cells in a table of \(columns.count) columns")
        rows.append(Row(cells: cells, isHighlighted: isHighlighted))
    }
}

extension TextTable {
    private static let gap = "  "
    private static let bold = "\u{1B}[1m"
    private static let reset = "\u{1B}[0m"

    /// The table as lines that end in a line feed, without spaces at their ends.
    ///
    /// Columns are as wide as their widest text on a terminal, where East Asian wide characters and emoji take two
    /// columns and combining marks none. Control characters, which would break lines or steer the terminal, appear as
    /// spaces.
    public func rendered(_ style: Style = .plain) -> String {
        let header = columns.map { Self.cleaned($0.header) }
        let body = rows.map { $0.cells.map(Self.cleaned) }
        let headerWidths = header.map(DisplayWidth.of)
        let bodyWidths = body.map { $0.map(DisplayWidth.of) }
        let widths = columns.indices.map { column in
            bodyWidths.reduce(headerWidths[column]) { max($0, $1[column]) }
        }
        let marks = style == .plain && rows.contains(where: \.isHighlighted)
        let margin = marks ? "  " : ""
        let ruleWidth = widths.reduce(0, +) + Self.gap.utf8.count * (columns.count - 1)

        var text = margin + line(header, headerWidths, widths) + "\n"
        text += margin + String(repeating: "─", count: ruleWidth) + "\n"
        for (row, (cells, cellWidths)) in zip(rows, zip(body, bodyWidths)) {
            let line = line(cells, cellWidths, widths)
            switch (row.isHighlighted, style) {
            case (true, .plain): text += line.isEmpty ? "*" : "* " + line
            case (true, .ansi): text += Self.bold + line + Self.reset
            case (false, _): text += line.isEmpty ? "" : margin + line
            }
            text += "\n"
        }
        return text
    }

    private func line(_ cells: [String], _ cellWidths: [Int], _ widths: [Int]) -> String {
        var line = ""
        for column in columns.indices {
            if column > 0 { line += Self.gap }
            let padding = String(repeating: " ", count: widths[column] - cellWidths[column])
            line += columns[column].alignment == .left ? cells[column] + padding : padding + cells[column]
        }
        while line.utf8.last == UInt8(ascii: " ") { line.unicodeScalars.removeLast() }
        return line
    }

    private static func cleaned(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(isControl(scalar) ? " " : scalar) }
        return String(result)
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

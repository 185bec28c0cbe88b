import Files

/// The labelled texts of a file: a table with a text and a labels column, or lines in fastText's format.
public struct LabeledTexts: Sendable {
    /// One text with its labels.
    public struct Row: Hashable, Sendable {
        public let text: String
        /// Each label once, in the file's order; none is allowed.
        public let labels: [String]
        /// The line on which the row starts.
        public let line: Int

        public init(text: String, labels: [String], line: Int) {
            self.text = text
            self.labels = labels
            self.line = line
        }
    }

    /// The rows in the file's order.
    public let rows: [Row]
    /// Whether they come from a table; lines in fastText's format have no columns that could be named.
    public let hasColumns: Bool
    /// How many malformed rows were left out.
    public let skippedCount: Int
    /// What was wrong with the first of these, at most `shownErrors`.
    public let skipped: [FileError]

    /// How many errors `skipped` holds at most.
    public static let shownErrors = 10

    /// Reads a file, or standard input for `-`.
    ///
    /// The file is in fastText's format where its first line that is not empty starts with `__label__`; else it is a
    /// table (see `DelimitedTable`) whose labels are as `LabelList` has them. Names of columns are a matter of tables
    /// alone: what was trained on a table can be scored on lines.
    ///
    /// - Parameters:
    ///   - textColumn: The column of the texts. nil means `title`, or else the only one of `text`, `question`,
    ///     `sentence`, `body`, `content` that there is.
    ///   - labelsColumn: The column of the labels. nil means `tags`, or else the only one of `labels`, `label`, `tag`,
    ///     `categories`, `category`, `class` that there is. Case does not count where nil is given.
    ///   - skippingMalformed: Whether malformed rows are left out and counted instead of ending the reading.
    /// - Throws: `FileError` for a file that cannot be read or is empty, for columns that are not there, and for the
    ///   first malformed row.
    public static func read(
        path: String, textColumn: String? = nil, labelsColumn: String? = nil, skippingMalformed: Bool = false
    ) throws -> LabeledTexts {
        try read(
            path: path, bytes: InputFile.bytes(at: path), textColumn: textColumn, labelsColumn: labelsColumn,
            skippingMalformed: skippingMalformed)
    }

    /// Reads bytes that are at hand; `path` serves messages and the choice of the delimiter.
    public static func read(
        path: String, bytes: [UInt8], textColumn: String? = nil, labelsColumn: String? = nil,
        skippingMalformed: Bool = false
    ) throws -> LabeledTexts {
        var collector = Collector(skippingMalformed: skippingMalformed)
        let hasColumns = !FastTextLines.describes(bytes)
        if !hasColumns {
            for row in FastTextLines(path: path, bytes: bytes) {
                try collector.add(row.map { Row(text: $0.text, labels: $0.labels, line: $0.line) })
            }
        } else {
            let table = try DelimitedTable(path: path, bytes: bytes)
            try collector.add(
                table, text: try column(textColumn, .text, in: table),
                labels: try column(labelsColumn, .labels, in: table))
        }
        return LabeledTexts(
            rows: collector.rows, hasColumns: hasColumns, skippedCount: collector.skippedCount,
            skipped: collector.skipped)
    }

    private init(rows: [Row], hasColumns: Bool, skippedCount: Int, skipped: [FileError]) {
        self.rows = rows
        self.hasColumns = hasColumns
        self.skippedCount = skippedCount
        self.skipped = skipped
    }
}

extension LabeledTexts {
    /// What a column is for, and the names that such a column usually has.
    private enum Purpose: String {
        case text, labels

        var usualName: String { self == .text ? "title" : "tags" }

        var otherNames: [String] {
            switch self {
            case .text: ["text", "question", "sentence", "body", "content"]
            case .labels: ["labels", "label", "tag", "categories", "category", "class"]
            }
        }
    }

    private static func column(_ name: String?, _ purpose: Purpose, in table: DelimitedTable) throws -> Int {
        if let name { return try table.column(named: name) }
        let names = table.header.map { $0.lowercased() }
        var found = names.indices.filter { names[$0] == purpose.usualName }
        if found.isEmpty { found = names.indices.filter { purpose.otherNames.contains(names[$0]) } }
        if found.count == 1 { return found[0] }
        let problem = found.isEmpty
            ? "no \(purpose.rawValue) column is named \"\(purpose.usualName)\""
            : "\(found.count) columns may hold the \(purpose.rawValue)"
        throw FileError.malformed(
            table.path, .line(table.headerLine), "\(problem); name one, \(table.columnList)")
    }

    /// Gathers rows and errors.
    private struct Collector {
        let skippingMalformed: Bool
        var rows: [Row] = []
        var skippedCount = 0
        var skipped: [FileError] = []

        init(skippingMalformed: Bool) {
            self.skippingMalformed = skippingMalformed
        }

        mutating func add(_ row: Result<Row, FileError>) throws {
            switch row {
            case .success(let row): rows.append(row)
            case .failure(let error): try skip(error)
            }
        }

        private mutating func skip(_ error: FileError) throws {
            guard skippingMalformed else { throw error }
            skippedCount += 1
            if skipped.count < LabeledTexts.shownErrors { skipped.append(error) }
        }

        /// Reads twice: the divider of labels is a matter of the whole file.
        mutating func add(_ table: DelimitedTable, text: Int, labels: Int) throws {
            let divider = LabelList.Divider.found(
                in: table.lazy.compactMap { try? $0.get().fields[labels] })
            for row in table {
                try add(row.flatMap { row in
                    do throws(LabelList.Malformed) {
                        let labels = try LabelList.parse(row.fields[labels], dividedBy: divider)
                        return .success(Row(text: row.fields[text], labels: labels, line: row.line))
                    } catch {
                        return .failure(.malformed(table.path, .line(row.line), error.description))
                    }
                })
            }
        }
    }
}

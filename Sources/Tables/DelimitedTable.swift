import Files

/// A table of text fields with a header line, as RFC 4180 has it: separated by tabs, commas or semicolons.
///
/// - A field in double quotes may hold delimiters, line ends and doubled quotes, which stand for one. A quote inside a
///   field that does not start with one is plain text.
/// - Lines end with LF or CRLF; the last may lack its end. A byte order mark is skipped. The text is UTF-8.
/// - An empty line is skipped where the table has two or more columns; in a table of one column it is a row with an
///   empty field.
/// - Every row knows the line on which it starts, and reading can go on after a malformed row. This type is our own
///   because SwiftCSV, which we looked at, gives no line numbers and stops at the first malformed row.
///
/// The table holds the file's bytes once and makes the fields of a row when the row is asked for.
public struct DelimitedTable: Sendable {
    /// What stands between fields.
    public enum Delimiter: UInt8, CaseIterable, Sendable {
        case tab = 0x09
        case comma = 0x2C
        case semicolon = 0x3B
    }

    /// One row.
    public struct Row: Hashable, Sendable {
        /// As many fields as the header has.
        public let fields: [String]
        /// The line on which the row starts; the header is on line 1 unless empty lines precede it.
        public let line: Int
    }

    /// The name of the file in messages.
    public let path: String
    /// The names of the columns, without white space around them.
    public let header: [String]
    public let delimiter: Delimiter
    /// The line of the header.
    public let headerLine: Int

    let bytes: [UInt8]
    /// Where the first row starts, and on which line.
    let body: (offset: Int, line: Int)

    /// Opens the table at a path, or on standard input for `-`.
    ///
    /// - Parameter delimiter: nil finds it out. A name that ends in `.tsv` or `.tab` means tabs; `.csv` means commas,
    ///   or semicolons where the header has some and no comma; otherwise the one that the header has most of.
    /// - Throws: `FileError` where the file cannot be read, is empty, or its header is malformed.
    public init(path: String, delimiter: Delimiter? = nil) throws {
        try self.init(path: path, bytes: InputFile.bytes(at: path), delimiter: delimiter)
    }

    /// Opens a table whose bytes are at hand; `path` serves messages and the choice of the delimiter.
    ///
    /// - Throws: `FileError` where the bytes are empty or the header is malformed.
    public init(path: String, bytes: [UInt8], delimiter: Delimiter? = nil) throws {
        let name = InputFile.displayName(path)
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var line = 1
        // Empty lines above the header say nothing.
        while start < bytes.count {
            if bytes[start] == 0x0A {
                start += 1
            } else if bytes[start] == 0x0D, start + 1 < bytes.count, bytes[start + 1] == 0x0A {
                start += 2
            } else {
                break
            }
            line += 1
        }
        guard start < bytes.count else {
            throw FileError.malformed(
                name, .file,
                bytes.isEmpty
                    ? "the file is empty, a header line was expected"
                    : "nothing but empty lines was found, a header line was expected")
        }
        let chosen = delimiter ?? Self.delimiter(path: path, bytes: bytes, start: start)
        var scanner = RowScanner(path: name, delimiter: chosen, offset: start, line: line)
        let fields = try bytes.withUnsafeBufferPointer { try scanner.next(in: $0, columns: nil) }
        self.path = name
        self.bytes = bytes
        self.delimiter = chosen
        header = (fields?.fields ?? []).map(trimmed)
        headerLine = line
        body = (scanner.offset, scanner.line)
    }

    /// The index of the column of this name.
    ///
    /// - Throws: `FileError`, which lists the columns that exist and the nearest name, where there is none of this
    ///   name or more than one.
    public func column(named name: String) throws -> Int {
        let found = header.indices.filter { header[$0] == name }
        if found.count == 1 { return found[0] }
        guard found.isEmpty else {
            throw FileError.malformed(
                path, .line(headerLine), "\(found.count) columns are named \"\(name)\", one was expected")
        }
        let nearest = NearestName.of(name, among: header).map { "; the nearest is \"\($0)\"" } ?? ""
        throw FileError.malformed(
            path, .line(headerLine), "no column is named \"\(name)\"\(nearest); \(columnList)")
    }

    /// The columns that exist, as messages list them.
    var columnList: String {
        let shown = header.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
        return (header.count == 1 ? "the only column is " : "the columns are ") + shown
            + (header.count > 20 ? " and \(header.count - 20) more" : "")
    }

    private static func delimiter(path: String, bytes: [UInt8], start: Int) -> Delimiter {
        let name = path.lowercased()
        if name.hasSuffix(".tsv") || name.hasSuffix(".tab") { return .tab }
        var counts: [Delimiter: Int] = [:]
        var isQuoted = false
        for byte in bytes[start...] {
            if byte == 0x22 { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == 0x0A { break }
            if let delimiter = Delimiter(rawValue: byte) { counts[delimiter, default: 0] += 1 }
        }
        if name.hasSuffix(".csv") {
            return counts[.comma] == nil && counts[.semicolon] != nil ? .semicolon : .comma
        }
        // A header of one column: tabs, so that commas in the text below stay text.
        return Delimiter.allCases.max { (counts[$0] ?? 0, -$0.rank) < (counts[$1] ?? 0, -$1.rank) } ?? .tab
    }
}

extension DelimitedTable.Delimiter {
    /// Earlier ones win ties.
    fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension DelimitedTable: Sequence {
    /// The rows below the header, in order. A malformed row comes as its error, and the rows after it follow.
    ///
    /// After a row with too few or too many fields, reading goes on behind it. After a wrong quote or bytes that are
    /// no UTF-8 it goes on at the line behind the one on which the row starts: a stray quote costs one line, and a
    /// quote that is never closed does not swallow the file.
    public struct Iterator: IteratorProtocol {
        private let bytes: [UInt8]
        private let columns: Int
        private var scanner: RowScanner

        fileprivate init(_ table: DelimitedTable) {
            bytes = table.bytes
            columns = table.header.count
            scanner = RowScanner(
                path: table.path, delimiter: table.delimiter, offset: table.body.offset, line: table.body.line)
        }

        public mutating func next() -> Result<Row, FileError>? {
            bytes.withUnsafeBufferPointer { bytes in
                do throws(FileError) {
                    return try scanner.next(in: bytes, columns: columns).map { .success($0) }
                } catch {
                    return .failure(error)
                }
            }
        }
    }

    public func makeIterator() -> Iterator { Iterator(self) }
}

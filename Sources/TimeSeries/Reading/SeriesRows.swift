import Files
import Tables

/// The rows of a file as numbers, in the order of the file.
struct SeriesRows {
    /// Milliseconds, or the counter.
    var stamps: [Int] = []
    var lines: [Int] = []
    /// `[rows]`, the number of the series; empty where there is one.
    var series: [Int32] = []
    /// The names of the series in the order in which they come.
    var ids: [String] = []
    /// `[columns][rows]`; NaN where a value is missing.
    var values: [[Double]]

    init(_ table: DelimitedTable, _ columns: SeriesColumns) throws {
        values = [[Double]](repeating: [], count: columns.values.count)
        var numbers: [String: Int32] = [:]
        let decimalComma = table.delimiter == .semicolon
        for row in table {
            let row = try row.get()
            if let time = columns.time {
                stamps.append(try Self.stamp(row, time, columns, table))
            } else {
                stamps.append(stamps.count)
            }
            lines.append(row.line)
            if let id = columns.id {
                let name = trimmed(row.fields[id])
                if let number = numbers[name] {
                    series.append(number)
                } else {
                    guard !name.isEmpty else {
                        throw FileError.malformed(
                            table.path, .line(row.line),
                            "nothing was found in column \"\(table.header[id])\", the id of a series was expected")
                    }
                    numbers[name] = Int32(ids.count)
                    series.append(Int32(ids.count))
                    ids.append(name)
                }
            }
            for (place, column) in columns.values.enumerated() {
                switch NumberField(row.fields[column], decimalComma: decimalComma) {
                case .value(let value): values[place].append(value)
                case .missing: values[place].append(.nan)
                case .malformed(let problem):
                    throw FileError.malformed(
                        table.path, .line(row.line),
                        "\(quoted(row.fields[column])) was found in column \"\(table.header[column])\", "
                            + problem.clause)
                }
            }
        }
        // A counter without stamps starts anew with every series.
        if columns.time == nil, columns.id != nil { countWithinSeries() }
        guard !lines.isEmpty else {
            throw FileError.malformed(table.path, .file, "no row was found below the header, values were expected")
        }
    }

    private static func stamp(
        _ row: DelimitedTable.Row, _ column: Int, _ columns: SeriesColumns, _ table: DelimitedTable
    ) throws -> Int {
        let (field, format, order) = (row.fields[column], columns.format, columns.order)
        if let stamp = format.stamp(field, order: order) ?? format.stamp(trimmed(field), order: order) {
            return stamp.milliseconds
        }
        let example = order.map { "like \($0.example), \($0 == .dayFirst ? "day" : "month") first" } ?? format.example
        throw FileError.malformed(
            table.path, .line(row.line),
            "\(quoted(field)) was found in column \"\(table.header[column])\", a stamp \(example) was expected")
    }

    private mutating func countWithinSeries() {
        var counts = [Int](repeating: 0, count: ids.count)
        for row in stamps.indices {
            stamps[row] = counts[Int(series[row])]
            counts[Int(series[row])] += 1
        }
    }

    /// The series of a row; 0 where there is one.
    func series(of row: Int) -> Int { series.isEmpty ? 0 : Int(series[row]) }

    var seriesCount: Int { max(1, ids.count) }

    /// The rows by series, then by stamp, then as in the file.
    func sortedRows() -> [Int] {
        let rows = Array(lines.indices)
        let isSorted = rows.dropFirst().allSatisfy { row in
            (series(of: row - 1), stamps[row - 1]) <= (series(of: row), stamps[row])
        }
        if isSorted { return rows }
        return rows.sorted { (series(of: $0), stamps[$0], $0) < (series(of: $1), stamps[$1], $1) }
    }
}

extension TimeFormat {
    /// A stamp of this format, for messages.
    var example: String {
        switch self {
        case .index: "like 17 (a whole number)"
        case .unixSeconds: "like 1397088240 (Unix seconds)"
        case .unixMilliseconds: "like 1397088240000 (Unix milliseconds)"
        default: "like \(text(Timestamp(year: 2014, month: 4, day: 10, minute: 4)))"
        }
    }
}

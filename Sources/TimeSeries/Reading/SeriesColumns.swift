import Files
import Tables

/// Which column of a table is what.
struct SeriesColumns {
    /// nil where there are no stamps, and rows are counted.
    let time: Int?
    let format: TimeFormat
    /// Of dates that end with their year; nil where there are none.
    let order: DateOrder?
    let id: Int?
    let values: [Int]
    /// Whether the columns of values were named by the user.
    let areValuesNamed: Bool

    /// Rows that are looked at to find out what columns are.
    private static let sampleSize = 200

    init(_ table: DelimitedTable, _ options: SeriesOptions) throws {
        let sample = try Self.sample(of: table)
        let decimalComma = table.delimiter == .semicolon
        let contents = table.header.indices.map { column in
            Content(sample.lazy.map { $0.fields[column] }, decimalComma: decimalComma)
        }
        let named = try options.valueColumns?.map { try table.column(named: $0) }
        let idNamed = try options.idColumn.map { try table.column(named: $0) }
        let taken = Set(named ?? []).union(idNamed.map { [$0] } ?? [])
        let id = idNamed ?? Self.idColumn(table.header, contents, besides: taken)
        let time: Int?
        if let name = options.timeColumn {
            time = try table.column(named: name)
        } else {
            let notTime = taken.union(id.map { [$0] } ?? [])
            time = Self.timeColumn(table.header, contents, besides: notTime, isLong: id != nil)
        }
        self.time = time
        self.id = id == time ? nil : id
        format = try time.map { try Self.format(of: $0, contents[$0], in: table, sample) } ?? .index
        order = try time.flatMap { try Self.order(of: $0, contents[$0].yearLast, in: table, options.dateOrder) }
        areValuesNamed = named != nil
        if let named {
            if let clash = named.first(where: { $0 == time || $0 == id }) {
                throw FileError.malformed(
                    table.path, .line(table.headerLine),
                    "column \"\(table.header[clash])\" is to hold values and stamps or ids at once")
            }
            values = named
        } else {
            values = table.header.indices.filter { column in
                column != time && column != id && contents[column].isNumeric && !table.header[column].isEmpty
            }
            guard !values.isEmpty else {
                let shown = table.header.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
                throw FileError.malformed(
                    table.path, .line(table.headerLine),
                    sample.isEmpty
                        ? "no row was found below the header, values were expected"
                        : "no column of numbers was found beside the time; the columns are \(shown)")
            }
        }
    }

    private static func sample(of table: DelimitedTable) throws -> [DelimitedTable.Row] {
        if table.header.allSatisfy({ TimeFormat.stamp(in: $0) != nil || Double($0) != nil }) {
            throw FileError.malformed(
                table.path, .line(table.headerLine),
                "the first line holds stamps and numbers, a header with the names of the columns was expected")
        }
        var rows: [DelimitedTable.Row] = []
        for row in table.prefix(sampleSize) { rows.append(try row.get()) }
        return rows
    }
}

extension SeriesColumns {
    /// What the first fields of a column look like.
    struct Content {
        /// Fields that are not empty and do not stand for nothing.
        var present = 0
        var numbers = 0
        var stamps = 0
        /// The whole numbers, where all present fields are whole numbers.
        var integers: [Int] = []
        var format: TimeFormat?
        /// Dates that end with their year.
        var yearLast = DateOrderEvidence()
        /// Texts with a digit in them, as stamps of an unknown format have it.
        var digitTexts = 0

        init(_ fields: some Sequence<String>, decimalComma: Bool) {
            for field in fields {
                let number = NumberField(field, decimalComma: decimalComma)
                if number == .missing { continue }
                present += 1
                if case .value = number { numbers += 1 }
                if number == .malformed(.infinite) || number == .malformed(.tooLarge) { numbers += 1 }
                if let integer = TimeFormat.wholeNumber(field) { integers.append(integer) }
                if let found = TimeFormat.stamp(in: field)?.format ?? yearLast.add(field) {
                    stamps += 1
                    // Midnight is often written as a date alone, and whole seconds without their fraction.
                    if found.fineness > (format?.fineness ?? -1) { format = found }
                } else if number == .malformed(.noNumber), field.contains(where: \.isNumber) {
                    digitTexts += 1
                }
            }
        }

        /// Most fields are numbers, or nothing is there at all: then the whole file is to tell.
        var isNumeric: Bool { numbers * 2 > present || present == 0 }
        var isText: Bool { present > 0 && numbers == 0 }
        var isDated: Bool { present > 0 && stamps * 2 > present }
        var isOfUnknownStamps: Bool { digitTexts * 2 > present }
        var areIntegers: Bool { present > 0 && integers.count == present }

        /// Whole numbers that rise, as stamps and counters do, but for single rows that are out of order. The hour of
        /// the day rises too, but comes again.
        var isRising: Bool {
            guard areIntegers, integers.count > 1 else { return false }
            let rising = zip(integers, integers.dropFirst()).count { $0 < $1 }
            return rising * 10 >= (integers.count - 1) * 9 && Set(integers).count * 10 >= integers.count * 9
        }

        /// Whole numbers with one distance.
        var isCounter: Bool {
            guard areIntegers, integers.count > 1 else { return false }
            let step = integers[1] - integers[0]
            return step > 0 && zip(integers, integers.dropFirst()).allSatisfy { $1 - $0 == step }
        }
    }

    private static let timeNames: Set<String> = [
        "date", "time", "timestamp", "datetime", "ds", "day", "month", "year", "hour", "week", "period", "t",
    ]
    private static let timeWords = [
        "time", "date", "stamp", "epoch", "unix", "index", "hour", "day", "week", "month", "year", "minute", "step",
        "period",
    ]
    private static let idNames: Set<String> = [
        "unique_id", "series_id", "item_id", "id", "series", "item", "page", "name", "key", "sensor", "site", "store",
        "host", "group",
    ]

    /// Under these names a column is one of stamps, whether they can be read or not.
    private static let plainTimeNames: Set<String> = ["date", "time", "timestamp", "datetime", "ds"]

    /// Dates decide; then whole numbers that rise under a name that speaks of time; then a first column that counts. In
    /// a long table numbers start anew with every series, and the name alone has to do. Where nothing else is found, a
    /// column of stamps that cannot be read is taken, so that this is said rather than rows counted.
    private static func timeColumn(
        _ header: [String], _ contents: [Content], besides taken: Set<Int>, isLong: Bool
    ) -> Int? {
        let free = header.indices.filter { !taken.contains($0) }
        let names = header.map { $0.lowercased() }
        let dated = free.filter { contents[$0].isDated }
        if let found = dated.first(where: { timeNames.contains(names[$0]) }) ?? dated.first { return found }
        let rising = free.filter { isLong ? contents[$0].areIntegers : contents[$0].isRising }
        if let found = rising.first(where: { timeNames.contains(names[$0]) }) { return found }
        let spoken = rising.first { column in timeWords.contains { names[column].contains($0) } }
        if let spoken { return spoken }
        if header.count > 1, free.first == 0, contents[0].isCounter { return 0 }
        return free.first { plainTimeNames.contains(names[$0]) && contents[$0].isOfUnknownStamps }
    }

    private static func format(
        of column: Int, _ content: Content, in table: DelimitedTable, _ sample: [DelimitedTable.Row]
    ) throws -> TimeFormat {
        if content.isDated, let format = content.format { return format }
        let numbers = sample.compactMap { Double($0.fields[column]) }
        guard let largest = numbers.map(\.magnitude).max(), numbers.count * 2 > content.present else {
            let found = sample.first.map { ", \(quoted($0.fields[column])) was found" } ?? ""
            throw FileError.malformed(
                table.path, .line(sample.first?.line ?? table.headerLine),
                "column \"\(table.header[column])\" holds no stamps\(found); 2014-04-10, 2014-04-10 00:04[:00], "
                    + "31/01/2020 or 01/31/2020 with or without a time, ISO 8601, Unix seconds or milliseconds, or "
                    + "whole numbers that count steps were expected")
        }
        if largest >= 1e11 { return .unixMilliseconds }
        if largest >= 1e8 { return .unixSeconds }
        if content.areIntegers, content.integers.allSatisfy({ TimeFormat.compactDate($0) != nil }) {
            return .compactDate
        }
        return .index
    }

    /// The order of dates that end with their year: as given, or as the first rows show it, or else all rows.
    private static func order(
        of column: Int, _ sample: DateOrderEvidence, in table: DelimitedTable, _ given: DateOrder?
    ) throws -> DateOrder? {
        guard sample.count > 0 else { return nil }
        if let given { return given }
        var (evidence, line) = (sample, table.headerLine)
        if evidence.order == nil, !evidence.isContradictory {
            for row in table {
                let row = try row.get()
                _ = evidence.add(row.fields[column])
                if line == table.headerLine { line = row.line }
            }
        }
        if let order = evidence.order { return order }
        let name = "column \"\(table.header[column])\""
        throw FileError.malformed(
            table.path, .line(line),
            evidence.isContradictory
                ? "\(name) holds dates that can only be read day first and others that can only be read month first; "
                    + "one order was expected, or dates like 2020-01-31"
                : "\(name) holds dates of which none tells whether the day or the month comes first: none has a day "
                    + "above 12; --date-order dayFirst or monthFirst says which (series.dateOrder in a recipe)")
    }

    /// A column of texts under one of the usual names, or of numbers under the plainest of them.
    private static func idColumn(_ header: [String], _ contents: [Content], besides taken: Set<Int>) -> Int? {
        header.indices.first { column in
            let name = header[column].lowercased()
            guard !taken.contains(column), idNames.contains(name), !contents[column].isDated else { return false }
            return contents[column].isText || ["unique_id", "series_id", "item_id"].contains(name)
        }
    }
}

extension TimeFormat {
    /// Which of two formats in one column shows more of a stamp.
    fileprivate var fineness: Int {
        switch self {
        case .month: 0
        case .date: 1
        case .minutes: 2
        case .seconds: 3
        case .iso8601: 4
        case .milliseconds: 5
        case .index, .compactDate, .unixSeconds, .unixMilliseconds: -1
        }
    }
}

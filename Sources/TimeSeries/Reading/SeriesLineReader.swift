import Files
import Tables

/// Reads values line by line as they come, for forecasts that follow a stream: `17.5`, `2014-04-10 00:04:00,94`, or the
/// lines of a file with its header.
///
/// - A line with as many fields as there are channels holds values; one with a field more starts with a stamp. Where a
///   header stands above that names all channels, their columns are taken, whatever else there is.
/// - Fields are separated by commas, tabs or semicolons, the same on every line.
public struct SeriesLineReader: Sendable {
    /// The values of one step.
    public struct Observation: Sendable {
        /// The line; the first is 1.
        public let line: Int
        /// nil where lines have no stamp, or count steps.
        public let stamp: Timestamp?
        /// The stamp as it stands there.
        public let label: String?
        /// `[channels]`; NaN where a value is missing.
        public let values: [Double]
    }

    private let names: [String]
    private let timeColumn: String?
    private let dateOrder: DateOrder?
    private let path: String
    private var line = 0
    private var delimiter: Character?
    /// Where channels stand, and the stamp; nil before the first line.
    private var layout: (values: [Int], time: Int?, width: Int)?

    /// - Parameters:
    ///   - names: The channels that the model knows, in its order.
    ///   - timeColumn: The name of the column of stamps; nil where none was given: below a header, the only column
    ///     that is no channel's then holds them.
    ///   - dateOrder: Of dates that end with their year; where nil these are no stamps.
    ///   - path: The name of the stream in messages.
    public init(
        names: [String], timeColumn: String?, dateOrder: DateOrder? = nil, path: String = InputFile.standardInputName
    ) {
        precondition(!names.isEmpty, "lines without channels")
        (self.names, self.timeColumn, self.dateOrder, self.path) = (names, timeColumn, dateOrder, path)
    }

    /// What the next line holds; nil for a header and for an empty line.
    ///
    /// - Throws: `FileError` with the line where something else than numbers stands there, or too few or too many
    ///   fields.
    public mutating func observation(in text: String) throws -> Observation? {
        line += 1
        let text = line == 1 && text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        if trimmed(text).isEmpty { return nil }
        let fields = split(text)
        if layout == nil {
            if let found = headerLayout(fields) {
                layout = found
                return nil
            }
            guard fields.count == names.count || fields.count == names.count + 1 else {
                throw wrongCount(fields.count, "\(names.count) or, with a stamp before, \(names.count + 1)")
            }
            let hasStamp = fields.count > names.count
            layout = (Array(fields.indices.dropFirst(hasStamp ? 1 : 0)), hasStamp ? 0 : nil, fields.count)
        }
        guard let layout, fields.count == layout.width else { throw wrongCount(fields.count, "\(layout!.width)") }
        let values = try layout.values.map { try value(fields[$0]) }
        guard let time = layout.time else { return Observation(line: line, stamp: nil, label: nil, values: values) }
        return Observation(line: line, stamp: stamp(fields[time]), label: fields[time], values: values)
    }

    private mutating func split(_ text: String) -> [String] {
        if delimiter == nil { delimiter = [";", "\t", ","].first { text.contains($0) } }
        guard let delimiter else { return [unquoted(text)] }
        return text.split(separator: delimiter, omittingEmptySubsequences: false).map { unquoted(String($0)) }
    }

    private func unquoted(_ field: String) -> String {
        let field = trimmed(field)
        guard field.count >= 2, field.hasPrefix("\""), field.hasSuffix("\"") else { return field }
        return trimmed(field.dropFirst().dropLast())
    }

    /// The columns of a header, which holds neither numbers nor stamps; nil for a line of data.
    private func headerLayout(_ fields: [String]) -> (values: [Int], time: Int?, width: Int)? {
        let kinds = fields.map { NumberField($0, decimalComma: delimiter == ";") }
        let isData = zip(fields, kinds).contains { field, kind in
            kind == .malformed(.noNumber) ? stamp(field) != nil : kind != .missing
        }
        if isData || kinds.allSatisfy({ $0 == .missing }) { return nil }
        let places = names.compactMap { fields.firstIndex(of: $0) }
        if places.count == names.count {
            let others = fields.indices.filter { !places.contains($0) }
            let time = timeColumn.flatMap { fields.firstIndex(of: $0) } ?? (others.count == 1 ? others[0] : nil)
            return (places, time, fields.count)
        }
        // Other names: the order decides, as it does without a header.
        guard fields.count == names.count || fields.count == names.count + 1 else { return nil }
        let hasStamp = fields.count > names.count
        return (Array(fields.indices.dropFirst(hasStamp ? 1 : 0)), hasStamp ? 0 : nil, fields.count)
    }

    private func stamp(_ field: String) -> Timestamp? {
        if let stamp = TimeFormat.stamp(in: field, order: dateOrder)?.stamp { return stamp }
        guard let number = TimeFormat.wholeNumber(field) else { return nil }
        if number.magnitude >= 100_000_000_000 { return TimeFormat.unixMilliseconds.stamp(field) }
        return number.magnitude >= 100_000_000 ? TimeFormat.unixSeconds.stamp(field) : nil
    }

    private func value(_ field: String) throws -> Double {
        switch NumberField(field, decimalComma: delimiter == ";") {
        case .value(let value): return value
        case .missing: return .nan
        case .malformed(let problem):
            throw FileError.malformed(path, .line(line), "\(quoted(field)) was found, \(problem.clause)")
        }
    }

    private func wrongCount(_ count: Int, _ expected: String) -> FileError {
        .malformed(path, .line(line), "\(count) field\(count == 1 ? "" : "s") found, \(expected) expected")
    }
}

import Files
import Tables

/// Days that are unlike others of their weekday: dates, each with or without a name.
public struct Holidays: Codable, Hashable, Sendable {
    /// A holiday.
    public struct Day: Codable, Hashable, Sendable {
        /// Days from 1 January 1970.
        public let dayNumber: Int
        public let name: String

        public init(_ date: CivilDate, name: String = "") {
            (dayNumber, self.name) = (date.dayNumber, name)
        }
    }

    /// By date.
    public let days: [Day]
    private let numbers: Set<Int>

    public init(_ days: [Day]) {
        self.days = days.sorted { ($0.dayNumber, $0.name) < ($1.dayNumber, $1.name) }
        numbers = Set(days.map(\.dayNumber))
    }

    public func contains(dayNumber: Int) -> Bool { numbers.contains(dayNumber) }

    /// Reads a file with one date a line, `2024-12-25`, and a name behind a comma, a tab or a space if one likes. Empty
    /// lines, lines that start with `#`, and a header `date` or `date,name` are skipped.
    ///
    /// - Throws: `FileError` with the line of what is no date.
    public static func read(path: String) throws -> Holidays {
        try read(path: path, bytes: InputFile.bytes(at: path))
    }

    /// Reads bytes that are at hand; `path` serves messages.
    public static func read(path: String, bytes: [UInt8]) throws -> Holidays {
        let name = InputFile.displayName(path)
        var days: [Day] = []
        for (index, bytes) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw FileError.malformed(
                    name, .line(index + 1), "bytes that are not UTF-8 were found, text was expected")
            }
            let line = trimmed(text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let end = line.firstIndex { $0 == "," || $0 == "\t" || $0 == " " || $0 == ";" } ?? line.endIndex
            let date = trimmed(line[..<end].filter { $0 != "\"" })
            if days.isEmpty, ["date", "ds", "day"].contains(date.lowercased()) { continue }
            guard let stamp = TimeFormat.stamp(in: date)?.stamp else {
                throw FileError.malformed(
                    name, .line(index + 1), "\(quoted(date)) was found, a date like 2024-12-25 was expected")
            }
            days.append(Day(stamp.date, name: trimmed(line[end...].drop { ",\t; ".contains($0) })))
        }
        guard !days.isEmpty else { throw FileError.malformed(name, .file, "no date was found") }
        return Holidays(days)
    }

    private enum CodingKeys: CodingKey { case days }

    public init(from decoder: any Decoder) throws {
        self.init(try decoder.container(keyedBy: CodingKeys.self).decode([Day].self, forKey: .days))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(days, forKey: .days)
    }
}

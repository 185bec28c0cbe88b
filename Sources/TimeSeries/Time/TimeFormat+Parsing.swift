extension TimeFormat {
    /// Reads a stamp that is written as a date: `2014-04-10`, `2014/04/10`, `2014-04-10 00:04[:00[.25]]`, the same with
    /// T for the space, and with `Z`, `+02:00`, `+0200` or `+02` behind. nil for anything else, and for dates and times
    /// that do not exist.
    ///
    /// - Parameter order: Where it is given, dates may end with their year as well: `31/01/2020`, `31.1.2020 00:04`.
    /// - Returns: The instant, stamps without a zone being UTC, and the format that writes such a stamp.
    package static func stamp(
        in text: some StringProtocol, order: DateOrder? = nil
    ) -> (stamp: Timestamp, format: TimeFormat)? {
        var copy = String(text)
        return copy.withUTF8 { bytes in
            var reader = StampReader(bytes)
            if let found = reader.read() { return found }
            guard let order else { return nil }
            reader = StampReader(bytes)
            return reader.readYearLast(order)
        }
    }

    /// Reads a stamp of a known format. Dates may come without their time and the other way round.
    ///
    /// - Parameter order: As of `stamp(in:order:)`.
    /// - Returns: For `index` the number itself, as milliseconds.
    package func stamp(_ text: String, order: DateOrder? = nil) -> Timestamp? {
        switch self {
        case .index:
            return Self.wholeNumber(text).map { Timestamp(milliseconds: $0) }
        case .unixSeconds:
            guard let seconds = Double(text), seconds.magnitude < 1e11 else { return nil }
            return Timestamp(milliseconds: Int((seconds * 1000).rounded()))
        case .unixMilliseconds:
            guard let milliseconds = Double(text), milliseconds.magnitude < 1e14 else { return nil }
            return Timestamp(milliseconds: Int(milliseconds.rounded()))
        case .compactDate:
            guard let number = Int(text) else { return nil }
            return Self.compactDate(number)
        default:
            return Self.stamp(in: text, order: order)?.stamp
        }
    }

    /// A whole number, also where a spreadsheet wrote it as `12.0`.
    static func wholeNumber(_ text: String) -> Int? {
        if let number = Int(text) { return number.magnitude < 1 << 52 ? number : nil }
        guard let number = Double(text), number.magnitude < 0x1p52, number == number.rounded() else { return nil }
        return Int(number)
    }

    /// `20140410` as a date of the years 1800 to 2199.
    static func compactDate(_ number: Int) -> Timestamp? {
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        guard (1800...2199).contains(year), CivilDate.exists(year: year, month: month, day: day) else { return nil }
        return Timestamp(year: year, month: month, day: day)
    }
}

/// Reads one stamp from left to right.
private struct StampReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        while place < bytes.count, bytes[place] == 0x20 { place += 1 }
    }

    mutating func read() -> (stamp: Timestamp, format: TimeFormat)? {
        guard let year = number(digits: 4), let separator = take(of: "-/."), let month = number(digits: 1...2) else {
            return nil
        }
        guard take(of: [separator]) != nil else {
            guard isAtEnd, separator != UInt8(ascii: "."), (1...12).contains(month) else { return nil }
            return (Timestamp(year: year, month: month, day: 1), .month)
        }
        guard let day = number(digits: 1...2) else { return nil }
        return time(of: year, month, day)
    }

    /// A date whose year stands last.
    mutating func readYearLast(_ order: DateOrder) -> (stamp: Timestamp, format: TimeFormat)? {
        guard let first = number(digits: 1...2), let separator = take(of: "-/."), let second = number(digits: 1...2),
            take(of: [separator]) != nil, let year = number(digits: 4)
        else { return nil }
        return order == .dayFirst ? time(of: year, second, first) : time(of: year, first, second)
    }

    /// What follows on a date: nothing, or the time of day and perhaps a zone.
    private mutating func time(
        of year: Int, _ month: Int, _ day: Int
    ) -> (stamp: Timestamp, format: TimeFormat)? {
        guard CivilDate.exists(year: year, month: month, day: day) else { return nil }
        if isAtEnd { return (Timestamp(year: year, month: month, day: day), .date) }
        guard let between = take(of: " Tt") else { return nil }
        guard let hour = number(digits: 1...2), take(of: ":") != nil, let minute = number(digits: 2) else { return nil }
        var (second, millisecond, format) = (0, 0, TimeFormat.minutes)
        if take(of: ":") != nil {
            guard let seconds = number(digits: 2) else { return nil }
            (second, format) = (seconds, .seconds)
            if take(of: ".,") != nil {
                guard let part = fraction() else { return nil }
                (millisecond, format) = (part, part == 0 ? .seconds : .milliseconds)
            }
        }
        guard hour < 24, minute < 60, second < 60 else { return nil }
        guard let zone = zoneMinutes() else { return nil }
        if between != UInt8(ascii: " ") || zone.isGiven, format != .milliseconds { format = .iso8601 }
        let local = Timestamp(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: millisecond)
        return (Timestamp(milliseconds: local.milliseconds - zone.minutes * 60_000), format)
    }

    private var isAtEnd: Bool { bytes[place...].allSatisfy { $0 == 0x20 } }

    private mutating func take(of choices: StaticString) -> UInt8? {
        choices.withUTF8Buffer { take(of: $0) }
    }

    private mutating func take(of choices: some Sequence<UInt8>) -> UInt8? {
        guard place < bytes.count, choices.contains(bytes[place]) else { return nil }
        place += 1
        return bytes[place - 1]
    }

    private mutating func number(digits: Int) -> Int? { number(digits: digits...digits) }

    private mutating func number(digits: ClosedRange<Int>) -> Int? {
        var (value, count) = (0, 0)
        while place < bytes.count, count < digits.upperBound, let digit = digit(bytes[place]) {
            value = value * 10 + digit
            count += 1
            place += 1
        }
        return digits.contains(count) ? value : nil
    }

    private func digit(_ byte: UInt8) -> Int? { (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil }

    /// The digits behind the point as milliseconds; what is finer is cut off.
    private mutating func fraction() -> Int? {
        var (value, weight, count) = (0, 100, 0)
        while place < bytes.count, let digit = digit(bytes[place]) {
            value += digit * weight
            weight /= 10
            count += 1
            place += 1
        }
        return count > 0 ? value : nil
    }

    /// The zone at the end: 0 where there is none; nil where something else stands there.
    private mutating func zoneMinutes() -> (minutes: Int, isGiven: Bool)? {
        if isAtEnd { return (0, false) }
        _ = take(of: " ")
        if take(of: "Zz") != nil { return isAtEnd ? (0, true) : nil }
        guard let sign = take(of: "+-"), let hours = number(digits: 2) else { return nil }
        var minutes = 0
        if !isAtEnd {
            _ = take(of: ":")
            guard let part = number(digits: 2) else { return nil }
            minutes = part
        }
        guard isAtEnd, hours < 24, minutes < 60 else { return nil }
        let offset = hours * 60 + minutes
        return (sign == UInt8(ascii: "-") ? -offset : offset, true)
    }
}

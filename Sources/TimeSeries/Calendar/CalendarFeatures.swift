import Glibc

/// What the calendar says about a step of time, as numbers. It is known for any step, past or future, and so can stand
/// beside inputs and targets alike.
public struct CalendarFeatures: Codable, Hashable, Sendable {
    /// One thing that the calendar tells.
    public enum Part: Hashable, Sendable {
        /// Hour of the day with its minutes, a period of 24 hours.
        case hour
        /// Day of the week, Monday first.
        case weekday
        /// Day of the month.
        case monthDay
        /// Month of the year.
        case month
        /// Day of the year, a period of 365.2425 days.
        case yearDay
        /// 1 on a holiday, 0 elsewhere.
        case holiday
        /// The place in a season of so many steps, counted from step 0: for counters, which have no calendar.
        case season(period: Int)
    }

    /// How a part becomes numbers.
    public enum Encoding: String, Codable, CaseIterable, Sendable {
        /// A point on the circle: sin and cos of 2 pi x / period. The last hour is next to the first.
        case cyclic
        /// One number for each value, of which one is 1. A season of more than 512 steps, and the day of the year, are
        /// cyclic all the same.
        case oneHot
    }

    public let parts: [Part]
    public let encoding: Encoding
    public let holidays: Holidays

    public init(_ parts: [Part], encoding: Encoding = .cyclic, holidays: Holidays = Holidays([])) {
        for case .season(let period) in parts { precondition(period > 1, "a season of \(period) steps") }
        (self.parts, self.encoding, self.holidays) = (parts, encoding, holidays)
    }

    /// The parts that vary from step to step on an axis and may repeat within the data: the hour where steps are
    /// shorter than a day, the weekday where shorter than a week, the day of the year where the data span at least two
    /// years.
    ///
    /// - Parameters:
    ///   - count: Steps of data to learn from.
    ///   - seasons: Periods in steps, used where the axis is a counter.
    public static func suggested(
        for axis: TimeAxis, count: Int, seasons: [Int] = [], holidays: Holidays = Holidays([])
    ) -> CalendarFeatures {
        guard let step = axis.step else {
            return CalendarFeatures(seasons.filter { $0 > 1 }.map { .season(period: $0) }, holidays: holidays)
        }
        let length = step.meanMilliseconds
        let span = length * Double(count)
        let (day, year) = (TimeStep.day.meanMilliseconds, TimeStep.year.meanMilliseconds)
        var parts: [Part] = []
        if length < day, span >= 2 * day { parts.append(.hour) }
        if length < 7 * day, span >= 14 * day { parts.append(.weekday) }
        if span >= 2 * year { parts.append(length < 28 * day ? .yearDay : .month) }
        if !holidays.days.isEmpty, length <= day { parts.append(.holiday) }
        return CalendarFeatures(parts, holidays: holidays)
    }

    /// Numbers a step.
    public var count: Int { parts.reduce(0) { $0 + width(of: $1) } }

    /// The name of each number: `hour sin`, `hour cos`, `weekday 0`.
    public var names: [String] {
        parts.flatMap { part in
            if part == .holiday { return ["holiday"] }
            if isCyclic(part) { return ["\(part) sin", "\(part) cos"] }
            return (0..<width(of: part)).map { "\(part) \($0)" }
        }
    }

    /// Whether the axis can tell all parts: a counter knows seasons only.
    public func fits(_ axis: TimeAxis) -> Bool {
        axis.step != nil
            || parts.allSatisfy { part in
                if case .season = part { true } else { false }
            }
    }

    /// The numbers of steps in time, `[steps, count]`, row-major.
    ///
    /// - Precondition: the features fit the axis.
    public func values(_ steps: Range<Int>, on axis: TimeAxis) -> [Float] {
        precondition(fits(axis), "a counter has no calendar; parts \(parts)")
        let width = count
        var values = [Float](repeating: 0, count: steps.count * width)
        values.withUnsafeMutableBufferPointer { values in
            for (row, step) in steps.enumerated() {
                fill(UnsafeMutableBufferPointer(rebasing: values[row * width..<(row + 1) * width]), step, axis)
            }
        }
        return values
    }

    private func fill(_ values: UnsafeMutableBufferPointer<Float>, _ step: Int, _ axis: TimeAxis) {
        let stamp = axis.timestamp(at: step) ?? Timestamp(milliseconds: 0)
        let date = stamp.date
        var place = 0
        for part in parts {
            let width = width(of: part)
            defer { place += width }
            if part == .holiday {
                values[place] = holidays.contains(dayNumber: stamp.dayNumber) ? 1 : 0
                continue
            }
            let (value, period) = Self.value(of: part, stamp, date, step)
            if isCyclic(part) {
                let angle = 2 * Double.pi * value / period
                values[place] = Float(sin(angle))
                values[place + 1] = Float(cos(angle))
            } else {
                values[place + Int(value)] = 1
            }
        }
    }

    /// A value from 0, and the period after which it starts anew.
    private static func value(
        of part: Part, _ stamp: Timestamp, _ date: CivilDate, _ step: Int
    ) -> (value: Double, period: Double) {
        switch part {
        case .hour: (Double(stamp.millisecondOfDay) / 3_600_000, 24)
        case .weekday: (Double(date.weekday), 7)
        case .monthDay: (Double(date.day - 1), 31)
        case .month: (Double(date.month - 1), 12)
        case .yearDay: (Double(date.dayOfYear), 365.2425)
        case .holiday: (0, 1)
        case .season(let period): (Double(step - step.flooredQuotient(period) * period), Double(period))
        }
    }

    private static let longestOneHotSeason = 512

    private func isCyclic(_ part: Part) -> Bool {
        if encoding == .cyclic || part == .yearDay { return true }
        if case .season(let period) = part { return period > Self.longestOneHotSeason }
        return false
    }

    private func width(of part: Part) -> Int {
        if part == .holiday { return 1 }
        if isCyclic(part) { return 2 }
        return switch part {
        case .hour: 24
        case .weekday: 7
        case .monthDay: 31
        case .month: 12
        case .season(let period): period
        case .yearDay, .holiday: 1
        }
    }
}

extension CalendarFeatures.Part: Codable, CustomStringConvertible {
    /// `hour`, `weekday`, `monthDay`, `month`, `yearDay`, `holiday`, `season:24`
    public var description: String {
        switch self {
        case .hour: "hour"
        case .weekday: "weekday"
        case .monthDay: "monthDay"
        case .month: "month"
        case .yearDay: "yearDay"
        case .holiday: "holiday"
        case .season(let period): "season:\(period)"
        }
    }

    /// Reads what `description` writes; nil for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("season:"), let period = Int(text.dropFirst(7)), period > 1 {
            self = .season(period: period)
            return
        }
        let simple: [CalendarFeatures.Part] = [.hour, .weekday, .monthDay, .month, .yearDay, .holiday]
        guard let part = simple.first(where: { $0.description == text }) else { return nil }
        self = part
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let part = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "\"\(text)\" is no part of the calendar; hour, weekday, monthDay, month, yearDay, "
                    + "holiday and season:24 are")
        }
        self = part
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

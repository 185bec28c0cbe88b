/// An instant, in milliseconds from the start of 1970 in UTC. Leap seconds do not exist, as in POSIX.
///
/// Stamps without a zone are taken as UTC: a series whose clock jumps for summer time then shows an hour that is
/// missing and one that comes twice, and says so when it is read.
public struct Timestamp: Hashable, Comparable, Sendable {
    public let milliseconds: Int

    public init(milliseconds: Int) { self.milliseconds = milliseconds }

    public init(seconds: Int) { milliseconds = seconds * 1000 }

    /// A date of the proleptic Gregorian calendar, and a time of day.
    ///
    /// - Precondition: the date exists, and the time is within a day.
    public init(
        year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0
    ) {
        precondition(CivilDate.exists(year: year, month: month, day: day), "the date \(year)-\(month)-\(day)")
        let days = CivilDate(year: year, month: month, day: day).dayNumber
        milliseconds = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + millisecond
    }

    public static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

    package static let millisecondsPerDay = 86_400_000

    /// Days from 1 January 1970.
    public var dayNumber: Int { milliseconds.flooredQuotient(Self.millisecondsPerDay) }

    /// Milliseconds from midnight.
    public var millisecondOfDay: Int { milliseconds - dayNumber * Self.millisecondsPerDay }

    public var date: CivilDate { CivilDate(dayNumber: dayNumber) }

    /// 0...23
    public var hour: Int { millisecondOfDay / 3_600_000 }

    /// 0...59
    public var minute: Int { millisecondOfDay / 60_000 % 60 }

    /// 0...59
    public var second: Int { millisecondOfDay / 1000 % 60 }
}

extension Timestamp: Codable {
    /// As a single number, milliseconds from 1970.
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}

/// A date of the proleptic Gregorian calendar: its rules hold for all years, 1 BC is year 0.
public struct CivilDate: Hashable, Comparable, Sendable {
    public let year: Int
    /// 1...12
    public let month: Int
    /// 1...31
    public let day: Int

    /// - Precondition: the date exists.
    public init(year: Int, month: Int, day: Int) {
        precondition(Self.exists(year: year, month: month, day: day), "the date \(year)-\(month)-\(day)")
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The date that is so many days after 1 January 1970.
    ///
    /// Years are counted from March, so that the leap day is the last of its year; 400 years are 146,097 days.
    public init(dayNumber: Int) {
        let shifted = dayNumber + 719_468  // days from 1 March of year 0
        let era = shifted.flooredQuotient(146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days from 1 January 1970.
    public var dayNumber: Int {
        let yearFromMarch = month <= 2 ? year - 1 : year
        let era = yearFromMarch.flooredQuotient(400)
        let yearOfEra = yearFromMarch - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// 0 for Monday, 6 for Sunday.
    public var weekday: Int { (dayNumber + 3) - (dayNumber + 3).flooredQuotient(7) * 7 }

    /// 0 for 1 January, 364 or 365 for 31 December.
    public var dayOfYear: Int { dayNumber - CivilDate(year: year, month: 1, day: 1).dayNumber }

    public static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    /// - Precondition: `month` is in 1...12.
    public static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    public static func exists(year: Int, month: Int, day: Int) -> Bool {
        (1...12).contains(month) && day >= 1 && day <= days(inMonth: month, of: year)
    }

    public static func < (a: CivilDate, b: CivilDate) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }
}

extension Int {
    /// The quotient, rounded towards minus infinity.
    func flooredQuotient(_ divisor: Int) -> Int {
        let quotient = self / divisor
        return self % divisor != 0 && (self < 0) != (divisor < 0) ? quotient - 1 : quotient
    }
}

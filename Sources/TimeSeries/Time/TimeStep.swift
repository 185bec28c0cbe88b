/// The time from one value of a series to the next: a fixed length, or a number of calendar months.
public enum TimeStep: Hashable, Sendable {
    /// A fixed length: an hour is 3,600,000, a week 604,800,000.
    case milliseconds(Int)
    /// Calendar months, which differ in length: 3 is a quarter, 12 a year.
    case months(Int)

    public static let minute = TimeStep.milliseconds(60_000)
    public static let hour = TimeStep.milliseconds(3_600_000)
    public static let day = TimeStep.milliseconds(86_400_000)
    public static let week = TimeStep.milliseconds(604_800_000)
    public static let month = TimeStep.months(1)
    public static let year = TimeStep.months(12)

    /// The length in milliseconds; that of a month is a twelfth of the mean Gregorian year.
    public var meanMilliseconds: Double {
        switch self {
        case .milliseconds(let count): Double(count)
        case .months(let count): Double(count) * 365.2425 / 12 * 86_400_000
        }
    }
}

extension TimeStep: CustomStringConvertible {
    private static let units: [(name: String, step: TimeStep)] = [
        ("year", .year), ("month", .month), ("week", .week), ("day", .day), ("hour", .hour), ("minute", .minute),
        ("second", .milliseconds(1000)), ("millisecond", .milliseconds(1)),
    ]

    /// In the largest unit of which it is a multiple: `1 hour`, `5 minutes`, `3 months`.
    public var description: String {
        for (name, unit) in Self.units {
            let count: Int
            switch (self, unit) {
            case (.milliseconds(let length), .milliseconds(let unit)) where length % unit == 0: count = length / unit
            case (.months(let length), .months(let unit)) where length % unit == 0: count = length / unit
            default: continue
            }
            return "\(count) \(name)\(count == 1 ? "" : "s")"
        }
        return "0 milliseconds"
    }

    /// Reads what `description` writes, and shorter forms: `1h`, `5 min`, `day`, `3 months`. nil for anything else, and
    /// for a step that is not longer than nothing.
    public init?(_ text: String) {
        let text = text.lowercased()
        let digits = text.prefix { ("0"..."9").contains($0) }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let count = digits.isEmpty ? 1 : Int(digits), count > 0 else { return nil }
        let found: TimeStep
        switch unit {
        case "ms", "millisecond", "milliseconds": found = .milliseconds(1)
        case "s", "sec", "second", "seconds": found = .milliseconds(1000)
        case "min", "minute", "minutes": found = .minute
        case "h", "hour", "hours": found = .hour
        case "d", "day", "days": found = .day
        case "w", "week", "weeks": found = .week
        case "month", "months": found = .month
        case "quarter", "quarters": found = .months(3)
        case "y", "year", "years": found = .year
        default: return nil
        }
        let (length, overflows) =
            switch found {
            case .milliseconds(let unit): unit.multipliedReportingOverflow(by: count)
            case .months(let unit): unit.multipliedReportingOverflow(by: count)
            }
        // A thousand centuries are enough, and no sum of two stamps then overflows.
        guard !overflows, length < 3_155_760_000_000_000 else { return nil }
        self = if case .months = found { .months(length) } else { .milliseconds(length) }
    }
}

extension TimeStep: Codable {
    /// As its description: `1 hour`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let step = TimeStep(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\"\(text)\" is no step of time; one like 1 hour is expected")
        }
        self = step
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// How a file writes its stamps.
public enum TimeFormat: String, Codable, CaseIterable, Sendable {
    /// Whole numbers that count steps: `0`, `1`, `2`.
    case index
    /// `2014-04`
    case month
    /// `2014-04-10`
    case date
    /// `20140410`
    case compactDate
    /// `2014-04-10 00:04`
    case minutes
    /// `2014-04-10 00:04:00`
    case seconds
    /// `2014-04-10T00:04:00Z`; other zones are taken into account and written as UTC.
    case iso8601
    /// `2014-04-10 00:04:00.250`
    case milliseconds
    /// Seconds from 1970: `1397088240`.
    case unixSeconds
    /// Milliseconds from 1970: `1397088240000`.
    case unixMilliseconds

    /// A stamp as text.
    public func text(_ stamp: Timestamp) -> String {
        let date = stamp.date
        func padded(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number.magnitude)
            return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        let month = "\(padded(date.year, 4))-\(padded(date.month))"
        let day = "\(month)-\(padded(date.day))"
        let minutes = "\(padded(stamp.hour)):\(padded(stamp.minute))"
        switch self {
        case .index: return String(stamp.milliseconds)
        case .month: return month
        case .date: return day
        case .compactDate: return padded(date.year, 4) + padded(date.month) + padded(date.day)
        case .minutes: return "\(day) \(minutes)"
        case .seconds: return "\(day) \(minutes):\(padded(stamp.second))"
        case .iso8601: return "\(day)T\(minutes):\(padded(stamp.second))Z"
        case .milliseconds:
            return "\(day) \(minutes):\(padded(stamp.second)).\(padded(stamp.millisecondOfDay % 1000, 3))"
        case .unixSeconds: return String(stamp.milliseconds.flooredQuotient(1000))
        case .unixMilliseconds: return String(stamp.milliseconds)
        }
    }
}

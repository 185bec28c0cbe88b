/// Which number comes first in dates that end with their year: `31/01/2020` or `01/31/2020`.
public enum DateOrder: String, Codable, CaseIterable, Sendable {
    case dayFirst, monthFirst

    /// As tables of the kind are commonly written, for messages.
    public var example: String { self == .dayFirst ? "31/01/2020" : "01/31/2020" }
}

/// What the dates of a column that end with their year say about their order.
struct DateOrderEvidence {
    /// Fields that are such dates.
    private(set) var count = 0
    /// Those of which one number alone can be the month.
    private var dayFirst = 0
    private var monthFirst = 0

    /// Looks at a field; other fields say nothing.
    ///
    /// - Returns: The format that writes such a stamp; nil where it is none.
    mutating func add(_ field: String) -> TimeFormat? {
        let readings = DateOrder.allCases.map { TimeFormat.stamp(in: field, order: $0)?.format }
        guard let format = readings[0] ?? readings[1] else { return nil }
        count += 1
        if readings[1] == nil { dayFirst += 1 }
        if readings[0] == nil { monthFirst += 1 }
        return format
    }

    /// The order of all dates; nil where they contradict each other, or none tells.
    var order: DateOrder? {
        switch (dayFirst > 0, monthFirst > 0) {
        case (true, false): .dayFirst
        case (false, true): .monthFirst
        default: nil
        }
    }

    /// Whether some dates can only be read one way and some only the other.
    var isContradictory: Bool { dayFirst > 0 && monthFirst > 0 }
}

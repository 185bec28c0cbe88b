/// Where the steps of a series lie in time: step 0 is its first value. The axis has no end: steps beyond the data are
/// the future, negative ones the past.
public struct TimeAxis: Codable, Hashable, Sendable {
    /// How a step becomes a place in time.
    public enum Spacing: Codable, Hashable, Sendable {
        /// A plain counter: step i is `first + i stride`.
        case index(first: Int, stride: Int)
        /// Stamps at a fixed distance.
        case fixed(start: Timestamp, milliseconds: Int)
        /// Stamps so many calendar months apart. `day` is the day of the month, or the last one where a month has not
        /// so many: 31 means the end of every month.
        case months(start: Timestamp, count: Int, day: Int)
    }

    public let spacing: Spacing
    /// How the file writes its stamps, and how forecasts are to write theirs.
    public let format: TimeFormat

    public init(_ spacing: Spacing, format: TimeFormat) {
        (self.spacing, self.format) = (spacing, format)
    }

    /// A plain counter from 0.
    public static let counter = TimeAxis(.index(first: 0, stride: 1), format: .index)

    /// Stamps from `start`, one a step; in calendar months they keep to the day of the month of `start`.
    public init(start: Timestamp, step: TimeStep, format: TimeFormat) {
        switch step {
        case .milliseconds(let length): spacing = .fixed(start: start, milliseconds: length)
        case .months(let count): spacing = .months(start: start, count: count, day: start.date.day)
        }
        self.format = format
    }

    /// The step; nil for a counter, which knows nothing of time.
    public var step: TimeStep? {
        switch spacing {
        case .index: nil
        case .fixed(_, let milliseconds): .milliseconds(milliseconds)
        case .months(_, let count, _): .months(count)
        }
    }

    /// The stamp of a step; nil for a counter.
    public func timestamp(at step: Int) -> Timestamp? {
        switch spacing {
        case .index: return nil
        case .fixed(let start, let milliseconds):
            return Timestamp(milliseconds: start.milliseconds + step * milliseconds)
        case .months(let start, let count, let day):
            let months = start.date.year * 12 + start.date.month - 1 + step * count
            let year = months.flooredQuotient(12)
            let month = months - year * 12 + 1
            let date = CivilDate(year: year, month: month, day: min(day, CivilDate.days(inMonth: month, of: year)))
            return Timestamp(
                milliseconds: date.dayNumber * Timestamp.millisecondsPerDay + start.millisecondOfDay)
        }
    }

    /// The step whose stamp is nearest; nil for a counter.
    public func nearestStep(to stamp: Timestamp) -> Int? {
        switch spacing {
        case .index: return nil
        case .fixed(let start, let milliseconds):
            return (stamp.milliseconds - start.milliseconds + milliseconds / 2).flooredQuotient(milliseconds)
        case .months(let start, let count, _):
            let (a, b) = (start.date, stamp.date)
            let about = ((b.year - a.year) * 12 + b.month - a.month).flooredQuotient(count)
            return (about - 1...about + 1).min { first, second in
                distance(stamp, first) < distance(stamp, second)
            }
        }
    }

    /// The step that has exactly this stamp, or this number on a counter; nil where there is none.
    public func step(of stamp: Timestamp) -> Int? {
        nearestStep(to: stamp).flatMap { timestamp(at: $0) == stamp ? $0 : nil }
    }

    private func distance(_ stamp: Timestamp, _ step: Int) -> Int {
        abs((timestamp(at: step)?.milliseconds ?? 0) - stamp.milliseconds)
    }

    /// A step as the file writes it: a stamp, or the counter's number.
    public func label(at step: Int) -> String {
        if case .index(let first, let stride) = spacing { return String(first + step * stride) }
        return format.text(timestamp(at: step)!)
    }

    /// The axis whose step 0 is step `step` of this one.
    public func advanced(by step: Int) -> TimeAxis {
        switch spacing {
        case .index(let first, let stride):
            TimeAxis(.index(first: first + step * stride, stride: stride), format: format)
        case .fixed(_, let milliseconds):
            TimeAxis(.fixed(start: timestamp(at: step)!, milliseconds: milliseconds), format: format)
        case .months(_, let count, let day):
            TimeAxis(.months(start: timestamp(at: step)!, count: count, day: day), format: format)
        }
    }
}

import TimeSeries

/// Where the ticks of an axis of time stand, and what is written below them.
package struct TimeTicks {
    /// One tick.
    package struct Tick: Hashable {
        /// In steps of the axis, not always whole.
        package let step: Double
        /// `06:00`, `14 Apr`, `Apr`, `2014`, or a counter's number.
        package let label: String
        /// What the label leaves out, at the first tick and where it changes: `Mon 14 Apr 2014`, `2014`.
        package let context: String?
    }

    package private(set) var ticks: [Tick] = []

    /// At most about `count` ticks for the steps `range`.
    package init(_ range: ClosedRange<Double>, on axis: TimeAxis, atMost count: Int) {
        switch axis.spacing {
        case .index(let first, let stride):
            let low = Double(first) + range.lowerBound * Double(stride)
            let high = Double(first) + range.upperBound * Double(stride)
            let distance = max(1, RoundTicks.distance(in: max(high - low, 1), atMost: count).rounded(.up))
            ticks = RoundTicks.multiples(of: distance, from: low, to: high).map { number in
                Tick(
                    step: (number - Double(first)) / Double(stride), label: Formats.grouped(Int(number)), context: nil)
            }
        case .fixed(let start, let milliseconds):
            makeTicks(range, stepLength: Double(milliseconds), start: start, count) { stamp in
                Double(stamp.milliseconds - start.milliseconds) / Double(milliseconds)
            }
        case .months(let start, let months, _):
            // A stamp stands for its month, on whatever day it is.
            makeTicks(range, stepLength: axis.step!.meanMilliseconds, start: start, count) { stamp in
                let (from, to) = (start.date, stamp.date)
                return Double((to.year - from.year) * 12 + to.month - from.month) / Double(months)
            }
        }
    }

    private mutating func makeTicks(
        _ range: ClosedRange<Double>, stepLength: Double, start: Timestamp, _ count: Int, step: (Timestamp) -> Double
    ) {
        let span = max(range.upperBound - range.lowerBound, 1) * stepLength
        let fitting = Unit.all.first { $0.length >= stepLength * 0.9 && span / $0.length <= Double(count) }
        let unit = fitting ?? .longest(span, count)
        let first = Double(start.milliseconds) + range.lowerBound * stepLength
        // A unit before the start, so that none is missed where months differ in length.
        var stamp = unit.start(of: Timestamp(milliseconds: Int(first - unit.length)))
        var context: String?
        while ticks.count < 40 {
            let place = step(stamp)
            if place > range.upperBound { break }
            if place >= range.lowerBound {
                let found = unit.context(stamp)
                ticks.append(
                    Tick(step: place, label: unit.label(stamp, span: span), context: found == context ? nil : found))
                context = found
            }
            stamp = unit.next(stamp)
        }
        dropCrowdedContext(range)
    }

    /// The first context gives way where the next one would run into it.
    private mutating func dropCrowdedContext(_ range: ClosedRange<Double>) {
        guard ticks.count > 1, ticks[0].context != nil, ticks[1].context != nil, let long = ticks[0].context,
            long.count > 4
        else { return }
        ticks[0] = Tick(step: ticks[0].step, label: ticks[0].label, context: nil)
    }
}

/// A distance between ticks that people know.
private struct Unit {
    enum Kind { case second, minute, hour, day, month, year }

    let kind: Kind
    let count: Int

    static let all: [Unit] = [
        Unit(.second, 1), Unit(.second, 5), Unit(.second, 15), Unit(.second, 30), Unit(.minute, 1), Unit(.minute, 2),
        Unit(.minute, 5), Unit(.minute, 10), Unit(.minute, 15), Unit(.minute, 30), Unit(.hour, 1), Unit(.hour, 2),
        Unit(.hour, 3), Unit(.hour, 6), Unit(.hour, 12), Unit(.day, 1), Unit(.day, 2), Unit(.day, 7), Unit(.day, 14),
        Unit(.month, 1), Unit(.month, 2), Unit(.month, 3), Unit(.month, 6), Unit(.year, 1), Unit(.year, 2),
        Unit(.year, 5), Unit(.year, 10), Unit(.year, 20), Unit(.year, 50), Unit(.year, 100),
    ]

    init(_ kind: Kind, _ count: Int) { (self.kind, self.count) = (kind, count) }

    /// For spans of many centuries.
    static func longest(_ span: Double, _ count: Int) -> Unit {
        let years = span / (365.2425 * 86_400_000)
        return Unit(.year, Int(RoundTicks.distance(in: max(years, 1), atMost: count).rounded(.up)))
    }

    /// In milliseconds.
    var length: Double {
        let one: Double =
            switch kind {
            case .second: 1000
            case .minute: 60_000
            case .hour: 3_600_000
            case .day: 86_400_000
            case .month: 365.2425 / 12 * 86_400_000
            case .year: 365.2425 * 86_400_000
            }
        return one * Double(count)
    }

    /// The latest tick at or before a stamp.
    func start(of stamp: Timestamp) -> Timestamp {
        let date = stamp.date
        switch kind {
        case .second, .minute, .hour:
            let length = Int(length)
            return Timestamp(milliseconds: stamp.milliseconds - stamp.millisecondOfDay % length)
        case .day:
            // Weeks start on Mondays; day 4 of 1970 was one.
            let offset = count % 7 == 0 ? 4 : 0
            let number = stamp.dayNumber - offset
            let rest = ((number % count) + count) % count
            return Timestamp(milliseconds: (number - rest + offset) * 86_400_000)
        case .month:
            return Timestamp(year: date.year, month: (date.month - 1) / count * count + 1, day: 1)
        case .year:
            return Timestamp(year: date.year - ((date.year % count) + count) % count, month: 1, day: 1)
        }
    }

    func next(_ stamp: Timestamp) -> Timestamp {
        let date = stamp.date
        switch kind {
        case .second, .minute, .hour, .day: return Timestamp(milliseconds: stamp.milliseconds + Int(length))
        case .month:
            let month = date.month - 1 + count
            return Timestamp(year: date.year + month / 12, month: month % 12 + 1, day: 1)
        case .year: return Timestamp(year: date.year + count, month: 1, day: 1)
        }
    }

    func label(_ stamp: Timestamp, span: Double) -> String {
        let text = TimeFormat.seconds.text(stamp)
        let date = stamp.date
        switch kind {
        case .second: return String(text.suffix(8))
        case .minute, .hour: return String(text.suffix(8).prefix(5))
        case .day:
            let day = "\(date.day) \(Self.months[date.month - 1])"
            return span <= 15 * 86_400_000 ? "\(Self.weekdays[date.weekday]) \(day)" : day
        case .month: return Self.months[date.month - 1]
        case .year: return String(date.year)
        }
    }

    func context(_ stamp: Timestamp) -> String? {
        let date = stamp.date
        switch kind {
        case .second, .minute, .hour:
            return "\(Self.weekdays[date.weekday]) \(date.day) \(Self.months[date.month - 1]) \(date.year)"
        case .day, .month: return String(date.year)
        case .year: return nil
        }
    }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

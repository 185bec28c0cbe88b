import Foundation
import TestSupport
import Testing
import TimeSeries

@Suite("Dates and instants")
struct CivilDateTests {
    @Test("Day numbers and dates are each other's inverse, and days follow each other as the calendar says")
    func roundTrip() {
        var expected = CivilDate(year: -401, month: 12, day: 31)
        var wrong = 0
        for number in expected.dayNumber...CivilDate(year: 2805, month: 1, day: 1).dayNumber {
            let date = CivilDate(dayNumber: number)
            if date != expected || date.dayNumber != number { wrong += 1 }
            // The next day, by the rules alone.
            let isLast = date.day == CivilDate.days(inMonth: date.month, of: date.year)
            let (year, month) = (date.year, date.month)
            expected = isLast
                ? CivilDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
                : CivilDate(year: year, month: month, day: date.day + 1)
        }
        #expect(wrong == 0)
    }

    @Test("Random instants agree with Foundation's calendar")
    func foundation() {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 0)!
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<2000 {
            // From 1600 to 2600: Foundation's calendar is Julian before 1582.
            let seconds = generator.index(below: 31_556_952_000) - 11_670_000_000
            let stamp = Timestamp(seconds: seconds)
            let units: Set<Calendar.Component> = [.year, .month, .day, .hour, .minute, .second, .weekday, .dayOfYear]
            let parts = calendar.dateComponents(units, from: Date(timeIntervalSince1970: Double(seconds)))
            #expect(parts.year == stamp.date.year && parts.month == stamp.date.month && parts.day == stamp.date.day)
            #expect(parts.hour == stamp.hour && parts.minute == stamp.minute && parts.second == stamp.second)
            #expect((parts.weekday! + 5) % 7 == stamp.date.weekday)
            #expect(parts.dayOfYear == stamp.date.dayOfYear + 1)
        }
    }

    @Test func leapYears() {
        #expect([2000, 2024, 0, -4].allSatisfy(CivilDate.isLeap))
        #expect(![1900, 2023, 2100, -100].contains(where: CivilDate.isLeap))
        #expect(!CivilDate.exists(year: 2023, month: 2, day: 29) && CivilDate.exists(year: 2024, month: 2, day: 29))
        #expect(!CivilDate.exists(year: 2023, month: 13, day: 1) && !CivilDate.exists(year: 2023, month: 4, day: 31))
    }
}

@Suite("Formats of stamps")
struct TimeFormatTests {
    private let stamp = Timestamp(year: 2014, month: 4, day: 10, hour: 13, minute: 5, second: 9, millisecond: 250)

    @Test(arguments: [
        ("2014-04-10", "2014-04-10 00:00:00.000"), ("2014/4/9", "2014-04-09 00:00:00.000"),
        ("2014.04.10", "2014-04-10 00:00:00.000"), ("2014-04", "2014-04-01 00:00:00.000"),
        ("2014-04-10 13:05", "2014-04-10 13:05:00.000"), ("2014-04-10 3:05:09", "2014-04-10 03:05:09.000"),
        ("2014-04-10 13:05:09.25", "2014-04-10 13:05:09.250"), ("2014-04-10T13:05:09Z", "2014-04-10 13:05:09.000"),
        ("2014-04-10T13:05:09.123456Z", "2014-04-10 13:05:09.123"),
        ("2014-04-10T13:05+02:00", "2014-04-10 11:05:00.000"),
        ("2014-04-10 00:30:00-0530", "2014-04-10 06:00:00.000"), ("2014-04-10T01:00:00+02", "2014-04-09 23:00:00.000"),
        ("  2014-04-10  ", "2014-04-10 00:00:00.000"), ("2014-04-10 13:05:09 UTC", nil), ("2014-13-10", nil),
        ("2014-02-29", nil), ("2014-04-10 24:00", nil), ("2014-04-10 12:60", nil), ("2014-04-10 12:00:61", nil),
        ("14-04-10", nil), ("10/04/2014", nil), ("2014-04-10T", nil), ("2014-04-10x", nil), ("2014-", nil), ("", nil),
        ("2014-04-10 13", nil), ("2014-04/10", nil), ("2014-04-10 13:05+25:00", nil), ("yesterday", nil),
    ])
    func reading(text: String, expected: String?) {
        #expect(TimeFormat.stamp(in: text).map { TimeFormat.milliseconds.text($0.stamp) } == expected)
    }

    @Test("Every format reads back what it writes")
    func roundTrip() {
        var generator = SeededGenerator(seed: 7)
        let lengths: [TimeFormat: Int] = [
            .date: 86_400_000, .compactDate: 86_400_000, .minutes: 60_000, .seconds: 1000, .iso8601: 1000,
            .milliseconds: 1, .unixSeconds: 1000, .unixMilliseconds: 1, .index: 1,
        ]
        for _ in 0..<500 {
            // From 1900 to 2100.
            let instant = generator.index(below: 6_311_390_400_000) - 2_208_988_800_000
            for (format, length) in lengths {
                let whole = Timestamp(milliseconds: instant / length * length)
                #expect(format.stamp(format.text(whole)) == whole, "\(format)")
            }
        }
        #expect(TimeFormat.month.text(stamp) == "2014-04")
        #expect(TimeFormat.iso8601.text(stamp) == "2014-04-10T13:05:09Z")
        #expect(TimeFormat.milliseconds.text(stamp) == "2014-04-10 13:05:09.250")
    }

    @Test func stepsAreReadAsTheyAreWritten() {
        for text in ["1 hour", "5 minutes", "1 day", "2 weeks", "1 month", "3 months", "1 year", "250 milliseconds"] {
            #expect(TimeStep(text)?.description == text)
        }
        #expect(TimeStep("15min") == .milliseconds(900_000) && TimeStep("h") == .hour && TimeStep("24h") == .day)
        #expect(TimeStep("12 months") == .year && TimeStep("quarter") == .months(3))
        for text in ["", "0h", "-1h", "5", "1 fortnight", "99999999999999999 years", "1.5h"] {
            #expect(TimeStep(text) == nil, "\(text)")
        }
    }
}

@Suite("Axes of time")
struct TimeAxisTests {
    @Test("Steps and stamps are each other's inverse, before and behind the data, for every spacing")
    func inverse() {
        let start = Timestamp(year: 2023, month: 1, day: 31, hour: 6)
        let axes = [
            TimeAxis(start: start, step: .hour, format: .seconds),
            TimeAxis(start: start, step: .milliseconds(7 * 60_000), format: .seconds),
            TimeAxis(start: start, step: .month, format: .seconds),
            TimeAxis(start: start, step: .year, format: .seconds),
            TimeAxis(.months(start: start, count: 3, day: 31), format: .seconds),
        ]
        for axis in axes {
            for step in -500...500 {
                let stamp = axis.timestamp(at: step)!
                #expect(axis.step(of: stamp) == step && axis.nearestStep(to: stamp) == step)
                let off = Timestamp(milliseconds: stamp.milliseconds + 60_000)
                #expect(axis.nearestStep(to: off) == step && axis.step(of: off) == nil)
                #expect(axis.advanced(by: step).label(at: 3) == axis.label(at: step + 3))
            }
        }
    }

    @Test func monthsEndWhereTheyEnd() {
        let axis = TimeAxis(
            .months(start: Timestamp(year: 2023, month: 11, day: 30), count: 1, day: 31), format: .date)
        let labels = (0..<5).map { axis.label(at: $0) }
        #expect(labels == ["2023-11-30", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31"])
    }

    @Test func countersHaveNumbersOnly() {
        let axis = TimeAxis(.index(first: 100, stride: 5), format: .index)
        #expect(axis.label(at: 3) == "115" && axis.timestamp(at: 3) == nil && axis.step == nil)
        #expect(axis.advanced(by: -1).label(at: 0) == "95")
    }
}

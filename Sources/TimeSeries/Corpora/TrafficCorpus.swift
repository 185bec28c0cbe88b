import Kernels

/// Hourly sessions of a web site that never was: a growing level times daily and weekly seasons, quieter in summer,
/// fewer on holidays, and noise of a known size.
///
///     sessions = level(t) * hour(t) * weekday(t) * month(t) * holiday(t) * (1 + noise * e(t))
///
/// e is white with mean 0 and variance 1: the sum of twelve uniform numbers less six. So the expectation of every hour
/// is known, nothing in the past says more than it, and no forecast however clever has an expected squared error below
/// that of the noise. All of it is integer arithmetic: a seed gives the same bytes on every machine.
public struct TrafficCorpus: Sendable {
    /// What the hours are made of.
    public struct Settings: Codable, Hashable, Sendable {
        public var seed: UInt64
        /// Hours, from midnight of Monday, 2 January 2023.
        public var hours: Int
        /// The standard deviation of the noise, in thousandths of the expectation.
        public var noiseThousandths: Int

        public init(seed: UInt64, hours: Int = 2 * 8760, noiseThousandths: Int = 50) {
            (self.seed, self.hours, self.noiseThousandths) = (seed, hours, noiseThousandths)
        }
    }

    public let settings: Settings
    /// Whole sessions, never negative.
    public let values: [Int]
    /// The sessions that are expected, before noise, in 65536ths.
    private let expectations: [Int]

    public static let start = Timestamp(year: 2023, month: 1, day: 2)

    /// The holidays of the site, the same dates every year.
    public static let holidays: [(month: Int, day: Int, name: String)] = [
        (1, 1, "New Year"), (3, 21, "Spring Day"), (5, 1, "May Day"), (8, 15, "Harvest Day"), (10, 31, "Lantern Night"),
        (12, 25, "Winter Holiday"), (12, 26, "Second Winter Holiday"),
    ]

    /// - Precondition: between one hour and a century of them, and noise below a sixth, so that no value is negative.
    public init(_ settings: Settings) {
        precondition((1...876_600).contains(settings.hours), "\(settings.hours) hours")
        precondition((0...166).contains(settings.noiseThousandths), "noise of \(settings.noiseThousandths) thousandths")
        self.settings = settings
        var generator = SeededGenerator(seed: settings.seed, keys: SeededGenerator.key("traffic"))
        expectations = (0..<settings.hours).map(Self.expectation)
        values = expectations.map { expectation in
            // Each uniform number has 16 bits; their sum less its mean is e in units of 1/65536.
            let noise = (0..<12).reduce(-6 * 65_536) { sum, _ in sum + Int(generator.next() >> 48) } + 6
            let part = expectation * noise / 65_536 * settings.noiseThousandths / 1000
            return (expectation + part + 32_768) / 65_536
        }
    }

    /// The expectation of an hour, in 65536ths of a session. Factors are thousandths.
    private static func expectation(_ hour: Int) -> Int {
        let stamp = Timestamp(milliseconds: start.milliseconds + hour * 3_600_000)
        let date = stamp.date
        // 20,000 sessions an hour, and 0.4 more every hour: about 17 % a year at first.
        var value = 20_000 * 65_536 + hour * 26_214
        value = value / 1000 * hourFactors[stamp.hour]
        value = value / 1000 * weekdayFactors[date.weekday]
        value = value / 1000 * monthFactor(date)
        if holidays.contains(where: { $0.month == date.month && $0.day == date.day }) { value = value / 1000 * 550 }
        return value
    }

    private static let hourFactors = [
        520, 410, 340, 300, 310, 380, 530, 760, 1010, 1200, 1300, 1340, 1310, 1270, 1280, 1300, 1290, 1240, 1210, 1260,
        1330, 1250, 1010, 750,
    ]
    private static let weekdayFactors = [1080, 1100, 1090, 1070, 1010, 820, 830]
    private static let monthFactors = [1040, 1030, 1010, 990, 970, 930, 880, 890, 960, 1020, 1060, 1070]

    /// Between the middles of months on a straight line: the year moves without jumps.
    private static func monthFactor(_ date: CivilDate) -> Int {
        let length = CivilDate.days(inMonth: date.month, of: date.year)
        let (month, twiceFromMiddle) = (date.month - 1, 2 * date.day - length)
        let other = (month + (twiceFromMiddle < 0 ? 11 : 1)) % 12
        let difference = monthFactors[other] - monthFactors[month]
        return monthFactors[month] + difference * abs(twiceFromMiddle) / (2 * length)
    }
}

extension TrafficCorpus {
    public var axis: TimeAxis { TimeAxis(start: Self.start, step: .hour, format: .seconds) }

    public var table: SeriesTable { SeriesTable(values.map(Double.init), name: "sessions", axis: axis) }

    /// The sessions that are expected at each hour, before noise.
    public var expected: [Double] { expectations.map { Double($0) / 65_536 } }

    /// What the best of all forecasts comes to on some hours: that of the expectation itself, whatever the horizon.
    public struct BestErrors: Codable, Hashable, Sendable {
        /// Root of the mean squared error.
        public let rmse: Double
        /// Mean absolute error.
        public let mae: Double
        /// The root of the mean of the noise's variances: what `rmse` is over many seeds.
        public let expectedRmse: Double
    }

    public func bestErrors(in part: Range<Int>) -> BestErrors {
        let count = Double(part.count)
        let noise = Double(settings.noiseThousandths) / 1000
        let expected = expected
        let errors = part.map { Double(values[$0]) - expected[$0] }
        return BestErrors(
            rmse: (errors.reduce(0) { $0 + $1 * $1 } / count).squareRoot(),
            mae: errors.reduce(0) { $0 + abs($1) } / count,
            expectedRmse: (part.reduce(0) { $0 + expected[$1] * expected[$1] * noise * noise } / count).squareRoot())
    }

    /// The hours as CSV: `time,sessions`.
    public func writeCSV(_ emit: (String) throws -> Void) rethrows {
        try emit("time,sessions\n")
        for (hour, value) in values.enumerated() { try emit("\(axis.label(at: hour)),\(value)\n") }
    }

    /// The holidays of all years that the hours touch, as `Holidays` reads them.
    public var holidayLines: String {
        let first = Self.start.date.year
        let last = axis.timestamp(at: settings.hours - 1)!.date.year
        // One year more, for forecasts behind the end.
        return (first...last + 1).flatMap { year in
            Self.holidays.map { holiday in
                let date = Timestamp(year: year, month: holiday.month, day: holiday.day)
                return "\(TimeFormat.date.text(date)),\(holiday.name)\n"
            }
        }.joined()
    }
}

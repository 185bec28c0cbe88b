/// The three parts of a series in time order. Ranges are steps of targets: a window of the validation or test part may
/// look back into what lies before, as in the long-horizon benchmark of Zeng et al. 2023, but what it forecasts belongs
/// to its part alone.
public struct SeriesParts: Codable, Hashable, Sendable {
    public let train: Range<Int>
    public let validation: Range<Int>
    public let test: Range<Int>

    /// - Precondition: the parts follow each other in time.
    public init(train: Range<Int>, validation: Range<Int>, test: Range<Int>) {
        precondition(
            train.lowerBound >= 0 && train.upperBound <= validation.lowerBound
                && validation.upperBound <= test.lowerBound,
            "parts \(train), \(validation), \(test), which do not follow each other")
        (self.train, self.validation, self.test) = (train, validation, test)
    }
}

/// How a series is divided: shares, numbers of steps, or the dates at which parts begin.
public enum SeriesSplit: Hashable, Sendable {
    /// Shares of the steps; their sum is at most 1, and what is over at the end is not used.
    case fractions(train: Double, validation: Double, test: Double)
    /// Numbers of steps; what is over at the end is not used.
    case counts(train: Int, validation: Int, test: Int)
    /// The first stamp of the validation part and of the test part.
    case dates(validation: Timestamp, test: Timestamp)

    /// 80 % to train on, 10 % to choose by, 10 % to score on.
    public static let standard = SeriesSplit.fractions(train: 0.8, validation: 0.1, test: 0.1)

    /// Why a split does not fit.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// The parts of a series of `count` steps, none of them empty.
    ///
    /// - Throws: `Problem`.
    public func parts(of count: Int, axis: TimeAxis) throws(Problem) -> SeriesParts {
        let ends: (Int, Int, Int)
        switch self {
        case .fractions(let train, let validation, let test):
            // A hair is added because 0.8 + 0.1 is a little less than 0.9.
            func end(_ share: Double) -> Int { min(count, Int(Double(count) * share + 1e-6)) }
            ends = (end(train), end(train + validation), end(train + validation + test))
        case .counts(let train, let validation, let test):
            ends = (train, train + validation, train + validation + test)
            guard ends.2 <= count else {
                throw Problem(
                    description: "the parts \(self) are \(ends.2) steps long together, the series has \(count)")
            }
        case .dates(let validation, let test):
            guard axis.step != nil else {
                throw Problem(description: "the split \(self) names dates, but the series has no stamps of time")
            }
            // The first step that is not before the date.
            func first(_ stamp: Timestamp) -> Int {
                let near = axis.nearestStep(to: stamp)!
                return axis.timestamp(at: near)! < stamp ? near + 1 : near
            }
            ends = (max(0, first(validation)), max(0, first(test)), count)
        }
        guard 0 < ends.0, ends.0 < ends.1, ends.1 < ends.2, ends.2 <= count else {
            let sizes = "\(ends.0), \(ends.1 - ends.0) and \(ends.2 - ends.1)"
            throw Problem(
                description: "the split \(self) makes parts of \(sizes) steps out of \(count); none may be empty")
        }
        return SeriesParts(train: 0..<ends.0, validation: ends.0..<ends.1, test: ends.1..<ends.2)
    }
}

extension SeriesSplit: CustomStringConvertible {
    /// As `init(parsing:)` reads it.
    public var description: String {
        switch self {
        case .fractions(let train, let validation, let test): "\(train),\(validation),\(test)"
        case .counts(let train, let validation, let test): "\(train),\(validation),\(test)"
        case .dates(let validation, let test):
            [validation, test].map { stamp in
                (stamp.millisecondOfDay == 0 ? TimeFormat.date : .seconds).text(stamp)
            }.joined(separator: ",")
        }
    }

    /// Reads `0.8,0.1,0.1`, `8640,2880,2880` or `2014-06-01,2015-01-01`.
    ///
    /// - Throws: `Problem`.
    public init(parsing text: String) throws(Problem) {
        let fields = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        let numbers = fields.compactMap { Double($0) }
        let counts = fields.compactMap { Int($0) }
        if fields.count == 3, counts.count == 3, counts.allSatisfy({ (1...1_000_000_000).contains($0) }) {
            self = .counts(train: counts[0], validation: counts[1], test: counts[2])
        } else if fields.count == 3, numbers.count == 3, numbers.allSatisfy({ $0 > 0 && $0 < 1 }),
            numbers.reduce(0, +) < 1 + 1e-9
        {
            self = .fractions(train: numbers[0], validation: numbers[1], test: numbers[2])
        } else {
            let dates = text.split(separator: ",").compactMap { TimeFormat.stamp(in: $0)?.stamp }
            guard dates.count == 2, fields.count == 2, dates[0] < dates[1] else {
                throw Problem(
                    description: "\"\(text)\" is no split; three shares (0.8,0.1,0.1), three numbers of steps "
                        + "(8640,2880,2880), or two dates in order (2014-06-01,2015-01-01: where validation and test "
                        + "begin) are expected")
            }
            self = .dates(validation: dates[0], test: dates[1])
        }
    }
}

extension SeriesSplit: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(Problem) {
            self = try SeriesSplit(parsing: text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

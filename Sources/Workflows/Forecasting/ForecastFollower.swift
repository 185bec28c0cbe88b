import Files
import Kernels
import TimeSeries

/// Forecasts series as their values come in, one after the other.
///
/// It goes on from where the model's data end, or from a table. A value is compared with the band that was forecast for
/// its step before it came.
///
/// A model of the last L values reads each value L times over, and one wild value would spoil as many forecasts. So a
/// value that lies far outside of its band stands there as its forecast; once `FollowedSeries.patience` of them have
/// come in a row the series has changed its ways, and all of them are read as they came.
public struct ForecastFollower {
    /// Where a value lies.
    public enum Mark: String, Encodable, Sendable {
        case inside, below, above
        /// More than `FollowedSeries.farBands` times the band's width outside of it.
        case farBelow = "far-below"
        case farAbove = "far-above"
        /// There was no forecast for it, or no band.
        case unknown

        var isFar: Bool { self == .farBelow || self == .farAbove }
    }

    /// What is said of one series when a value of it has come.
    public struct Line: Encodable, Sendable {
        public let series: String
        /// The step that is forecast, its forecast and its band: the first that follows on the value, behind the gap.
        public let forecast: Forecaster.Prediction
        /// The value that has come, and its stamp.
        public let seenTime: String
        /// Nil where it is missing.
        public let seen: Double?
        /// Where that value lies in the band that was forecast for it.
        public let mark: Mark
    }

    private let forecaster: Forecaster
    private let pool: WorkerPool
    private let axis: TimeAxis
    private var series: [FollowedSeries]
    /// The step of the next values, on the axis of the training data.
    private var next: Int
    /// Forecasts of steps that have not come yet, by step, one for each series.
    private var waiting: [Int: [Forecaster.Prediction]] = [:]

    /// Goes on behind the data that the model was trained on.
    public init(_ forecaster: Forecaster, pool: WorkerPool) throws {
        try self.init(forecaster, values: forecaster.tail, next: forecaster.steps, pool: pool)
    }

    /// Goes on behind a table.
    ///
    /// - Throws: `FileError` for a table whose series are not the model's.
    public init(_ forecaster: Forecaster, after table: SeriesTable, path: String, pool: WorkerPool) throws {
        let placed = try forecaster.placed(table, path: path)
        try self.init(
            forecaster, values: placed.table.channels, next: placed.offset + placed.table.count, pool: pool)
    }

    private init(_ forecaster: Forecaster, values: [[Double]], next: Int, pool: WorkerPool) throws {
        (self.forecaster, self.pool, self.next) = (forecaster, pool, next)
        axis = forecaster.scaling.axis
        series = values.map { FollowedSeries($0, lookback: forecaster.recipe.window.lookback) }
        try forecast()
    }

    /// The stamp of the next values, where a line does not bring one.
    public var nextTime: String { axis.label(at: next) }

    /// What reads the lines of a stream for this follower.
    public func lineReader(path: String) -> SeriesLineReader {
        let recipe = forecaster.recipe.series
        return SeriesLineReader(
            names: forecaster.names, timeColumn: recipe.time.isEmpty ? nil : recipe.time,
            dateOrder: recipe.dateOrder.order, path: path)
    }

    /// Takes in what the next line holds.
    ///
    /// Steps that were left out count as missing. A missing value is taken to be what was forecast for it.
    ///
    /// - Parameter path: The name of the stream in messages.
    /// - Returns: A line for each series; none where no forecast can be made, as too few values are known.
    /// - Throws: `FileError` for an infinite value, or a stamp that is not behind the last one.
    public mutating func take(_ observation: SeriesLineReader.Observation, path: String) throws -> [Line] {
        let place = FileError.Place.line(observation.line)
        if let label = observation.label {
            try skip(to: label, observation.stamp, path: path, place: place)
        }
        guard !observation.values.contains(where: \.isInfinite) else {
            throw FileError.malformed(path, place, "an infinite value found, a finite number expected")
        }
        let time = nextTime
        let marks = step(observation.values)
        try forecast()
        guard let forecasts = waiting[next + forecaster.recipe.window.gap] else { return [] }
        return series.indices.map { number in
            let value = observation.values[number]
            return Line(
                series: forecaster.names[number], forecast: forecasts[number], seenTime: time,
                seen: value.isNaN ? nil : value, mark: marks[number])
        }
    }

    /// Moves on by a step whose values are these.
    private mutating func step(_ values: [Double]) -> [Mark] {
        let expected = waiting.removeValue(forKey: next)
        next += 1
        return series.indices.map { series[$0].take(values[$0], expected: expected?[$0]) }
    }

    /// Forecasts the first step behind the gap, where enough values are known.
    private mutating func forecast() throws {
        let window = forecaster.recipe.window
        guard series.allSatisfy(\.isComplete) else { return }
        let offset = next - window.lookback
        let table = SeriesTable(
            axis: axis.advanced(by: offset), names: forecaster.names, channels: series.map(\.values))
        waiting[next + window.gap] = try forecaster.predictions(
            after: table, offset: offset, axis: table.axis, steps: 1, pool: pool
        ).map { $0[0] }
    }

    /// Moves on to the step of a stamp.
    private mutating func skip(
        to label: String, _ stamp: Timestamp?, path: String, place: FileError.Place
    ) throws {
        let step: Int?
        if case .index(let first, let stride) = axis.spacing {
            step = Int(label).flatMap { ($0 - first) % stride == 0 ? ($0 - first) / stride : nil }
        } else {
            step = stamp.flatMap { axis.nearestStep(to: $0) }
        }
        guard let step else {
            throw FileError.malformed(path, place, "\"\(label)\" found, a stamp like \(nextTime) expected")
        }
        guard step >= next else {
            throw FileError.malformed(
                path, place, "\"\(label)\" found, which is not behind the last value; \(nextTime) or later expected")
        }
        // Beyond a window nothing of what was known is left.
        if step - next >= forecaster.recipe.window.lookback {
            for number in series.indices { series[number].forget() }
            (waiting, next) = ([:], step)
        }
        while next < step {
            _ = self.step([Double](repeating: .nan, count: series.count))
            try forecast()
        }
    }
}

/// The last values of a series that is followed, as a model is to read them.
struct FollowedSeries {
    /// A value is far outside where its distance from the band is so many times the width of the band.
    static let farBands = 5.0
    /// So many values in a row that lie far outside are read as they came.
    static let patience = 3

    /// At most as many as the model reads.
    private(set) var values: [Double]
    private let lookback: Int
    /// The values far outside that have come in a row.
    private var far: [Double] = []

    init(_ values: [Double], lookback: Int) {
        (self.values, self.lookback) = (Array(values.suffix(lookback)), lookback)
    }

    /// Whether a forecast can be made of them.
    var isComplete: Bool { values.count == lookback && !values.contains(where: \.isNaN) }

    /// Begins anew, with nothing known.
    mutating func forget() { (values, far) = ([], []) }

    /// Takes in a value.
    ///
    /// - Parameter expected: What was forecast for it.
    /// - Returns: Where it lies in its band.
    mutating func take(_ value: Double, expected: Forecaster.Prediction?) -> ForecastFollower.Mark {
        let mark = Self.mark(value, expected)
        if mark.isFar {
            far.append(value)
        } else if mark == .inside || far.count < Self.patience, !value.isNaN {
            // A series that has changed its ways is trusted until a value lies in its band again.
            far = []
        }
        let stands = value.isNaN || mark.isFar && far.count < Self.patience
        append(stands ? expected?.value ?? values.last(where: { !$0.isNaN }) ?? .nan : value)
        if far.count == Self.patience, mark.isFar, values.count >= far.count {
            values.replaceSubrange(values.count - far.count..<values.count, with: far)
        }
        return mark
    }

    private mutating func append(_ value: Double) {
        values.append(value)
        if values.count > lookback { values.removeFirst() }
    }

    private static func mark(_ value: Double, _ expected: Forecaster.Prediction?) -> ForecastFollower.Mark {
        guard !value.isNaN, let expected, expected.quantiles.count > 1, let low = expected.quantiles.first,
            let high = expected.quantiles.last
        else { return .unknown }
        let reach = farBands * (high - low)
        if value < low { return low - value > reach ? .farBelow : .below }
        if value > high { return value - high > reach ? .farAbove : .above }
        return .inside
    }
}

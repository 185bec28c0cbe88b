import Files
import Kernels
import TimeSeries

/// Forecasts a series as its values come in, one after the other.
///
/// It goes on from where the model's data end, or from a table. A value is compared with the band that was forecast for
/// its step before it came.
public struct ForecastFollower {
    /// Where a value lies.
    public enum Mark: String, Encodable, Sendable {
        case inside, below, above
        /// There was no forecast for it, or no band.
        case unknown
    }

    /// What is said when a value has come.
    public struct Line: Encodable, Sendable {
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
    /// The last values, at most as many as the model reads.
    private var values: [Double]
    /// The step of the next value, on the axis of the training data.
    private var next: Int
    /// Forecasts of steps that have not come yet, by step.
    private var waiting: [Int: Forecaster.Prediction] = [:]

    /// Goes on behind the data that the model was trained on.
    ///
    /// - Throws: `FileError` for a model of several series.
    public init(_ forecaster: Forecaster, modelPath: String, pool: WorkerPool) throws {
        try self.init(
            forecaster, modelPath: modelPath, values: forecaster.tail[0], next: forecaster.steps,
            axis: forecaster.scaling.axis, pool: pool)
    }

    /// Goes on behind a table.
    ///
    /// - Throws: `FileError` for a model of several series, or a table that is not of the model's.
    public init(
        _ forecaster: Forecaster, modelPath: String, after table: SeriesTable, path: String, pool: WorkerPool
    ) throws {
        let series = try forecaster.placed(table, path: path)
        try self.init(
            forecaster, modelPath: modelPath,
            values: series.table.channels[0].suffix(forecaster.recipe.window.lookback).map { $0 },
            next: series.offset + series.table.count, axis: forecaster.scaling.axis, pool: pool)
    }

    private init(
        _ forecaster: Forecaster, modelPath: String, values: [Double], next: Int, axis: TimeAxis, pool: WorkerPool
    ) throws {
        guard forecaster.names.count == 1 else {
            throw FileError.malformed(
                modelPath, .file, "a model of \(forecaster.names.count) series found; one of a single series can be "
                    + "followed")
        }
        (self.forecaster, self.pool, self.axis, self.values, self.next) = (forecaster, pool, axis, values, next)
        try forecast()
    }

    /// The stamp of the next value, where a line does not bring one.
    public var nextTime: String { axis.label(at: next) }

    /// What reads the lines of a stream for this follower.
    public func lineReader(path: String) -> SeriesLineReader {
        let time = forecaster.recipe.series.time
        return SeriesLineReader(names: forecaster.names, timeColumn: time.isEmpty ? nil : time, path: path)
    }

    /// Takes in what the next line holds.
    ///
    /// Steps that were left out count as missing. A missing value is taken to be what was forecast for it. Nil comes
    /// back where no forecast can be made: too few values are known.
    ///
    /// - Parameter path: The name of the stream in messages.
    /// - Throws: `FileError` for an infinite value, or a stamp that is not behind the last one.
    public mutating func take(_ observation: SeriesLineReader.Observation, path: String) throws -> Line? {
        let place = FileError.Place.line(observation.line)
        if let label = observation.label {
            try skip(to: label, observation.stamp, path: path, place: place)
        }
        let value = observation.values[0]
        guard !value.isInfinite else {
            throw FileError.malformed(path, place, "an infinite value found, a finite number expected")
        }
        let (time, expected) = (axis.label(at: next), waiting.removeValue(forKey: next))
        append(value.isNaN ? replacement(expected) : value)
        try forecast()
        guard let forecast = waiting[next + forecaster.recipe.window.gap] else { return nil }
        return Line(
            forecast: forecast, seenTime: time, seen: value.isNaN ? nil : value, mark: mark(value, expected))
    }

    /// What stands for a value that is missing: its forecast, or else the last that is known.
    private func replacement(_ expected: Forecaster.Prediction?) -> Double {
        expected?.value ?? values.last { !$0.isNaN } ?? .nan
    }

    private mutating func append(_ value: Double) {
        values.append(value)
        if values.count > forecaster.recipe.window.lookback { values.removeFirst() }
        next += 1
    }

    /// Forecasts the first step behind the gap, where enough values are known.
    private mutating func forecast() throws {
        let window = forecaster.recipe.window
        guard values.count == window.lookback, !values.contains(where: \.isNaN) else { return }
        let offset = next - window.lookback
        let table = SeriesTable(values, name: forecaster.names[0], axis: axis.advanced(by: offset))
        let predictions = try forecaster.predictions(
            after: table, offset: offset, axis: table.axis, steps: 1, pool: pool)
        waiting[next + window.gap] = predictions[0][0]
    }

    private func mark(_ value: Double, _ expected: Forecaster.Prediction?) -> Mark {
        guard !value.isNaN, let expected, expected.quantiles.count > 1, let low = expected.quantiles.first,
            let high = expected.quantiles.last
        else { return .unknown }
        return value < low ? .below : value > high ? .above : .inside
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
        if step - next >= forecaster.recipe.window.lookback { (values, waiting, next) = ([], [:], step) }
        while next < step {
            append(replacement(waiting.removeValue(forKey: next)))
            try forecast()
        }
    }
}

import Tensors
import TimeSeries

/// Series as a network reads them: scaled values, and what the calendar says of each step and of those to come.
struct ForecastInputs: Sendable {
    /// `[series][steps]`; NaN where a value is missing.
    let channels: [[Float]]
    /// `[steps + future, K]`, row-major; empty where the calendar is not read.
    private let calendar: [Float]
    /// K.
    let calendarWidth: Int
    private let normalization: WindowNormalization

    /// - Parameters:
    ///   - offset: The step of the table's first value on the axis of the training data.
    ///   - features: What the calendar tells; nil for nothing.
    ///   - future: Steps to come that may be asked for.
    init(
        _ table: SeriesTable, scaling: ForecastScaling, offset: Int, features: CalendarFeatures?, future: Int,
        normalization: WindowNormalization
    ) {
        channels = scaling.inputs(table, offset: offset)
        calendarWidth = features?.count ?? 0
        calendar = features?.values(offset..<offset + table.count + future, on: scaling.axis) ?? []
        self.normalization = normalization
    }

    /// A place from which a forecast is made.
    struct Origin: Hashable, Sendable {
        let series: Int
        /// The first step that is read.
        let start: Int
    }

    /// The windows of a batch.
    func batch(_ origins: [Origin], _ sizes: WindowSizes) -> ForecastBatch {
        batch(normalizing: windows(origins, sizes), starts: origins.map(\.start), sizes)
    }

    /// Scaled values, `[N, L]`.
    func windows(_ origins: [Origin], _ sizes: WindowSizes) -> Tensor {
        let values = Tensor(uninitialized: [origins.count, sizes.lookback])
        for (row, origin) in origins.enumerated() {
            channels[origin.series].withUnsafeBufferPointer { channel in
                (values.mutablePointer + row * sizes.lookback)
                    .update(from: channel.baseAddress! + origin.start, count: sizes.lookback)
            }
        }
        return values
    }

    /// The windows of a batch whose values are given, `[N, L]`; they are normalised in place.
    ///
    /// - Parameter starts: The steps at which they start, for the calendar.
    func batch(normalizing values: Tensor, starts: [Int], _ sizes: WindowSizes) -> ForecastBatch {
        var (levels, spreads) = ([Float](), [Float]())
        if normalization != .none {
            for row in starts.indices {
                let window = UnsafeMutableBufferPointer(
                    start: values.mutablePointer + row * sizes.lookback, count: sizes.lookback)
                let parameters = normalization.parameters(of: UnsafeBufferPointer(window))
                for step in window.indices { window[step] = parameters.normalized(window[step]) }
                levels.append(parameters.shift)
                spreads.append(parameters.scale)
            }
        }
        return ForecastBatch(
            values: values, past: calendar(starts, steps: sizes.lookback),
            future: calendar(starts.map { $0 + sizes.lookback + sizes.gap }, steps: sizes.horizon), levels: levels,
            spreads: spreads, isNormalized: normalization != .none)
    }

    /// The values that are to be forecast, `[N, H]`.
    func targets(_ origins: [Origin], _ sizes: WindowSizes) -> Tensor {
        let result = Tensor(uninitialized: [origins.count, sizes.horizon])
        for (row, origin) in origins.enumerated() {
            channels[origin.series].withUnsafeBufferPointer { channel in
                (result.mutablePointer + row * sizes.horizon).update(
                    from: channel.baseAddress! + origin.start + sizes.lookback + sizes.gap, count: sizes.horizon)
            }
        }
        return result
    }

    /// `[N, steps, K]`
    private func calendar(_ starts: [Int], steps: Int) -> Tensor? {
        guard calendarWidth > 0 else { return nil }
        let result = Tensor(uninitialized: [starts.count, steps, calendarWidth])
        calendar.withUnsafeBufferPointer { calendar in
            for (row, start) in starts.enumerated() {
                (result.mutablePointer + row * steps * calendarWidth).update(
                    from: calendar.baseAddress! + start * calendarWidth, count: steps * calendarWidth)
            }
        }
        return result
    }
}

/// The steps of a window.
struct WindowSizes: Hashable, Sendable {
    let lookback, gap, horizon: Int
}

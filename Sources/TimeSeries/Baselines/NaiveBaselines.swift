/// Persistence: every step to come is like the last one.
public struct Persistence: Baseline {
    public let name = "persistence"

    public init() {}

    public func forecast(
        _ values: UnsafeBufferPointer<Double>, _ window: SlidingWindows.Window,
        into forecast: UnsafeMutableBufferPointer<Double>
    ) { forecast.update(repeating: values.last(before: window.inputs.upperBound)) }
}

/// The mean of the last `length` values.
public struct MovingAverage: Baseline {
    public let length: Int
    public var name: String { "moving average (\(length))" }

    /// - Precondition: `length` is at least 1.
    public init(length: Int) {
        precondition(length > 0, "a moving average of \(length) values")
        self.length = length
    }

    public func forecast(
        _ values: UnsafeBufferPointer<Double>, _ window: SlidingWindows.Window,
        into forecast: UnsafeMutableBufferPointer<Double>
    ) {
        let end = window.inputs.upperBound
        var (sum, count) = (0.0, 0.0)
        for value in values[max(0, end - length)..<end] where !value.isNaN {
            sum += value
            count += 1
        }
        forecast.update(repeating: count > 0 ? sum / count : values.last(before: end))
    }
}

/// The straight line through the first and the last input, prolonged: the last value plus the mean change a step.
public struct Drift: Baseline {
    public let name = "drift"

    public init() {}

    public func forecast(
        _ values: UnsafeBufferPointer<Double>, _ window: SlidingWindows.Window,
        into forecast: UnsafeMutableBufferPointer<Double>
    ) {
        let inputs = window.inputs
        let last = inputs.last { !values[$0].isNaN }
        let first = inputs.first { !values[$0].isNaN }
        guard let first, let last else {
            return forecast.update(repeating: values.last(before: inputs.upperBound))
        }
        let slope = last > first ? (values[last] - values[first]) / Double(last - first) : 0
        for step in forecast.indices {
            forecast[step] = values[last] + slope * Double(window.targets.lowerBound + step - last)
        }
    }
}

/// Every step to come is like the one a season before, or so many seasons before that it is known:
///
///     forecast[t] = x[t - k period],   or, with the last residual, x[t - k period] + (x[last] - x[last - period])
///
/// The residual moves the season by as much as the last input differs from the season before it: last week's shape at
/// today's level.
public struct SeasonalNaive: Baseline {
    /// Steps of a season.
    public let period: Int
    /// Whether the season is moved to today's level.
    public let addsResidual: Bool
    public var name: String { "seasonal naive \(addsResidual ? "with last residual " : "")(\(period))" }

    /// - Precondition: `period` is at least 1.
    public init(period: Int, addsResidual: Bool = false) {
        precondition(period > 0, "a season of \(period) steps")
        (self.period, self.addsResidual) = (period, addsResidual)
    }

    public func forecast(
        _ values: UnsafeBufferPointer<Double>, _ window: SlidingWindows.Window,
        into forecast: UnsafeMutableBufferPointer<Double>
    ) {
        let end = window.inputs.upperBound
        let residual = addsResidual ? residual(values[..<end]) : 0
        for step in forecast.indices {
            let season = Self.value(values[..<end], of: window.targets.lowerBound + step, period)
            forecast[step] = season.map { $0 + residual } ?? values.last(before: end)
        }
    }

    /// The last known value less that of a season before; 0 where there is none.
    private func residual(_ known: Slice<UnsafeBufferPointer<Double>>) -> Double {
        guard let last = known.lastIndex(where: { !$0.isNaN }),
            let before = Self.value(known[..<last], of: last, period)
        else { return 0 }
        return known[last] - before
    }

    /// The value of the same place in the latest season in which it is known.
    private static func value(
        _ known: Slice<UnsafeBufferPointer<Double>>, of step: Int, _ period: Int
    ) -> Double? {
        var place = step - period * max(1, (step - known.endIndex) / period + 1)
        while place >= 0 {
            if !known[place].isNaN { return known[place] }
            place -= period
        }
        return nil
    }
}

extension UnsafeBufferPointer<Double> {
    /// The last value before a step that is not missing; 0 where there is none.
    func last(before end: Int) -> Double { self[..<end].last { !$0.isNaN } ?? 0 }
}

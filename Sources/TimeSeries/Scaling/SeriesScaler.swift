import Glibc

/// Brings the channels of a table to a common size, and forecasts back to the data's own units.
///
///     y = (f(x) - shift) / scale,   f(x) = x or log(1 + x)
///
/// Shift and scale are fitted on the training part alone. Where all values of a channel are equal the scale is 1: the
/// channel becomes zeros, and nothing is divided by zero. Missing values stay missing.
public struct SeriesScaler: Codable, Hashable, Sendable {
    /// What shift and scale are.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// 0 and 1: the data stay as they are.
        case none
        /// Mean and standard deviation (of the whole part: divided by n).
        case standard
        /// Least value and range: the training part lies in 0...1.
        case minMax
        /// Median and interquartile range, which single outliers do not move; the standard deviation where more than
        /// half of the values are equal.
        case robust
        /// Mean and standard deviation of log(1 + x), for counts that span orders of magnitude. Its inverse is never
        /// negative. Only for data without negative values.
        case logarithm
    }

    /// Shift and scale of a channel.
    public struct Channel: Codable, Hashable, Sendable {
        public let shift: Double
        /// Never 0.
        public let scale: Double
    }

    public let kind: Kind
    /// `[channels]`
    public let channels: [Channel]

    /// Why no scaler can be fitted.
    public enum Problem: Error, Hashable, Sendable {
        /// A channel has no value in the part.
        case noValue(channel: Int)
        /// A channel has a negative value, which has no logarithm.
        case negative(channel: Int, step: Int, value: Double)
    }

    /// Fits to the steps `part` of a table.
    ///
    /// - Throws: `Problem`.
    public init(_ kind: Kind, fittedTo table: SeriesTable, part: Range<Int>) throws(Problem) {
        self.kind = kind
        var fitted: [Channel] = []
        for (number, channel) in table.channels.enumerated() {
            if kind == .logarithm, let step = channel.firstIndex(where: { $0 < 0 }) {
                throw .negative(channel: number, step: step, value: channel[step])
            }
            let values = channel[part].filter { !$0.isNaN }
            guard !values.isEmpty else { throw .noValue(channel: number) }
            fitted.append(Self.fit(kind, values))
        }
        channels = fitted
    }

    private static func fit(_ kind: Kind, _ values: [Double]) -> Channel {
        let (shift, scale): (Double, Double)
        switch kind {
        case .none: (shift, scale) = (0, 1)
        case .standard: (shift, scale) = Moments.meanAndDeviation(values)
        case .logarithm: (shift, scale) = Moments.meanAndDeviation(values.map { log1p($0) })
        case .minMax:
            shift = values.min()!
            scale = values.max()! - shift
        case .robust:
            let sorted = values.sorted()
            shift = Moments.quantile(0.5, ofSorted: sorted)
            let range = Moments.quantile(0.75, ofSorted: sorted) - Moments.quantile(0.25, ofSorted: sorted)
            scale = range > 0 ? range : Moments.meanAndDeviation(values).deviation
        }
        // A spread that rounding alone has made is none.
        let size = max(shift.magnitude, values.lazy.map(\.magnitude).max()! * 1e-3)
        return Channel(shift: shift, scale: scale > size * 1e-14 && scale.isFinite ? scale : 1)
    }

    /// Scales one value.
    public func scaled(_ value: Double, channel: Int) -> Double {
        let parameters = channels[channel]
        return ((kind == .logarithm ? log1p(value) : value) - parameters.shift) / parameters.scale
    }

    /// Takes a scaled value back to the data's units. After a logarithm it is never negative, and never infinite.
    public func unscaled(_ value: Double, channel: Int) -> Double {
        let parameters = channels[channel]
        let shifted = value * parameters.scale + parameters.shift
        return kind == .logarithm ? max(0, expm1(min(shifted, 700))) : shifted
    }

    /// All values of a channel, scaled, in single precision for a network.
    public func scaled(_ values: [Double], channel: Int) -> [Float] {
        values.map { Float(scaled($0, channel: channel)) }
    }
}

/// Means, deviations and quantiles in double precision.
package enum Moments {
    /// Mean and standard deviation, divided by n, in two passes: sums of squares of large values would cancel.
    /// 0 and 0 for no values.
    package static func meanAndDeviation(_ values: [Double]) -> (mean: Double, deviation: Double) {
        guard !values.isEmpty else { return (0, 0) }
        let count = Double(values.count)
        let mean = values.reduce(0) { $0 + $1 / count }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
        return (mean, squares.squareRoot())
    }

    /// A quantile of sorted values, interpolated between neighbours (type 7 of Hyndman and Fan 1996, NumPy's default).
    package static func quantile(_ share: Double, ofSorted values: [Double]) -> Double {
        precondition(!values.isEmpty && (0...1).contains(share), "quantile \(share) of \(values.count) values")
        let place = share * Double(values.count - 1)
        let below = Int(place)
        let rest = place - Double(below)
        return rest == 0 ? values[below] : values[below] + (values[below + 1] - values[below]) * rest
    }
}

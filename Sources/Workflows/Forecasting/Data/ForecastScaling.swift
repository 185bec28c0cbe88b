import Glibc
import TimeSeries
import Training

/// From the values of a table to what a network reads, and from what it puts out to forecasts. All of it is fitted to
/// the training part.
///
///     u_t = (f(clip(x_t)) - shift) / scale - m(t)
///
/// with f, shift and scale of the scaler and m the calendar's profile.
public struct ForecastScaling: Codable, Sendable {
    /// The range that values are brought into where a model reads them or learns from them.
    public struct Limits: Codable, Hashable, Sendable {
        public let low, high: Double

        func clipped(_ value: Double) -> Double { value.isNaN ? value : min(max(value, low), high) }
    }

    public let names: [String]
    public let scaler: SeriesScaler
    public let profile: CalendarProfile?
    /// By series; nil where outliers are kept.
    public let limits: [Limits]?
    /// The standard deviation of each series in the training part, 1 where it is constant: the unit of scaled errors.
    public let deviations: [Double]
    /// The unit of MASE: the mean absolute change over a season in the training part.
    public let seasonalScales: [Double?]
    /// Whether forecasts are kept from falling below zero.
    public let isNonNegative: Bool
    /// The axis of the data it was fitted to: steps of other tables are counted from its first.
    public let axis: TimeAxis

    /// How to scale, decided.
    struct Choice: Hashable, Sendable {
        let kind: SeriesScaler.Kind
        /// The cycles of the calendar's profile; none for no profile.
        let profile: [CalendarProfile.Group]
    }

    /// - Parameters:
    ///   - season: The season of MASE.
    /// - Throws: `SeriesScaler.Problem`.
    init(
        _ choice: Choice, recipe: ForecastRecipe, table: SeriesTable, part: Range<Int>, seasons: [Int],
        holidays: Holidays
    ) throws {
        (names, axis) = (table.names, table.axis)
        let limits = recipe.series.outliers == .clip ? table.channels.map { Self.limits(Array($0[part])) } : nil
        self.limits = limits
        let clipped = Self.clipped(table, limits)
        scaler = try SeriesScaler(choice.kind, fittedTo: clipped, part: part)
        // Of the clipped values: one outlier in the training part would make all errors look small.
        deviations = clipped.channels.map { channel in
            let deviation = Moments.meanAndDeviation(channel[part].filter { !$0.isNaN }).deviation
            return deviation > 0 ? deviation : 1
        }
        seasonalScales = clipped.channels.map { channel in
            RegressionMetrics.seasonalScale(of: Array(channel[part]), period: seasons.first ?? 1)
        }
        switch recipe.target.nonNegative {
        case .on: isNonNegative = true
        case .off: isNonNegative = false
        case .auto: isNonNegative = table.channels.allSatisfy { $0[part].allSatisfy { !($0 < 0) } }
        }
        if !choice.profile.isEmpty {
            let scaler = scaler
            let scaled = clipped.channels.enumerated().map { number, channel in
                channel.map { scaler.scaled($0, channel: number) }
            }
            profile = CalendarProfile(
                choice.profile, holidays: holidays, axis: table.axis, fittedTo: scaled, part: part)
        } else {
            profile = nil
        }
    }

    /// What a network reads, `[series][steps]`; NaN where a value is missing.
    ///
    /// - Parameter offset: The step of the table's first value on the axis of the training data.
    func inputs(_ table: SeriesTable, offset: Int) -> [[Float]] {
        let clipped = Self.clipped(table, limits)
        return clipped.channels.enumerated().map { number, channel in
            let profile = profileValues(offset..<offset + channel.count, series: number)
            return zip(channel, profile).map { Float(scaler.scaled($0, channel: number) - $1) }
        }
    }

    /// Forecasts in the data's units.
    ///
    /// - Parameters:
    ///   - scaled: What a network puts out.
    ///   - profile: The calendar's profile at the step that is forecast.
    func restored(_ scaled: Double, profile: Double, series: Int) -> Double {
        let value = scaler.unscaled(scaled + profile, channel: series)
        return isNonNegative ? max(0, value) : value
    }

    /// The calendar's profile of a series at steps of the training data's axis; zeros where there is none.
    func profileValues(_ steps: Range<Int>, series: Int) -> [Double] {
        profile?.values(steps, series: series, on: axis) ?? [Double](repeating: 0, count: steps.count)
    }

    /// Values that lie outside of the limits.
    func outliers(in table: SeriesTable) -> [(series: Int, step: Int)] {
        guard let limits else { return [] }
        return table.channels.enumerated().flatMap { number, channel in
            channel.indices.filter { channel[$0] < limits[number].low || channel[$0] > limits[number].high }
                .map { (number, $0) }
        }
    }

    private static func clipped(_ table: SeriesTable, _ limits: [Limits]?) -> SeriesTable {
        guard let limits else { return table }
        return SeriesTable(
            axis: table.axis, names: table.names,
            channels: zip(table.channels, limits).map { channel, limits in channel.map(limits.clipped) })
    }

    /// How many times the range of the middle 98 % of the training part lies on each side of it within the limits.
    private static let margin = 10.0

    /// Wide limits, that hardly any value but a mistake lies outside of: the quantiles 0.01 and 0.99, and ten times
    /// their distance on each side. Where these quantiles are equal the data are nearly constant, and there are none.
    private static func limits(_ values: [Double]) -> Limits {
        let sorted = values.filter { !$0.isNaN }.sorted()
        guard !sorted.isEmpty else { return Limits(low: -.greatestFiniteMagnitude, high: .greatestFiniteMagnitude) }
        let (low, high) = (Moments.quantile(0.01, ofSorted: sorted), Moments.quantile(0.99, ofSorted: sorted))
        let range = high - low
        guard range > 0, range.isFinite else {
            return Limits(low: -.greatestFiniteMagnitude, high: .greatestFiniteMagnitude)
        }
        return Limits(low: low - margin * range, high: high + margin * range)
    }
}

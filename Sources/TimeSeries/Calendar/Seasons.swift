/// Finds the seasons of a series: the periods after which it repeats itself.
public enum Seasons {
    /// Periods in steps that the length of a step suggests: a day, a week and a year for hours; a week and a year for
    /// days; a year for months. Shortest first. None for a counter.
    public static func candidates(for step: TimeStep) -> [Int] {
        let length = step.meanMilliseconds
        let day = TimeStep.day.meanMilliseconds
        let spans: [Double]
        switch length {
        case ..<60_000: spans = [60_000, 3_600_000, day]
        case ..<3_600_000: spans = [3_600_000, day, 7 * day]
        case ..<day: spans = [day, 7 * day, 365.2425 * day]
        case ..<(7 * day): spans = [7 * day, 365.2425 * day]
        default: spans = [365.2425 * day]
        }
        return spans.map { Int(($0 / length).rounded()) }.filter { $0 > 1 }
    }

    /// The seasons that a series has, the strongest first: those suggested by its step, or where it has none the peaks
    /// of its autocorrelation, that explain at least a tenth of its movement.
    ///
    /// A season counts where the autocorrelation at its period is at least `threshold`, stands above that of the steps
    /// around, and was seen at least twice.
    ///
    /// - Parameters:
    ///   - values: The training part; missing values are NaN.
    ///   - step: The step of the axis; nil for a counter.
    public static func found(in values: [Double], step: TimeStep?, threshold: Double = 0.1) -> [Int] {
        let longest = values.count / 2
        let periods = step.map(candidates) ?? peaks(in: values, upTo: min(longest, 1000))
        let scored = periods.filter { $0 <= longest }.compactMap { period -> (period: Int, score: Double)? in
            guard let score = autocorrelation(of: values, lag: period), score >= threshold else { return nil }
            // A slow drift alone correlates over any lag: half a period less and more it must be clearly less.
            let half = max(1, period / 2)
            let (less, more) = (period - half, period + half)
            let away = max(
                autocorrelation(of: values, lag: less) ?? 1, autocorrelation(of: values, lag: more) ?? 0)
            return score > away + threshold / 2 ? (period, score) : nil
        }
        return scored.sorted { ($1.score, $0.period) < ($0.score, $1.period) }.map(\.period)
    }

    /// The correlation of a series with itself `lag` steps before; pairs with a missing value are left out. nil where
    /// the series is constant or no pair is left.
    public static func autocorrelation(of values: [Double], lag: Int) -> Double? {
        guard lag > 0, lag < values.count else { return nil }
        let known = values.filter { !$0.isNaN }
        guard !known.isEmpty else { return nil }
        let (mean, deviation) = Moments.meanAndDeviation(known)
        guard deviation > 0 else { return nil }
        var (sum, count) = (0.0, 0.0)
        for step in lag..<values.count {
            let product = (values[step] - mean) / deviation * ((values[step - lag] - mean) / deviation)
            if product.isNaN { continue }
            sum += product
            count += 1
        }
        return count > 0 ? sum / count : nil
    }

    /// Lags from 2 on at which the autocorrelation is higher than at all lags within a third around it; at most three,
    /// the highest first. Multiples of a period are left out unless they stand clearly above it, as a week does above a
    /// day.
    private static func peaks(in values: [Double], upTo longest: Int) -> [Int] {
        guard longest > 2 else { return [] }
        let correlations = [1] + (1...longest).map { autocorrelation(of: values, lag: $0) ?? 0 }
        var peaks: [Int] = []
        for lag in 2..<longest {
            let around = max(1, lag - max(1, lag / 3))...min(longest, lag + max(1, lag / 3))
            guard correlations[lag] > 0, around.allSatisfy({ $0 == lag || correlations[$0] < correlations[lag] }) else {
                continue
            }
            let isMultiple = peaks.contains { lag % $0 == 0 && correlations[lag] < correlations[$0] + 0.05 }
            if !isMultiple { peaks.append(lag) }
        }
        return Array(peaks.sorted { (correlations[$1], $0) < (correlations[$0], $1) }.prefix(3))
    }
}

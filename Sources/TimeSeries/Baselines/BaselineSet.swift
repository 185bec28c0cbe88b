import Kernels

/// The baselines that stand beside every forecast, fitted to all channels of a table.
///
/// What a baseline can choose, it chooses by the validation windows: the length of the moving average, the season, the
/// penalty. So it is as good as its kind allows.
public struct BaselineSet: Sendable {
    /// One kind of baseline.
    public struct Entry: Sendable {
        /// `seasonal naive (24)`
        public let name: String
        /// One for each channel of the table.
        public let channels: [any Baseline]
    }

    /// Persistence, moving average, drift, seasonal naive and the same with last residual (where the series has a
    /// season), ridge autoregression (where there are windows to fit it to).
    public let entries: [Entry]
    /// The periods that were tried, in steps, the strongest first.
    public let seasons: [Int]

    /// - Parameters:
    ///   - table: All parts; values behind the training part are read for the choice by validation windows alone.
    ///   - train: The windows of the training part, one collection for each channel (`SeriesTable.windows`).
    ///   - validation: Those of the validation part; may be empty.
    ///   - seasons: Periods in steps; nil finds them out from the training part.
    ///   - pool: Works on channels side by side.
    public init(
        fittedTo table: SeriesTable, train: [SlidingWindows], validation: [SlidingWindows], seasons: [Int]? = nil,
        pool: WorkerPool
    ) {
        let count = table.channels.count
        precondition(
            train.count == count && validation.count == count, "windows for \(train.count) of \(count) channels")
        let seasons = seasons ?? Self.seasons(of: table, train)
        self.seasons = seasons
        func best(_ candidates: [any Baseline]) -> [Entry] {
            let errors = candidates.map { Self.scaledError(of: $0, table, train, validation) }
            guard let least = errors.indices.min(by: { errors[$0] < errors[$1] }) else { return [] }
            let chosen = candidates[least]
            return [Entry(name: chosen.name, channels: [any Baseline](repeating: chosen, count: count))]
        }
        var entries = best([Persistence()])
        entries += best(Set([2, 3, 5, 10] + seasons).sorted().map { MovingAverage(length: $0) })
        entries += best([Drift()])
        entries += best(seasons.map { SeasonalNaive(period: $0) })
        entries += best(seasons.map { SeasonalNaive(period: $0, addsResidual: true) })
        let ridges = Slots<RidgeAutoregression>(count: count)
        pool.run(count) { channel in
            ridges[channel] = RidgeAutoregression(
                table.channels[channel], train: train[channel], validation: validation[channel])
        }
        let fitted = (0..<count).map { ridges[$0] }
        if let name = fitted.lazy.compactMap(\.self).first?.name {
            // A channel that is too short for a fit of its own repeats its last value.
            entries.append(Entry(name: name, channels: fitted.map { $0 ?? Persistence() as any Baseline }))
        }
        self.entries = entries
    }

    /// The seasons that the training parts of most channels have; where none is found, those that the step suggests and
    /// that fit twice into the part.
    private static func seasons(of table: SeriesTable, _ train: [SlidingWindows]) -> [Int] {
        var votes: [Int: Int] = [:]
        var order: [Int] = []
        for (channel, windows) in zip(table.channels, train).prefix(mostChannels) {
            for season in Seasons.found(in: Array(channel[..<end(of: windows)]), step: table.axis.step) {
                if votes[season] == nil { order.append(season) }
                votes[season, default: 0] += 1
            }
        }
        let looked = min(table.channels.count, mostChannels)
        let found = order.filter { votes[$0]! * 2 >= looked }
        if !found.isEmpty { return found }
        let length = train.map(end).max() ?? 0
        return table.axis.step.map { Seasons.candidates(for: $0).filter { $0 * 2 <= length } } ?? []
    }

    /// Where the steps end that windows forecast.
    private static func end(of windows: SlidingWindows) -> Int { windows.last?.targets.upperBound ?? 0 }

    /// Channels that are looked at for seasons.
    private static let mostChannels = 16

    /// The mean absolute error over all validation windows, each channel in units of its deviation in the training
    /// part.
    private static func scaledError(
        of baseline: any Baseline, _ table: SeriesTable, _ train: [SlidingWindows], _ validation: [SlidingWindows]
    ) -> Double {
        var (sum, count) = (0.0, 0.0)
        for (channel, windows) in validation.enumerated() where !windows.isEmpty {
            let values = table.channels[channel]
            let scale = Moments.meanAndDeviation(values[..<end(of: train[channel])].filter { !$0.isNaN }).deviation
            guard scale > 0 else { continue }
            let forecasts = baseline.forecasts(values, windows)
            var error = 0.0
            for (row, window) in windows.enumerated() {
                for (step, target) in window.targets.enumerated() {
                    error += abs(values[target] - forecasts[row * windows.horizon + step])
                }
            }
            sum += error / scale
            count += Double(windows.count * windows.horizon)
        }
        return count > 0 ? sum / count : 0
    }
}

extension SeriesTable {
    /// Windows for each channel whose targets lie in `part`, without those that touch a missing value of the channel.
    public func windows(
        lookback: Int, gap: Int = 0, horizon: Int, stride: Int = 1, targetsIn part: Range<Int>
    ) -> [SlidingWindows] {
        let all = SlidingWindows(lookback: lookback, gap: gap, horizon: horizon, stride: stride, targetsIn: part)
        return channels.map { all.withoutMissing(in: [$0]) }
    }
}

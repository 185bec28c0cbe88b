import Foundation
import Kernels
import TestSupport
import Testing
import TimeSeries

@Suite("Plain baselines")
struct BaselineTests {
    private let values: [Double] = [1, 2, 3, 10, 20, 30, 11, 22, 33]

    @Test func naive() {
        #expect(Persistence().forecast(after: values, horizon: 3) == [33, 33, 33])
        #expect(MovingAverage(length: 2).forecast(after: values, horizon: 2) == [27.5, 27.5])
        #expect(MovingAverage(length: 99).forecast(after: values, horizon: 1) == [132.0 / 9])
        #expect(Drift().forecast(after: values, horizon: 3) == [37, 41, 45])
        #expect(Drift().forecast(after: values, gap: 2, horizon: 1) == [45])
        #expect(SeasonalNaive(period: 3).forecast(after: values, horizon: 7) == [11, 22, 33, 11, 22, 33, 11])
        #expect(SeasonalNaive(period: 3).forecast(after: values, gap: 4, horizon: 2) == [22, 33])
        #expect(SeasonalNaive(period: 6).forecast(after: values, horizon: 4) == [10, 20, 30, 11])
        #expect(SeasonalNaive(period: 3, addsResidual: true).forecast(after: values, horizon: 4) == [14, 25, 36, 14])
        #expect(SeasonalNaive(period: 6, addsResidual: true).forecast(after: values, horizon: 1) == [40])
    }

    @Test("What is missing is passed over, and a season longer than the series falls back to persistence")
    func missing() {
        let holed: [Double] = [1, 2, 3, .nan, 20, 30, 11, .nan, .nan]
        #expect(Persistence().forecast(after: holed, horizon: 1) == [11])
        #expect(MovingAverage(length: 4).forecast(after: holed, horizon: 1) == [20.5])
        #expect(SeasonalNaive(period: 3).forecast(after: holed, horizon: 3) == [11, 20, 30])
        #expect(SeasonalNaive(period: 50).forecast(after: holed, horizon: 2) == [11, 11])
        #expect(SeasonalNaive(period: 50, addsResidual: true).forecast(after: holed, horizon: 1) == [11])
        #expect(SeasonalNaive(period: 3, addsResidual: true).forecast(after: holed, horizon: 2) == [21, 30])
        #expect(Drift().forecast(after: holed, horizon: 1) == [16])
    }

    @Test("A window's lookback does not hide the season before it")
    func lookback() {
        #expect(SeasonalNaive(period: 6).forecast(after: values, lookback: 2, horizon: 2) == [10, 20])
    }
}

@Suite("Ridge autoregression")
struct RidgeAutoregressionTests {
    private func windows(_ count: Int, lookback: Int = 8, horizon: Int = 3, gap: Int = 0) -> [SlidingWindows] {
        let parts = try! SeriesSplit.standard.parts(of: count, axis: .counter)
        return [parts.train, parts.validation, parts.test].map {
            SlidingWindows(lookback: lookback, gap: gap, horizon: horizon, targetsIn: $0)
        }
    }

    @Test("A process of known coefficients is learned: the errors are those of its noise")
    func process() throws {
        var generator = SeededGenerator(seed: 6)
        var values = [100.0, 101]
        for step in 2..<6000 {
            values.append(20 + 1.3 * values[step - 1] - 0.5 * values[step - 2] + generator.normal())
        }
        let windows = windows(values.count, horizon: 1)
        let ridge = try #require(RidgeAutoregression(values, train: windows[0], validation: windows[1]))
        let forecasts = ridge.forecasts(values, windows[2])
        let squares = zip(windows[2], forecasts).reduce(0.0) { $0 + pow(values[$1.0.targets.lowerBound] - $1.1, 2) }
        #expect(abs((squares / Double(forecasts.count)).squareRoot() - 1) < 0.05)
        // One window alone gives what the product of all gives.
        let block = (0..<5).map { row in
            var one = [0.0]
            values.withUnsafeBufferPointer { values in
                one.withUnsafeMutableBufferPointer { ridge.forecast(values, windows[2][row], into: $0) }
            }
            return one[0]
        }
        #expect(relativeError(block, Array(forecasts[..<5])) < 1e-12)
    }

    @Test("The weights satisfy the normal equations with their penalty, and the intercept carries none")
    func equations() throws {
        var generator = SeededGenerator(seed: 12)
        let values = (0..<400).map { sin(Double($0) * 0.4) * 3 + generator.normal() }
        let train = SlidingWindows(lookback: 5, gap: 1, horizon: 2, targetsIn: 0..<400)
        let none = SlidingWindows(lookback: 5, gap: 1, horizon: 2, targetsIn: 0..<0)
        let ridge = try #require(RidgeAutoregression(values, train: train, validation: none))
        #expect(ridge.penalty == 1e-2)
        // The mean of the residuals is zero, for the intercept carries no penalty.
        let forecasts = ridge.forecasts(values, train)
        let centred = (0..<5).map { lag -> [Double] in
            let lags = train.map { values[$0.inputs.lowerBound + lag] }
            let mean = lags.reduce(0, +) / Double(lags.count)
            return lags.map { $0 - mean }
        }
        // In units of the mean square of the inputs.
        let penalty = 1e-2 * centred.joined().reduce(0) { $0 + $1 * $1 } / 5
        for step in 0..<2 {
            let residuals = train.enumerated().map { values[$1.targets.lowerBound + step] - forecasts[$0 * 2 + step] }
            #expect(abs(residuals.reduce(0, +)) < 1e-8)
            // The gradient by weight j: the sum of residuals times centred lags equals the penalty times the weight.
            let zeros = [Double](repeating: 0, count: 5)
            for lag in 0..<5 {
                let lags = centred[lag]
                let gradient = zip(residuals, lags).reduce(0.0) { $0 + $1.0 * $1.1 }
                var impulse = zeros
                impulse[lag] = 1
                let weight = ridge.forecast(after: impulse, gap: 1, horizon: 2)[step]
                    - ridge.forecast(after: zeros, gap: 1, horizon: 2)[step]
                #expect(abs(gradient - penalty * weight) < 1e-6)
            }
        }
    }

    @Test("Constant, short and huge series end in finite forecasts or none")
    func extremes() throws {
        let constant = [Double](repeating: 5, count: 300)
        let all = windows(300)
        let ridge = try #require(RidgeAutoregression(constant, train: all[0], validation: all[1]))
        #expect(ridge.forecasts(constant, all[2]).allSatisfy { abs($0 - 5) < 1e-9 })
        let short = SlidingWindows(lookback: 8, horizon: 3, targetsIn: 0..<11)
        #expect(RidgeAutoregression(constant, train: short, validation: short) == nil)
        var outlier = (0..<300).map { Double($0 % 5) }
        outlier[100] = 1e36
        let huge = try #require(RidgeAutoregression(outlier, train: all[0], validation: all[1]))
        #expect(huge.forecasts(outlier, all[2]).allSatisfy { $0.isFinite })
    }

    @Test("On the real traffic: 1.09e8 against persistence's 2.08e8",
        .enabled(if: TestData.exists(TestData.traffic), "the traffic series is not there"))
    func realTraffic() throws {
        let table = try SeriesReading.read(path: TestData.traffic).table
        let windows = windows(table.count, lookback: 168, horizon: 1)
        let set = BaselineSet(
            fittedTo: table, train: [windows[0]], validation: [windows[1]], pool: WorkerPool(threadCount: 1))
        let errors = Dictionary(uniqueKeysWithValues: set.entries.map { entry in
            let forecasts = entry.channels[0].forecasts(table.channels[0], windows[2])
            let squares = zip(windows[2], forecasts).reduce(0.0) {
                $0 + pow(table.channels[0][$1.0.targets.lowerBound] - $1.1, 2)
            }
            return (entry.name, (squares / Double(forecasts.count)).squareRoot())
        })
        #expect(abs(try #require(errors["ridge autoregression"]) - 1.09e8) < 0.02e8, "\(errors)")
        #expect(abs(try #require(errors["persistence"]) - 2.08e8) < 0.01e8, "\(errors)")
        #expect(errors.count == 6, "\(errors)")
    }
}

@Suite("Baselines of a table")
struct BaselineSetTests {
    @Test("Seasons, lengths and penalties are chosen by the validation part; the test part changes nothing")
    func chosen() throws {
        let table = TrafficCorpus(.init(seed: 3, hours: 3000)).table
        let parts = try SeriesSplit.standard.parts(of: 3000, axis: table.axis)
        func set(_ table: SeriesTable) -> BaselineSet {
            BaselineSet(
                fittedTo: table, train: table.windows(lookback: 48, horizon: 24, targetsIn: parts.train),
                validation: table.windows(lookback: 48, horizon: 24, targetsIn: parts.validation),
                pool: WorkerPool(threadCount: 2))
        }
        let first = set(table)
        #expect(first.entries.map(\.name) == [
            "persistence", "moving average (24)", "drift", "seasonal naive (168)",
            "seasonal naive with last residual (168)", "ridge autoregression",
        ])
        #expect(first.seasons.first == 168 && first.seasons.contains(24))
        let spoiled = SeriesTable(
            axis: table.axis, names: table.names,
            channels: [table.channels[0].enumerated().map { parts.test.contains($0) ? 0 : $1 }])
        let second = set(spoiled)
        let windows = table.windows(lookback: 48, horizon: 24, targetsIn: parts.validation)[0]
        for (a, b) in zip(first.entries, second.entries) {
            #expect(a.name == b.name)
            let forecasts = [a, b].map { $0.channels[0].forecasts(table.channels[0], windows) }
            #expect(forecasts[0] == forecasts[1])
        }
    }

    @Test func withoutWindowsOrSeasons() {
        let table = SeriesTable([1, 2, 3])
        let none = table.windows(lookback: 5, horizon: 2, targetsIn: 0..<3)
        let set = BaselineSet(fittedTo: table, train: none, validation: none, pool: WorkerPool(threadCount: 1))
        #expect(set.entries.map(\.name) == ["persistence", "moving average (2)", "drift"] && set.seasons.isEmpty)
    }
}

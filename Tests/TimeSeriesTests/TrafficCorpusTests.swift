import Foundation
import TestSupport
import Testing
import TimeSeries

@Suite("The corpus of made traffic")
struct TrafficCorpusTests {
    @Test("The same seed gives the same sessions, on every machine; others do not")
    func sameBytes() {
        var text = ""
        TrafficCorpus(.init(seed: 1, hours: 2000)).writeCSV { text += $0 }
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        #expect(text.hasPrefix("time,sessions\n2023-01-02 00:00:00,"))
        #expect(String(hash, radix: 16) == "9bf94b107c4b8d4c")
        #expect(TrafficCorpus(.init(seed: 2, hours: 2000)).values != TrafficCorpus(.init(seed: 1, hours: 2000)).values)
        // More hours are the same hours and more.
        let longer = TrafficCorpus(.init(seed: 1, hours: 2100)).values
        #expect(Array(longer.prefix(2000)) == TrafficCorpus(.init(seed: 1, hours: 2000)).values)
    }

    @Test("The noise has the size that is stated, is white, and knows nothing of the hour")
    func noise() throws {
        let corpus = TrafficCorpus(.init(seed: 5, hours: 20_000, noiseThousandths: 80))
        let expected = corpus.expected
        let noise = zip(corpus.values, expected).map { (Double($0) / $1 - 1) / 0.08 }
        let count = Double(noise.count)
        let mean = noise.reduce(0, +) / count
        #expect(abs(mean) < 4 / count.squareRoot())
        #expect(abs(noise.reduce(0) { $0 + $1 * $1 } / count - 1) < 0.05)
        for lag in [1, 24, 168] { #expect(abs(try #require(Seasons.autocorrelation(of: noise, lag: lag))) < 0.03) }
        let best = corpus.bestErrors(in: 0..<20_000)
        #expect(abs(best.rmse / best.expectedRmse - 1) < 0.02)
        #expect(corpus.values.allSatisfy { $0 > 0 })
    }

    @Test("Without noise the sessions are their expectation: trend, day, week and holidays are there to see")
    func structure() throws {
        let corpus = TrafficCorpus(.init(seed: 1, hours: 17_520, noiseThousandths: 0))
        #expect(corpus.bestErrors(in: 0..<17_520).rmse <= 0.5)
        let values = corpus.values.map(Double.init)
        let days = (0..<730).map { values[$0 * 24..<$0 * 24 + 24].reduce(0, +) }
        let years = [days[0..<364].reduce(0, +), days[364..<728].reduce(0, +)]
        #expect(years[1] > 1.1 * years[0])
        // Saturday 7 January 2023 against the Friday before; May Day against the Monday before.
        #expect(days[5] < 0.85 * days[4])
        let mayDay = CivilDate(year: 2023, month: 5, day: 1).dayNumber - TrafficCorpus.start.dayNumber
        #expect(abs(days[mayDay] / days[mayDay - 7] - 0.55) < 0.03)
        let holidays = try Holidays.read(path: "h.csv", bytes: Array(corpus.holidayLines.utf8))
        #expect(holidays.contains(dayNumber: CivilDate(year: 2023, month: 5, day: 1).dayNumber))
        #expect(holidays.days.count == 21)
    }

    @Test("What is read back is what was made, and a plain ridge comes within a third of the best of all forecasts")
    func learnable() throws {
        let corpus = TrafficCorpus(.init(seed: 4, hours: 5000))
        var text = ""
        corpus.writeCSV { text += $0 }
        let table = try read(text).table
        // The test part, three weeks of July, has no holiday, which the lags of a single year cannot foretell.
        #expect(table.channels == corpus.table.channels && table.axis == corpus.axis)
        let parts = try SeriesSplit.standard.parts(of: table.count, axis: table.axis)
        func windows(_ part: Range<Int>) -> SlidingWindows {
            SlidingWindows(lookback: 168, horizon: 1, targetsIn: part)
        }
        let ridge = try #require(
            RidgeAutoregression(table.channels[0], train: windows(parts.train), validation: windows(parts.validation)))
        let forecasts = ridge.forecasts(table.channels[0], windows(parts.test))
        let squares = zip(windows(parts.test), forecasts).reduce(0.0) {
            $0 + pow(table.channels[0][$1.0.targets.lowerBound] - $1.1, 2)
        }
        // The lags of one week carry noise of their own, of which their mean keeps a part, and products of seasons are
        // not linear. The forecaster, which knows logarithm and calendar, comes within a tenth: ForecastTrainingTests.
        let rmse = (squares / Double(forecasts.count)).squareRoot()
        let best = corpus.bestErrors(in: parts.test).rmse
        #expect(rmse < 1.33 * best && rmse > 0.95 * best, "\(rmse) and \(best)")
    }
}

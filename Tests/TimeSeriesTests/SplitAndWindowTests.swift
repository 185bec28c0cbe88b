import TestSupport
import Testing
import TimeSeries

@Suite("Parts in time order")
struct SeriesPartsTests {
    @Test(arguments: [
        ("0.8,0.1,0.1", 4896, 3916, 4406, 4896), ("8640,2880,2880", 17_420, 8640, 11_520, 14_400),
        ("0.7, 0.1, 0.2", 10, 7, 8, 10), ("0.5,0.1,0.1", 100, 50, 60, 70), ("1,1,1", 3, 1, 2, 3),
    ])
    func sizes(text: String, count: Int, train: Int, validation: Int, test: Int) throws {
        let parts = try SeriesSplit(parsing: text).parts(of: count, axis: .counter)
        #expect(parts.train == 0..<train && parts.validation == train..<validation && parts.test == validation..<test)
    }

    @Test func dates() throws {
        let axis = TimeAxis(start: Timestamp(year: 2014, month: 1, day: 1), step: .day, format: .date)
        let split = try SeriesSplit(parsing: "2014-06-01,2014-09-01 12:00")
        let parts = try split.parts(of: 365, axis: axis)
        #expect(parts.train == 0..<151 && parts.validation == 151..<244 && parts.test == 244..<365)
        #expect(split.description == "2014-06-01,2014-09-01 12:00:00")
        #expect(throws: SeriesSplit.Problem.self) { try split.parts(of: 365, axis: .counter) }
        #expect(throws: SeriesSplit.Problem.self) { try split.parts(of: 100, axis: axis) }
    }

    @Test(arguments: [
        "", "0.8", "0.8,0.1", "0.8,0.2,0.1", "0,0.5,0.5", "-1,5,5", "a,b,c", "1,2,3,4", "2015-01-01,2014-01-01",
        "nan,0.1,0.1",
    ])
    func refused(text: String) { #expect(throws: SeriesSplit.Problem.self) { try SeriesSplit(parsing: text) } }

    @Test func tooShort() {
        #expect(throws: SeriesSplit.Problem.self) { try SeriesSplit.standard.parts(of: 5, axis: .counter) }
        #expect(throws: SeriesSplit.Problem.self) {
            try SeriesSplit.counts(train: 10, validation: 10, test: 10).parts(of: 29, axis: .counter)
        }
    }
}

@Suite("Sliding windows")
struct SlidingWindowsTests {
    @Test("Windows are those that an exhaustive search finds, for random shapes")
    func exhaustive() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let (lookback, gap) = (1 + generator.index(below: 9), generator.index(below: 4))
            let (horizon, stride) = (1 + generator.index(below: 6), 1 + generator.index(below: 3))
            let start = generator.index(below: 30)
            let part = start..<start + generator.index(below: 40)
            let windows = SlidingWindows(
                lookback: lookback, gap: gap, horizon: horizon, stride: stride, targetsIn: part)
            // Every target start in the part from the first that has its inputs, every `stride`-th.
            let fitting = part.filter { $0 - gap - lookback >= 0 && $0 + horizon <= part.upperBound }
            let expected = fitting.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
            #expect(windows.map(\.targets.lowerBound) == expected)
            for window in windows {
                #expect(window.targets.lowerBound - window.inputs.upperBound == gap)
                #expect(window.inputs.count == lookback && window.targets.count == horizon)
                #expect(window.targets.lowerBound >= part.lowerBound && window.targets.upperBound <= part.upperBound)
            }
        }
    }

    @Test("No target belongs to two parts, and every step of a part but the train's first is a target")
    func parts() throws {
        let parts = try SeriesSplit.standard.parts(of: 1000, axis: .counter)
        let targets = [parts.train, parts.validation, parts.test].map { part in
            Set(SlidingWindows(lookback: 50, horizon: 10, targetsIn: part).flatMap(\.targets))
        }
        #expect(targets[0] == Set(50..<800) && targets[1] == Set(800..<900) && targets[2] == Set(900..<1000))
    }

    @Test func missingValuesLeaveWindowsOut() {
        var values = (0..<100).map(Double.init)
        values[40] = .nan
        let table = SeriesTable(values)
        let windows = table.windows(lookback: 10, gap: 2, horizon: 3, targetsIn: 0..<100)[0]
        let all = SlidingWindows(lookback: 10, gap: 2, horizon: 3, targetsIn: 0..<100)
        #expect(windows.elementsEqual(all.filter { !$0.inputs.contains(40) && !$0.targets.contains(40) }))
        #expect(all.withoutMissing(in: [[Double](repeating: 0, count: 100)]) == all)
        #expect(windows.withoutMissing(in: [values]).elementsEqual(windows))
    }

    @Test func theFirstWindowInWords() {
        let windows = SlidingWindows(lookback: 168, horizon: 1, targetsIn: 0..<3916)
        #expect(windows.sentence(for: 0, on: .counter) ==
            "window 1 of 3748 reads steps 0 to 167 and forecasts step 168")
        let axis = TimeAxis(start: Timestamp(year: 2014, month: 4, day: 10), step: .day, format: .date)
        #expect(SlidingWindows(lookback: 2, gap: 1, horizon: 2, targetsIn: 0..<9).sentence(for: 1, on: axis) ==
            "window 2 of 5 reads steps 1 to 2 (2014-04-11 to 2014-04-12) and forecasts steps 4 to 5 "
            + "(2014-04-14 to 2014-04-15)")
    }
}

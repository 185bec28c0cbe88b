import Files
import Kernels
import TimeSeries

/// Series cut into parts and windows.
///
/// The parts are taken before anything is fitted: scalers, profiles and weights come from the training part, what is
/// chosen is chosen on the validation part, and nothing comes from the test part.
package struct ForecastData: Sendable {
    package let table: SeriesTable
    package let parts: SeriesParts
    /// Periods in steps that the training part has, the strongest first.
    package let seasons: [Int]
    package let holidays: Holidays
    /// What was found in the file.
    package let notes: [String]
    /// Windows of each part and series, over the whole horizon.
    package let training, validation, test: [SlidingWindows]
    /// The file, for messages.
    package let path: String

    /// - Parameters:
    ///   - parts: The parts; those of the recipe's split where nil.
    ///   - seasons: As trained; found in the training part where nil.
    ///   - holidays: Of the recipe's file, already read.
    ///   - testStride: Steps from one window of the test part to the next; that of the recipe where nil.
    /// - Throws: `FileError` where a part has no window.
    package init(
        _ table: SeriesTable, notes: [String], path: String, recipe: ForecastRecipe, parts: SeriesParts? = nil,
        seasons: [Int]? = nil, holidays: Holidays, testStride: Int? = nil
    ) throws {
        let path = InputFile.displayName(path)
        let window = recipe.window
        do throws(SeriesSplit.Problem) {
            self.parts = if let parts { parts } else { try recipe.split.parts(of: table.count, axis: table.axis) }
        } catch {
            throw FileError.malformed(path, .file, error.description)
        }
        (self.table, self.path, self.holidays, self.notes) = (table, path, holidays, notes)
        func windows(_ part: Range<Int>, stride: Int? = nil) -> [SlidingWindows] {
            table.windows(
                lookback: window.lookback, gap: window.gap, horizon: window.horizon,
                stride: stride ?? window.stride, targetsIn: part)
        }
        let parts = self.parts
        (training, validation) = (windows(parts.train), windows(parts.validation))
        test = windows(parts.test, stride: testStride)
        for (name, part, windows) in [
            ("training", parts.train, training), ("validation", parts.validation, validation),
            ("test", parts.test, test),
        ] where windows.allSatisfy(\.isEmpty) {
            let needed = name == "training" ? window.lookback + window.gap + window.horizon : window.horizon
            throw FileError.malformed(
                path, .file, "the \(name) part has \(part.count) of \(table.count) steps and no window in them; a "
                    + "lookback of \(window.lookback), a gap of \(window.gap) and a horizon of \(window.horizon) take "
                    + "at least \(needed) steps without missing values: longer data, a shorter lookback or horizon, or "
                    + "another split are expected")
        }
        self.seasons = seasons ?? Self.seasons(table, parts.train)
    }

    /// The seasons of the first series that has any.
    private static func seasons(_ table: SeriesTable, _ part: Range<Int>) -> [Int] {
        for channel in table.channels.prefix(16) {
            let found = Seasons.found(in: Array(channel[part]), step: table.axis.step)
            if !found.isEmpty { return found }
        }
        return []
    }

    /// The windows of each part, over all series.
    var counts: ForecastReport.Windows {
        func count(_ windows: [SlidingWindows]) -> Int { windows.reduce(0) { $0 + $1.count } }
        return ForecastReport.Windows(train: count(training), validation: count(validation), test: count(test))
    }

    /// The series that pictures show: the first that the test part has windows of.
    var shownSeries: Int { test.firstIndex { !$0.isEmpty } ?? 0 }

    /// The first window of the training part, in words.
    package var firstWindow: String {
        guard let windows = training.first(where: { !$0.isEmpty }) else { return "" }
        return windows.sentence(for: 0, on: table.axis)
    }

    /// Tells the data from others: a hash of names, values and parts.
    var digest: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a, by words
        func add(_ word: UInt64) { hash = (hash ^ word) &* 0x100_0000_01b3 }
        for (name, channel) in zip(table.names, table.channels) {
            for byte in name.utf8 { add(UInt64(byte)) }
            for value in channel { add(value.bitPattern) }
        }
        for part in [parts.train, parts.validation, parts.test] {
            add(UInt64(part.lowerBound))
            add(UInt64(part.upperBound))
        }
        for day in holidays.days { add(UInt64(bitPattern: Int64(day.dayNumber))) }
        return String(hash, radix: 16)
    }
}

extension [SlidingWindows] {
    /// Where the windows of all series start.
    var origins: [ForecastInputs.Origin] {
        enumerated().flatMap { series, windows in
            windows.map { ForecastInputs.Origin(series: series, start: $0.inputs.lowerBound) }
        }
    }
}

import Files

/// Finds the regular axis on which the stamps of a file lie.
struct AxisFinder {
    let path: String
    let format: TimeFormat
    let options: SeriesOptions

    /// The axis that starts at the first stamp.
    func axis(of rows: SeriesRows) throws -> TimeAxis {
        // Distances are taken within each series: those of a long table may be shifted against each other.
        var (stamps, distances): ([Int], [Int]) = ([], [])
        var lastSeries = -1
        for row in rows.sortedRows() {
            let (series, stamp) = (rows.series(of: row), rows.stamps[row])
            if series == lastSeries {
                if stamp == stamps[stamps.count - 1] { continue }
                distances.append(stamp - stamps[stamps.count - 1])
            }
            lastSeries = series
            stamps.append(stamp)
        }
        let first = stamps.min()!
        if format == .index {
            guard options.step == nil || options.start != nil else {
                throw FileError.malformed(
                    path, .file, "the file has no stamps of time; a step given for it needs a start given too")
            }
            let stride = Self.mostFrequent(distances)?.value ?? 1
            return TimeAxis(.index(first: first, stride: stride), format: .index)
        }
        guard options.start == nil else {
            throw FileError.malformed(
                path, .file, "the file has stamps of time; a start can be given for files that count their steps")
        }
        let step = try options.step ?? found(stamps, distances)
        switch step {
        case .months(let count):
            // 31 stands for the end of the month, on which months of any length may end.
            let dates = stamps.map { Timestamp(milliseconds: $0).date }
            let day = dates.map(\.day).max()!
            let atEnds = dates.allSatisfy { $0.day == CivilDate.days(inMonth: $0.month, of: $0.year) }
            return TimeAxis(
                .months(start: Timestamp(milliseconds: first), count: count, day: atEnds ? 31 : day), format: format)
        case .milliseconds(let length):
            let phase = Self.phase(stamps, length)
            let start = (first - phase + length / 2).flooredQuotient(length) * length + phase
            return TimeAxis(.fixed(start: Timestamp(milliseconds: start), milliseconds: length), format: format)
        }
    }

    private func found(_ stamps: [Int], _ distances: [Int]) throws -> TimeStep {
        guard let common = Self.mostFrequent(distances) else {
            throw FileError.malformed(
                path, .file, "only one stamp was found; two at least tell the step of time, or series.step does")
        }
        if let months = Self.months(stamps, distances) { return .months(months) }
        if common.count * 2 >= distances.count { return .milliseconds(common.value) }
        // Stamps that jitter around a step: the middle distance is near a round one.
        let middle = distances.sorted()[distances.count / 2]
        if let round = Self.roundSteps.first(where: { abs($0 - middle) * 5 < $0 }) { return .milliseconds(round) }
        let share = common.count * 100 / distances.count
        throw FileError.malformed(
            path, .file,
            "the stamps have no regular step: the most frequent distance, \(TimeStep.milliseconds(common.value)), "
                + "makes up \(share) % of all, the middle one is \(TimeStep.milliseconds(middle)); series.step says "
                + "which to take")
    }

    private static let roundSteps: [Int] = {
        let seconds = [1, 2, 5, 10, 15, 20, 30]
        let minutes = [1, 2, 3, 5, 10, 15, 20, 30].map { $0 * 60 }
        let hours = [1, 2, 3, 4, 6, 8, 12, 24, 168].map { $0 * 3600 }
        return (seconds + minutes + hours).map { $0 * 1000 }
    }()

    /// Months between stamps that all lie on one day of the month, or on the ends of months; nil where they do not.
    private static func months(_ stamps: [Int], _ distances: [Int]) -> Int? {
        guard distances.allSatisfy({ $0 >= 28 * Timestamp.millisecondsPerDay }) else { return nil }
        let all = stamps.map { Timestamp(milliseconds: $0) }
        let dates = all.map(\.date)
        let day = dates.map(\.day).max()!
        guard all.allSatisfy({ $0.millisecondOfDay == all[0].millisecondOfDay }),
            dates.allSatisfy({ $0.day == min(day, CivilDate.days(inMonth: $0.month, of: $0.year)) })
        else { return nil }
        let numbers = dates.map { $0.year * 12 + $0.month }
        return mostFrequent(zip(numbers, numbers.dropFirst()).map { $1 - $0 }.filter { $0 > 0 })?.value
    }

    /// What is left of most stamps when whole steps are taken away; 0, which is midnight in UTC, where they scatter.
    private static func phase(_ stamps: [Int], _ length: Int) -> Int {
        let rests = stamps.map { $0 - $0.flooredQuotient(length) * length }
        guard let common = mostFrequent(rests), common.count * 2 >= rests.count else { return 0 }
        return common.value
    }

    /// The most frequent number, the least of equals.
    private static func mostFrequent(_ numbers: [Int]) -> (value: Int, count: Int)? {
        var counts: [Int: Int] = [:]
        for number in numbers { counts[number, default: 0] += 1 }
        return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }
}

import Files
import Tables

/// The rows of a file, laid on a regular axis.
struct SeriesGrid {
    private let table: DelimitedTable
    private let columns: SeriesColumns
    private(set) var axis: TimeAxis
    /// `[channels][steps]`; NaN where a value is missing.
    private var channels: [[Double]] = []
    private var cutAtStart = 0  // steps
    private(set) var notes = SeriesReading.Notes()

    init(
        _ table: DelimitedTable, _ columns: SeriesColumns, _ rows: SeriesRows, _ axis: TimeAxis,
        duplicates: DuplicateRule
    ) throws {
        (self.table, self.columns, self.axis) = (table, columns, axis)
        let used = Set(columns.values + [columns.time, columns.id].compactMap(\.self))
        notes.unusedColumns = table.header.indices.filter { !used.contains($0) }.map { table.header[$0] }
        noteOrder(rows)
        let steps = rows.stamps.map { axis.nearestStep(toStamp: $0) }
        let count = try countOfSteps(steps, rows)
        let width = columns.values.count
        for series in 0..<rows.seriesCount {
            for column in columns.values {
                channels.append([Double](repeating: .nan, count: count))
                let name = table.header[column]
                let id = rows.ids.isEmpty ? nil : rows.ids[series]
                notes.channels.append(.init(name: id.map { width == 1 ? $0 : "\($0)/\(name)" } ?? name))
            }
        }
        try place(rows, steps, duplicates)
    }

    private mutating func noteOrder(_ rows: SeriesRows) {
        var last = [Int](repeating: .min, count: rows.seriesCount)
        for row in rows.stamps.indices {
            let series = rows.series(of: row)
            if rows.stamps[row] < last[series] { notes.unordered.add(line: rows.lines[row]) }
            last[series] = rows.stamps[row]
        }
    }

    /// A single wrong stamp, a year 1970 among others of 2020, must not fill the memory with missing values.
    private func countOfSteps(_ steps: [Int], _ rows: SeriesRows) throws -> Int {
        let last = steps.indices.max { steps[$0] < steps[$1] }!
        let count = steps[last] + 1
        let rowCount = steps.count
        guard count <= 50 * rowCount + 10_000, count * rows.seriesCount <= 200 * rowCount + 1_000_000 else {
            throw FileError.malformed(
                table.path, .line(rows.lines[last]),
                "the stamps reach from \(axis.label(at: 0)) to \(axis.label(at: steps[last])), \(count) steps of "
                    + "\(axis.stepName), for which there are \(rowCount) rows; either a stamp is wrong, or "
                    + "series.step should say another step")
        }
        return count
    }

    private mutating func place(_ rows: SeriesRows, _ steps: [Int], _ rule: DuplicateRule) throws {
        let order = rows.sortedRows()
        let width = columns.values.count
        var start = 0
        while start < order.count {
            let (series, step) = (rows.series(of: order[start]), steps[order[start]])
            var end = start + 1
            while end < order.count, rows.series(of: order[end]) == series, steps[order[end]] == step { end += 1 }
            let run = order[start..<end]
            try note(run, rows, step, rule)
            for column in 0..<width {
                let channel = series * width + column
                for row in run where rows.values[column][row].isNaN {
                    notes.channels[channel].missing.add(line: rows.lines[row])
                }
                channels[channel][step] = rule.merged(run.lazy.map { rows.values[column][$0] })
            }
            if end < order.count, rows.series(of: order[end]) == series, steps[order[end]] > step + 1 {
                note(gap: step + 1..<steps[order[end]], behind: rows.lines[order[end - 1]], rows, series)
            }
            start = end
        }
    }

    private mutating func note(_ run: ArraySlice<Int>, _ rows: SeriesRows, _ step: Int, _ rule: DuplicateRule) throws {
        for row in run where !axis.has(stamp: rows.stamps[row], at: step) {
            notes.offGrid.add(line: rows.lines[row])
        }
        for row in run.dropFirst() {
            guard rule != .refuse else {
                throw FileError.malformed(
                    table.path, .line(rows.lines[row]),
                    "the stamp \(axis.label(at: step)) has come before, on line \(rows.lines[run.first!]); one value "
                        + "for each step was expected")
            }
            notes.duplicates.add(line: rows.lines[row])
        }
    }

    private mutating func note(gap: Range<Int>, behind line: Int, _ rows: SeriesRows, _ series: Int) {
        notes.gapCount += 1
        notes.gapSteps += gap.count
        guard notes.gaps.count < SeriesReading.Notes.shownLines else { return }
        notes.gaps.append(
            .init(
                series: rows.ids.isEmpty ? nil : rows.ids[series], from: axis.label(at: gap.lowerBound),
                to: axis.label(at: gap.upperBound - 1), steps: gap.count, line: line))
    }
}

extension SeriesGrid {
    /// Channels without a single value are left out where their column was found out, and refused where it was named.
    mutating func dropEmptyChannels() throws {
        let empty = channels.indices.filter { channels[$0].allSatisfy(\.isNaN) }
        guard !empty.isEmpty else { return }
        if columns.areValuesNamed || empty.count == channels.count {
            throw FileError.malformed(
                table.path, .file, "no value was found in \"\(notes.channels[empty[0]].name)\": all of it is missing")
        }
        notes.unusedColumns += empty.map { notes.channels[$0].name }
        for channel in empty.reversed() {
            channels.remove(at: channel)
            notes.channels.remove(at: channel)
        }
    }

    /// Cuts off the steps at both ends at which no channel has a value.
    mutating func cutEnds() {
        let count = channels[0].count
        func isEmpty(_ step: Int) -> Bool { channels.allSatisfy { $0[step].isNaN } }
        let first = (0..<count).first { !isEmpty($0) } ?? 0
        let last = (0..<count).last { !isEmpty($0) } ?? count - 1
        notes.cutSteps = count - (last - first + 1)
        guard notes.cutSteps > 0 else { return }
        axis = axis.advanced(by: first)
        cutAtStart = first
        for channel in channels.indices { channels[channel] = Array(channels[channel][first...last]) }
    }

    /// Lays a counter on the time that the user gives for its first row.
    mutating func setTime(_ options: SeriesOptions) {
        guard let start = options.start, let step = options.step else { return }
        let isDate = start.millisecondOfDay == 0 && step.meanMilliseconds >= Double(Timestamp.millisecondsPerDay)
        axis = TimeAxis(start: start, step: step, format: isDate ? .date : .seconds).advanced(by: cutAtStart)
    }

    /// The table, with missing values filled.
    mutating func filled(by rule: FillRule) -> SeriesTable {
        notes.fill = rule
        for channel in channels.indices {
            notes.channels[channel].filled = rule.fill(&channels[channel])
            notes.channels[channel].stillMissing = channels[channel].count { $0.isNaN }
        }
        return SeriesTable(axis: axis, names: notes.channels.map(\.name), channels: channels)
    }
}

extension DuplicateRule {
    /// One value for several of one step; those that are missing do not count. NaN where all are.
    fileprivate func merged(_ values: some Collection<Double>) -> Double {
        if values.count == 1 { return values.first! }
        let known = values.filter { !$0.isNaN }
        guard let first = known.first, let last = known.last else { return .nan }
        return switch self {
        case .last: last
        case .first, .refuse: first
        case .mean: known.reduce(0) { $0 + $1 / Double(known.count) }
        case .sum: known.reduce(0, +)
        }
    }
}

extension TimeAxis {
    /// The step that is nearest to a stamp as `SeriesRows` holds it: milliseconds, or the counter's number.
    fileprivate func nearestStep(toStamp stamp: Int) -> Int {
        if case .index(let first, let stride) = spacing {
            return (stamp - first + stride / 2).flooredQuotient(stride)
        }
        return nearestStep(to: Timestamp(milliseconds: stamp))!
    }

    fileprivate func has(stamp: Int, at step: Int) -> Bool {
        if case .index(let first, let stride) = spacing { return first + step * stride == stamp }
        return timestamp(at: step)!.milliseconds == stamp
    }

    /// The step in words: `1 hour`; for a counter its number.
    public var stepName: String {
        if case .index(_, let stride) = spacing { return String(stride) }
        return step!.description
    }
}

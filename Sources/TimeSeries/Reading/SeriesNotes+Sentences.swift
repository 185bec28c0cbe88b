extension SeriesReading.Notes {
    /// What was found, what is wrong and what was done about it, a sentence a line; the first tells rows, time and
    /// step.
    public var sentences: [String] {
        var all = [summary]
        if let dateOrder {
            let number = dateOrder == .dayFirst ? "day" : "month"
            all.append("dates are read \(number) first, as in \(dateOrder.example), and written as \(first)")
        }
        if unordered.count > 0 {
            all.append("\(unordered.rows) out of order, sorted by time: \(unordered.linesText)")
        }
        if offGrid.count > 0 {
            all.append("\(offGrid.rows) between two steps, taken for the nearer: \(offGrid.linesText)")
        }
        if duplicates.count > 0 {
            let taken =
                switch duplicateRule {
                case .last: "the last of each counts"
                case .first, .refuse: "the first of each counts"
                case .mean: "their mean counts"
                case .sum: "their sum counts"
                }
            all.append("\(duplicates.rows) with a stamp that came before; \(taken): \(duplicates.linesText)")
        }
        all += gapSentences
        for channel in channels { all += sentences(of: channel) }
        if cutSteps > 0 {
            all.append("\(Self.counted(cutSteps, "step")) without any value cut off at the ends")
        }
        if !unusedColumns.isEmpty {
            let shown = unusedColumns.prefix(Self.shownLines).map { "\"\($0)\"" }.joined(separator: ", ")
            let more = unusedColumns.count - Self.shownLines
            all.append("not used: \(shown)" + (more > 0 ? " and \(more) more" : ""))
        }
        return all
    }

    /// `4,032 rows from 2014-04-10 00:04:00 to 2014-04-24 00:09:00, a step of 5 minutes`
    private var summary: String {
        let time =
            switch (timeColumn, format) {
            case (nil, _): "no column of time, rows are counted"
            case (let column?, .index): "\"\(column)\" counts steps of \(step)"
            case (_?, _): "a step of \(step)"
            }
        let names = channels.prefix(8).map { "\"\($0.name)\"" }.joined(separator: ", ")
        let more = channels.count > 8 ? " and \(channels.count - 8) more" : ""
        return "\(Self.counted(rows, "row")) from \(first) to \(last), \(time); "
            + (channels.count == 1 ? "the values are \(names)" : "\(channels.count) channels: \(names)\(more)")
    }

    private var gapSentences: [String] {
        guard gapCount > 0 else { return [] }
        let shown = gaps.prefix(3).map { gap in
            let stretch = gap.steps == 1 ? gap.from : "\(gap.from) to \(gap.to)"
            return (gap.series.map { "\($0): " } ?? "") + "\(stretch) behind line \(gap.line)"
        }
        let more = gapCount > shown.count ? ", and \(gapCount - shown.count) more" : ""
        let count = Self.counted(gapCount, "gap")
        return ["\(count) in time, \(Self.counted(gapSteps, "step")) in all: \(shown.joined(separator: ", "))\(more)"]
    }

    private func sentences(of channel: Channel) -> [String] {
        var all: [String] = []
        let name = channels.count > 1 ? " of \"\(channel.name)\"" : ""
        if channel.missing.count > 0 {
            let count = Self.counted(channel.missing.count, "row")
            all.append("\(count) without a value\(name): \(channel.missing.linesText)")
        }
        if channel.filled > 0 {
            let how =
                switch fill {
                case .linear: "on the line between their neighbours"
                case .previous: "with the value before"
                case .zero: "with 0"
                case .none: ""
                }
            all.append("\(Self.counted(channel.filled, "value"))\(name) filled \(how)")
        }
        if channel.stillMissing > 0 {
            let count = Self.counted(channel.stillMissing, "value")
            all.append("\(count)\(name) stay missing; windows that touch them are left out")
        }
        return all
    }

    /// `1 row`, `4,032 rows`
    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    fileprivate static func grouped(_ count: Int) -> String {
        var (rest, groups) = (count, [String]())
        while rest >= 1000 {
            let group = String(rest % 1000)
            groups.insert(String(repeating: "0", count: 3 - group.utf8.count) + group, at: 0)
            rest /= 1000
        }
        return ([String(rest)] + groups).joined(separator: ",")
    }
}

extension SeriesReading.Notes.Places {
    fileprivate var rows: String { "\(SeriesReading.Notes.grouped(count)) row\(count == 1 ? "" : "s")" }

    /// `line 17`, `lines 3, 4, 9 and 12 more`
    fileprivate var linesText: String {
        let shown = lines.map(String.init).joined(separator: ", ")
        let more = count - lines.count
        return (count == 1 ? "line " : "lines ") + shown
            + (more > 0 ? " and \(SeriesReading.Notes.grouped(more)) more" : "")
    }
}

import Files
import TestSupport
import Testing
import TimeSeries

@Suite("Reading series")
struct SeriesReadingTests {
    @Test(.enabled(if: TestData.exists(TestData.traffic), "the traffic series is not there"))
    func realTraffic() throws {
        let reading = try SeriesReading.read(path: TestData.traffic)
        #expect(reading.table.count == 4896 && reading.table.names == ["Sessions"])
        #expect(reading.notes.timeColumn == "Hour Index" && reading.table.axis == .counter)
        #expect(reading.table.channels[0].prefix(2) == [1_418_159_421, 1_113_769_116])
        #expect(reading.notes.sentences == [
            "4,896 rows from 0 to 4895, \"Hour Index\" counts steps of 1; the values are \"Sessions\""
        ])
    }

    @Test(.enabled(if: TestData.exists(TestData.pageViews), "the page views are not there"))
    func realPageViews() throws {
        let reading = try SeriesReading.read(path: TestData.pageViews)
        #expect(reading.table.axis.step == .day && reading.table.names == ["y"] && !reading.table.hasMissing)
        #expect(reading.notes.rows == 2905 && reading.table.count == 2905 + reading.notes.gapSteps)
        #expect(reading.notes.gapSteps > 0 && reading.notes.channels[0].filled == reading.notes.gapSteps)
        #expect(reading.notes.first == "2007-12-10" && reading.notes.last == "2016-01-20")
    }

    @Test(.enabled(if: TestData.exists(TestData.requests), "the request counts are not there"))
    func realRequests() throws {
        let reading = try SeriesReading.read(path: TestData.requests)
        #expect(reading.table.axis.step == TimeStep("5 minutes") && reading.table.names == ["value"])
        #expect(reading.notes.rows == 4032 && reading.table.count == 4032 + reading.notes.gapSteps)
        #expect(reading.notes.first == "2014-04-10 00:04:00" && !reading.table.hasMissing)
    }

    @Test("A table of the shape of the long-horizon benchmark: seven channels by the hour")
    func sevenChannels() throws {
        let names = ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL", "OT"]
        let axis = TimeAxis(start: Timestamp(year: 2016, month: 7, day: 1), step: .hour, format: .seconds)
        var lines = ["date," + names.joined(separator: ",")]
        for hour in 0..<17_420 {
            let values = names.indices.map { "\(Double(hour % 24 * ($0 + 1)) / 8)" }
            lines.append("\(axis.label(at: hour)),\(values.joined(separator: ","))")
        }
        let reading = try read(lines.joined(separator: "\n"))
        #expect(reading.table.names == names && reading.table.count == 17_420 && reading.table.axis == axis)
        #expect(reading.table.channels[6][17] == 17 * 7 / 8.0)
        #expect(reading.notes.sentences.count == 1)
        let parts = try SeriesSplit(parsing: "8640,2880,2880").parts(of: 17_420, axis: axis)
        #expect(parts.test == 11_520..<14_400)
        let windows = reading.table.windows(lookback: 336, horizon: 96, targetsIn: parts.test)
        #expect(windows.allSatisfy { $0.count == 2785 && $0[0].inputs == 11_184..<11_520 })
    }

    @Test(arguments: [
        ("t,y\n2014-04-10,1\n2014-04-11,2\n", "1 day", TimeFormat.date),
        ("y,date\n1,2014-04-10 00:00\n2,2014-04-10 00:10\n", "10 minutes", .minutes),
        ("date,y\n2014-04-10T00:00:00Z,1\n2014-04-10T01:00:00Z,2\n", "1 hour", .iso8601),
        ("time,y\n1397088240,1\n1397088300,2\n", "1 minute", .unixSeconds),
        ("timestamp,y\n1397088240000,1\n1397088240500,2\n", "500 milliseconds", .unixMilliseconds),
        ("day,y\n20140410,1\n20140411,2\n", "1 day", .compactDate),
        ("month,y\n2014-11,1\n2014-12,2\n", "1 month", .month),
        ("d,y\n2014-01-31,1\n2014-02-28,2\n2014-03-31,3\n", "1 month", .date),
        ("d,y\n2012-03-01,1\n2013-03-01,2\n2014-03-01,3\n", "1 year", .date),
        ("d,y\n2014-01-01,1\n2014-04-01,2\n2014-07-01,3\n", "3 months", .date),
        ("d,y\n2014-01-06,1\n2014-01-13,2\n2014-01-20,3\n", "1 week", .date),
        ("n,y\n5,1\n10,2\n15,3\n", "5", .index), ("y\n1\n2\n", "1", .index),
        ("Step No,y\n1,5\n3,6\n5,7\n", "2", .index),
    ])
    func stepsAndFormats(text: String, step: String, format: TimeFormat) throws {
        let reading = try read(text)
        #expect(reading.notes.step == step && reading.notes.format == format)
        #expect(reading.table.names == ["y"])
        #expect(reading.table.channels[0].count == text.split(separator: "\n").count - 1)
    }

    @Test("Rows of any order give the same series, and the lines of those that are out of order are told")
    func order() throws {
        let sorted = try read(hourly((0..<100).map(String.init)))
        var lines = hourly((0..<100).map(String.init)).split(separator: "\n").map(String.init)
        lines.swapAt(3, 4)
        lines.swapAt(50, 60)
        let shuffled = try read(lines.joined(separator: "\n"))
        #expect(shuffled.table.channels == sorted.table.channels && shuffled.table.axis == sorted.table.axis)
        #expect(shuffled.notes.unordered.lines.contains(5) && shuffled.notes.unordered.count == 3)
        var generator = SeededGenerator(seed: 3)
        var body = Array(lines.dropFirst())
        generator.shuffle(&body)
        #expect(try read(([lines[0]] + body).joined(separator: "\n")).table.channels == sorted.table.channels)
    }

    @Test(arguments: [(DuplicateRule.last, 9.0), (.first, 1), (.mean, 5), (.sum, 10)])
    func duplicates(rule: DuplicateRule, expected: Double) throws {
        let text = "time,y\n2014-04-10,0\n2014-04-11,1\n2014-04-12,2\n2014-04-11,9\n2014-04-11,\n"
        let reading = try read(text, SeriesOptions(duplicates: rule))
        #expect(reading.table.channels == [[0, expected, 2]])
        #expect(reading.notes.duplicates.lines == [5, 6])
        #expect(message(text, SeriesOptions(duplicates: .refuse)) ==
            "x.csv:5: the stamp 2014-04-11 has come before, on line 3; one value for each step was expected")
    }

    @Test(arguments: [
        (FillRule.linear, [Double.nan, 1, 2, 3, 4, 5, .nan], 3), (.previous, [.nan, 1, 1, 1, 1, 5, 5], 4),
        (.zero, [0, 1, 0, 0, 0, 5, 0], 5), (.none, [.nan, 1, .nan, .nan, .nan, 5, .nan], 0),
    ])
    func filling(rule: FillRule, expected: [Double], filled: Int) throws {
        // The second channel keeps the ends from being cut; lines 4 and 5 are missing altogether.
        let text = "step,y,z\n0,,1\n1,1,1\n2,NaN,1\n5,5,1\n6,null,1\n"
        let reading = try read(text, SeriesOptions(fill: rule))
        let found = reading.table.channels[0]
        #expect(zip(found, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) } && found.count == 7)
        #expect(reading.notes.channels[0].filled == filled && reading.notes.channels[0].missing.lines == [2, 4, 6])
        #expect(reading.notes.gapCount == 1 && reading.notes.gapSteps == 2)
        #expect(reading.notes.gaps.map { "\($0.from) \($0.to) \($0.steps) \($0.line)" } == ["3 4 2 4"])
    }

    @Test("Steps at the ends without any value are cut off, unless zeros fill them")
    func ends() throws {
        let text = hourly(["", "NA", "1", "2", "", "n/a"])
        let reading = try read(text)
        #expect(reading.table.channels == [[1, 2]] && reading.notes.cutSteps == 4)
        #expect(reading.notes.first == "2014-04-10 02:00:00")
        #expect(try read(text, SeriesOptions(fill: .zero)).table.channels == [[0, 0, 1, 2, 0, 0]])
        let dated = SeriesOptions(step: .day, start: Timestamp(year: 2020, month: 2, day: 27))
        let counted = try read("y\n\n\n1\n2\n\n3\n", dated)
        #expect(counted.table.axis.label(at: 0) == "2020-02-29" && counted.table.channels == [[1, 2, 2.5, 3]])
    }

    @Test("A clock that jumps for summer time shows an hour that is missing and one that comes twice")
    func summerTime() throws {
        var stamps = ["2014-03-30 00:00", "2014-03-30 01:00", "2014-03-30 03:00", "2014-03-30 04:00"]
        stamps += ["2014-03-30 05:00", "2014-03-30 05:00", "2014-03-30 06:00"]
        let text = "t,y\n" + stamps.enumerated().map { "\($1),\($0)\n" }.joined()
        let reading = try read(text)
        #expect(reading.notes.gaps.map(\.from) == ["2014-03-30 02:00"] && reading.notes.duplicates.lines == [7])
        #expect(reading.table.channels == [[0, 1, 1.5, 2, 3, 5, 6]])
        // Days that start at local midnight, written in UTC, shift by an hour and stay days.
        let days = ["2014-03-28T23:00:00Z", "2014-03-29T23:00:00Z", "2014-03-30T22:00:00Z", "2014-03-31T22:00:00Z"]
        let daily = try read("t,y\n" + (days + ["2014-04-01T22:00:00Z"]).map { "\($0),1\n" }.joined())
        #expect(daily.notes.step == "1 day" && daily.table.count == 5 && daily.notes.gapCount == 0)
        #expect(daily.notes.offGrid.count == 2)
    }

    @Test("Stamps that jitter around a round step are laid on it, each once")
    func jitter() throws {
        var generator = SeededGenerator(seed: 9)
        let start = Timestamp(year: 2020, month: 1, day: 1).milliseconds
        let lines = (0..<500).map { step in
            let stamp = Timestamp(milliseconds: start + step * 300_000 + generator.index(below: 60) * 1000)
            return "\(TimeFormat.seconds.text(stamp)),\(step)"
        }
        let reading = try read("time,y\n" + lines.joined(separator: "\n"))
        #expect(reading.notes.step == "5 minutes" && reading.table.channels == [(0..<500).map(Double.init)])
        #expect(reading.notes.offGrid.count > 400)
    }

    @Test("A long table becomes a channel for each id, on one axis")
    func longTable() throws {
        let text = """
            unique_id,ds,y
            a,2014-04-10,1
            b,2014-04-11,10
            a,2014-04-11,2
            b,2014-04-12,20
            a,2014-04-13,4
            b,2014-04-14,40

            """
        let reading = try read(text)
        #expect(reading.table.names == ["a", "b"] && reading.notes.idColumn == "unique_id")
        #expect(reading.table.channels[0].prefix(4) == [1, 2, 3, 4] && reading.table.channels[0][4].isNaN)
        #expect(reading.table.channels[1][0].isNaN && reading.table.channels[1].dropFirst() == [10, 20, 30, 40])
        #expect(reading.notes.gaps.map(\.series) == ["a", "b"] && reading.notes.duplicates.count == 0)
        #expect(reading.notes.channels.map(\.filled) == [1, 1])
        let two = try read("host,t,cpu,net\nx,0,1,2\ny,0,3,4\nx,1,5,6\ny,1,7,8\n", SeriesOptions(idColumn: "host"))
        #expect(two.table.names == ["x/cpu", "x/net", "y/cpu", "y/net"])
        #expect(two.table.channels == [[1, 5], [2, 6], [3, 7], [4, 8]])
    }

    @Test func columnsAreFoundAndNamed() throws {
        let text = ",note,date,visits,errors,empty\n0,a,2014-04-10,1,2,\n1,b,2014-04-11,3,4,\n"
        let reading = try read(text)
        #expect(reading.table.names == ["visits", "errors"])
        #expect(reading.notes.unusedColumns == ["", "note", "empty"])
        #expect(try read(text, SeriesOptions(valueColumns: ["errors"])).table.channels == [[2, 4]])
        #expect(message(text, SeriesOptions(valueColumns: ["empty"])) ==
            "x.csv: no value was found in \"empty\": all of it is missing")
        #expect(message(text, SeriesOptions(valueColumns: ["visit"])).hasPrefix(
            "x.csv:1: no column is named \"visit\"; the nearest is \"visits\""))
        #expect(message(text, SeriesOptions(valueColumns: ["date"], timeColumn: "date")) ==
            "x.csv:1: column \"date\" is to hold values and stamps or ids at once")
        #expect(try read("date;y\n2014-04-10;1,5\n2014-04-11;-2,25\n").table.channels == [[1.5, -2.25]])
    }
}

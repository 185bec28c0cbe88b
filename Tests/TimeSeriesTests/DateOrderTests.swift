import Files
import TestSupport
import Testing
import TimeSeries

@Suite("Dates that end with their year")
struct DateOrderTests {
    private func table(_ stamps: [String]) -> String {
        "date,y\n" + stamps.enumerated().map { "\($1),\($0)\n" }.joined()
    }

    @Test("A day above 12 tells the order of all, wherever it stands")
    func found() throws {
        let days = (1...31).map { $0 < 10 ? "0\($0)" : "\($0)" }
        let dayFirst = try read(table(days.map { "\($0)/01/2020" }))
        #expect(dayFirst.notes.dateOrder == .dayFirst && dayFirst.notes.step == "1 day")
        #expect(dayFirst.notes.first == "2020-01-01" && dayFirst.notes.last == "2020-01-31")
        #expect(dayFirst.notes.sentences.contains(
            "dates are read day first, as in 31/01/2020, and written as 2020-01-01"))
        let monthFirst = try read(table(days.map { "01/\($0)/2020" }))
        #expect(monthFirst.notes.dateOrder == .monthFirst && monthFirst.table.axis == dayFirst.table.axis)
        // The hours of the first twelve days tell nothing; the 13th does, far behind the rows that are looked at first.
        let hours = (0..<300).map { "\($0 / 24 + 1).3.2021 \($0 % 24):00" }
        let hourly = try read("t;y\n" + hours.map { "\($0);1,5\n" }.joined())
        #expect(hourly.notes.dateOrder == .dayFirst && hourly.notes.step == "1 hour")
        #expect(hourly.notes.first == "2021-03-01 00:00" && hourly.table.channels[0].allSatisfy { $0 == 1.5 })
        #expect(try read(table(["2020-01-01", "2020-01-02"])).notes.dateOrder == nil)
    }

    @Test("Dates that do not tell are refused, until the order is given")
    func ambiguous() throws {
        let text = table((1...9).map { "0\($0)/02/2020" })
        #expect(message(text) ==
            "x.csv:2: column \"date\" holds dates of which none tells whether the day or the month comes first: none "
            + "has a day above 12; --date-order dayFirst or monthFirst says which (series.dateOrder in a recipe)")
        #expect(try read(text, SeriesOptions(dateOrder: .dayFirst)).notes.step == "1 day")
        #expect(try read(text, SeriesOptions(dateOrder: .monthFirst)).notes.step == "1 month")
        #expect(message(table(["31/01/2020", "01/31/2020", "30/01/2020"])).contains("one order was expected"))
        let wrong = table((1...31).map { "\($0)/01/2020" })
        #expect(message(wrong, SeriesOptions(dateOrder: .monthFirst)) ==
            "x.csv:14: \"13/01/2020\" was found in column \"date\", a stamp like 01/31/2020, month first was expected")
    }

    @Test("A column that is plainly meant for stamps and cannot be read is said to be so, not left unused", arguments: [
        "31.01.20", "Jan 5 2020", "2020-W05", "5th of May",
    ])
    func unknown(stamp: String) {
        let found = message("date,y\n\(stamp),1\n\(stamp),2\n")
        #expect(found.hasPrefix("x.csv:2: column \"date\" holds no stamps, \"\(stamp)\" was found; 2014-04-10, "))
        #expect(found.contains("31/01/2020 or 01/31/2020"))
        // Words that are no stamps stay what they are, and a counter beside them counts.
        #expect((try? read("date,n,y\nMonday,0,1\nTuesday,1,2\n"))?.notes.timeColumn != "date")
    }

    @Test func linesOfAStream() throws {
        var reader = SeriesLineReader(names: ["y"], timeColumn: nil, dateOrder: .dayFirst)
        let observation = try #require(try reader.observation(in: "31/01/2020 05:00,7"))
        #expect(observation.stamp == Timestamp(year: 2020, month: 1, day: 31, hour: 5) && observation.values == [7])
    }
}

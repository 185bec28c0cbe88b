import Files
import TestSupport
import Testing
import TimeSeries

@Suite("Values line by line")
struct SeriesLineReaderTests {
    private func observations(_ lines: [String], names: [String] = ["y"], time: String? = "date") throws -> [String] {
        var reader = SeriesLineReader(names: names, timeColumn: time, path: "standard input")
        return try lines.compactMap { try reader.observation(in: $0) }.map { observation in
            let stamp = observation.stamp.map { TimeFormat.seconds.text($0) } ?? "-"
            return "\(observation.line) \(stamp) \(observation.values)"
        }
    }

    @Test func plainValues() throws {
        #expect(try observations(["1", "", " 2.5 ", "NaN", "-3e2"]) ==
            ["1 - [1.0]", "3 - [2.5]", "4 - [nan]", "5 - [-300.0]"])
        #expect(try observations(["value", "1"]) == ["2 - [1.0]"])
        #expect(try observations(["1;2,5", "3;4"], names: ["a", "b"]) == ["1 - [1.0, 2.5]", "2 - [3.0, 4.0]"])
    }

    @Test func stampsAndHeaders() throws {
        #expect(try observations(["2014-04-10 00:04:00,94", "2014-04-10 00:09:00,"]) ==
            ["1 2014-04-10 00:04:00 [94.0]", "2 2014-04-10 00:09:00 [nan]"])
        #expect(try observations(["\u{FEFF}x,\"date\",\"y\"", "7,2014-04-10,5", "8,2014-04-11,6"]) ==
            ["2 2014-04-10 00:00:00 [5.0]", "3 2014-04-11 00:00:00 [6.0]"])
        #expect(try observations(["t,v", "1397088240,5"]) == ["2 2014-04-10 00:04:00 [5.0]"])
        #expect(try observations(["17\t5"]) == ["1 - [5.0]"])
    }

    @Test(arguments: [
        (["1", "2,3"], "standard input:2: 2 fields found, 1 expected"),
        (["1,2,3"], "standard input:1: 3 fields found, 1 or, with a stamp before, 2 expected"),
        (["1", "x"], "standard input:2: \"x\" was found, a number was expected, or nothing where the value is missing"),
        (["1", "inf"], "standard input:2: \"inf\" was found, a finite number was expected"),
    ])
    func refused(lines: [String], message: String) {
        #expect { try observations(lines) } throws: { "\($0)" == message }
    }
}

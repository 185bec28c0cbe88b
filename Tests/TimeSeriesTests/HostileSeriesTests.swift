import Files
import TestSupport
import Testing
import TimeSeries

@Suite("Hostile files of series")
struct HostileSeriesTests {
    @Test(arguments: [
        ("", "x.csv: the file is empty, a header line was expected"),
        ("\n\n", "x.csv: nothing but empty lines was found, a header line was expected"),
        ("time,y\n", "x.csv: no row was found below the header, values were expected"),
        ("1,2\n3,4\n",
            "x.csv:1: the first line holds stamps and numbers, a header with the names of the columns was expected"),
        ("2014-04-10,2\n",
            "x.csv:1: the first line holds stamps and numbers, a header with the names of the columns was expected"),
        ("time,y\n2014-04-10,1\n",
            "x.csv: only one stamp was found; two at least tell the step of time, or series.step does"),
        ("time,y\n2014-04-10,1\n2014-04-11,1,2\n", "x.csv:3: 3 fields found, 2 expected"),
        ("time,y\n2014-04-10,1\n2014-04-11,two\n2014-04-12,3\n2014-04-13,3\n",
            "x.csv:3: \"two\" was found in column \"y\", a number was expected, or nothing where the value is missing"),
        ("n,y\n0,1\n1,inf\n2,3\n", "x.csv:3: \"inf\" was found in column \"y\", a finite number was expected"),
        ("n,y\n0,1\n1,-Infinity\n2,3\n",
            "x.csv:3: \"-Infinity\" was found in column \"y\", a finite number was expected"),
        ("n,y\n0,1\n1,1e999\n2,3\n", "x.csv:3: \"1e999\" was found in column \"y\", a finite number was expected"),
        ("n,y\n0,1\n1,1e38\n2,3\n",
            "x.csv:3: \"1e38\" was found in column \"y\", a number of at most 1e37 was expected"),
        ("n,y\n0,1\n1,0x1p3\n2,3\n",
            "x.csv:3: \"0x1p3\" was found in column \"y\", a number was expected, or nothing where the value is "
                + "missing"),
        ("n,y\n0,1\n1,\"1,000\"\n2,3\n",
            "x.csv:3: \"1,000\" was found in column \"y\", a number was expected, or nothing where the value is "
                + "missing"),
        ("time,y\n2014-04-10,1\n2014-04-11,2\n2014-04-31,3\n",
            "x.csv:4: \"2014-04-31\" was found in column \"time\", a stamp like 2014-04-10 was expected"),
        ("time,y\n2014-04-10,1\n2014-04-11,2\n,3\n",
            "x.csv:4: \"\" was found in column \"time\", a stamp like 2014-04-10 was expected"),
        ("time,name\n2014-04-10,a\n2014-04-11,b\n",
            "x.csv:1: no column of numbers was found beside the time; the columns are \"time\", \"name\""),
        ("time,y\n2014-04-10,\n2014-04-11,nan\n", "x.csv: no value was found in \"y\": all of it is missing"),
        ("unique_id,t,y\na,0,1\n ,1,2\n",
            "x.csv:3: nothing was found in column \"unique_id\", the id of a series was expected"),
    ])
    func refused(text: String, expected: String) { #expect(message(text) == expected) }

    @Test func bytesThatAreNoText() throws {
        let bytes = Array("t,y\n0,1\n1,".utf8) + [0xFF, 0x0A]
        #expect {
            try SeriesReading.read(path: "x.csv", bytes: bytes)
        } throws: { "\($0)" == "x.csv:3: byte 10 is 0xFF, UTF-8 was expected" }
        #expect(throws: FileError.self) { try SeriesReading.read(path: "/nonexistent/x.csv") }
    }

    @Test("One wrong stamp far away does not fill the memory")
    func farStamp() {
        let text = hourly((0..<50).map(String.init)) + "1970-01-01 00:00:00,5\n"
        #expect(message(text).contains("for which there are 51 rows; either a stamp is wrong, or series.step should"))
        let unix = "time,y\n" + (0..<50).map { "\(1_397_088_240 + $0),1\n" }.joined() + "4000000000,2\n"
        #expect(message(unix).contains("50 rows") || message(unix).contains("51 rows"))
    }

    @Test("Stamps without any regular step are refused, and can be gathered by a step that is given")
    func irregular() throws {
        var generator = SeededGenerator(seed: 2)
        var seconds = 1_397_088_000
        var lines = ["time,y"]
        for _ in 0..<400 {
            seconds += 1 + generator.index(below: 10_000)
            lines.append("\(seconds),1")
        }
        let text = lines.joined(separator: "\n")
        #expect(message(text).hasPrefix("x.csv: the stamps have no regular step: the most frequent distance, "))
        let daily = try read(text, SeriesOptions(step: .day, fill: .zero, duplicates: .sum))
        #expect(daily.table.channels[0].reduce(0, +) == 400 && daily.table.axis.step == .day)
    }

    @Test("Random bytes are refused or read, and never trap")
    func randomBytes() {
        var generator = SeededGenerator(seed: 11)
        let pieces = [
            "t", "y", ",", ",", ",", "\n", "\n", "\"", ";", "\t", "1", "-5.5", "2014-04-10", "2014-04-11 00:00", "NaN",
            "inf",
            "1397088240", "1e300", "é", " ", "id", "date", "999999999999999999999", "-", "0", "2014-02", "99991231",
            "4503599627370495", "-4503599627370495", "9999-12-31T23:59:59Z", "0000-01-01",
        ]
        for _ in 0..<3000 {
            let count = generator.index(below: 40)
            let text = (0..<count).map { _ in pieces[generator.index(below: pieces.count)] }.joined()
            var options = SeriesOptions()
            options.fill = FillRule.allCases[generator.index(below: 4)]
            options.duplicates = DuplicateRule.allCases[generator.index(below: 5)]
            if let reading = try? read("date,y\n" + text, options) {
                #expect(reading.table.count > 0 && !reading.notes.sentences.isEmpty)
            }
            _ = try? read(text, options)
        }
    }

    @Test("A constant series, one of two rows, and a giant outlier are read and scaled without harm")
    func extremes() throws {
        let constant = try read(hourly([String](repeating: "5", count: 30))).table
        for kind in SeriesScaler.Kind.allCases {
            let scaler = try SeriesScaler(kind, fittedTo: constant, part: 0..<20)
            let scaled = scaler.scaled(constant.channels[0], channel: 0)
            #expect(scaled.allSatisfy { $0.isFinite && abs($0) <= 5 })
            #expect(abs(scaler.unscaled(Double(scaled[0]), channel: 0) - 5) < 1e-12)
        }
        var values = (0..<100).map { "\($0 % 7)" }
        values[50] = "1e36"
        let outlier = try read(hourly(values)).table
        for kind in SeriesScaler.Kind.allCases where kind != .none {
            let scaler = try SeriesScaler(kind, fittedTo: outlier, part: 0..<100)
            #expect(scaler.scaled(outlier.channels[0], channel: 0).allSatisfy { $0.isFinite })
        }
        #expect(try read(hourly(["1", "2"])).table.windows(lookback: 168, horizon: 1, targetsIn: 0..<2)[0].isEmpty)
    }
}

import Files
import Tables
import TestSupport
import Testing

@Suite("Delimited tables")
struct DelimitedTableTests {
    private func table(_ text: String, _ path: String = "x.tsv") throws -> DelimitedTable {
        try DelimitedTable(path: path, bytes: Array(text.utf8))
    }

    private func rows(_ table: DelimitedTable) throws -> [[String]] { try table.map { try $0.get().fields } }

    /// What reading gives: fields, or the place and message of an error.
    private func outcomes(_ table: DelimitedTable) -> [String] {
        table.map { row in
            switch row {
            case .success(let row): "\(row.line) " + row.fields.joined(separator: "|")
            case .failure(let error): error.description
            }
        }
    }

    @Test func readsQuotesLinesAndEmptyFields() throws {
        let table = try table(
            "\u{FEFF}a\t b \r\n\"x\"\"y\tz\"\t\r\n\r\n\"two\r\nlines\"\tq \"uo\" te\n\t\"\"\nהי\t👍🏽\r")
        #expect(table.header == ["a", "b"])
        #expect(outcomes(table) == ["2 x\"y\tz|", "4 two\r\nlines|q \"uo\" te", "6 |", "7 הי|👍🏽"])
    }

    @Test(arguments: [
        ("x.tsv", "a,b;c\n", ["a,b;c"]), ("x.csv", "a,b;c\n", ["a", "b;c"]), ("x.CSV", "a;b\n", ["a", "b"]),
        ("x.csv", "a\tb\n", ["a\tb"]), ("-", "a\tb,c\td\n", ["a", "b,c", "d"]),
        ("x.txt", "a;b;\"c,,,\"\n", ["a", "b", "c,,,"]),
        ("-", "\n\r\na,b\n", ["a", "b"]), ("x", "only", ["only"]),
    ])
    func findsTheDelimiter(path: String, text: String, header: [String]) throws {
        #expect(try table(text, path).header == header)
    }

    @Test func aGivenDelimiterWins() throws {
        let table = try DelimitedTable(path: "x.tsv", bytes: Array("a;b\n1;2\n".utf8), delimiter: .semicolon)
        #expect(try rows(table) == [["1", "2"]])
    }

    @Test func emptyLinesAreRowsOfOneColumn() throws {
        #expect(try rows(table("a\nx\n\n\r\ny\n")) == [["x"], [""], [""], ["y"]])
        #expect(try rows(table("a\tb\n\n\n")).isEmpty)
        #expect(try table("a\n\nx\n").map { try $0.get().line } == [2, 3])
    }

    @Test(arguments: [
        ("", "x.tsv: the file is empty, a header line was expected"),
        ("\u{FEFF}", "x.tsv: nothing but empty lines was found, a header line was expected"),
        ("\r\n\n", "x.tsv: nothing but empty lines was found, a header line was expected"),
        ("\"a\tb", "x.tsv:1: the quote that opens on this line is not closed before the file ends"),
    ])
    func tablesWithoutHeaderAreRefused(text: String, message: String) {
        #expect {
            try table(text)
        } throws: { error in
            (error as? FileError)?.description == message && (error as? FileError)?.kind == .malformed
        }
    }

    @Test func readingGoesOnBehindMalformedRows() throws {
        let text = "a\tb\n1\n\"x\"y\t2\n3\t4\t5\n\"q\nr\"\t6\n\"open\t7\n8\t9\n\"z\nw\"\t\"u\"v\n10\t11\n"
        #expect(outcomes(try table(text)) == [
            "x.tsv:2: 1 field found, 2 expected",
            "x.tsv:3: text was found after a closing quote, a tab or the line's end was expected",
            "x.tsv:4: 3 fields found, 2 expected",
            "5 q\nr|6",
            "x.tsv:9: text was found after a closing quote, a tab or the line's end was expected "
                + "(the quote opens on line 7)",
            "8 8|9",
            "x.tsv:10: text was found after a closing quote, a tab or the line's end was expected",
            "x.tsv:10: text was found after a closing quote, a tab or the line's end was expected",
            "11 10|11",
        ])
    }

    @Test func aQuoteThatNeverClosesCostsOneLine() throws {
        let table = try table("a,b\n1,2\n3,\"4\n5,6\n", "x.csv")
        #expect(outcomes(table) == [
            "2 1|2", "x.csv:3: the quote that opens on this line is not closed before the file ends", "4 5|6",
        ])
    }

    @Test(arguments: [
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF5, 0x80, 0x80, 0x80], [0xC3],
    ] as [[UInt8]])
    func badUTF8IsNamedByLineAndByte(bad: [UInt8]) throws {
        let start = Array("a\tb\n\"é\"\"\n".utf8)
        let bytes = start + bad + Array("\"\tx\n1\t2\n".utf8)
        let outcomes = outcomes(try DelimitedTable(path: "x.tsv", bytes: bytes))
        let digits = String(bad[0], radix: 16, uppercase: true)
        #expect(outcomes.first == "x.tsv:3: byte \(start.count) is 0x\(digits), UTF-8 was expected")
        #expect(outcomes.last == "4 1|2")
    }

    @Test func theWholeOfUnicodeIsAccepted() throws {
        let samples: [UInt32] = [0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x1_0000, 0x10_FFFF]
        let text = String(String.UnicodeScalarView(samples.map { Unicode.Scalar($0)! }))
        #expect(try rows(table("a\tb\n\(text)\t\(text)\n")) == [[text, text]])
    }

    @Test func columnsAreFoundByName() throws {
        let table = try table("\ntitle\ttags\tid\tid\n")
        #expect(try table.column(named: "tags") == 1)
        func message(_ name: String) -> String? {
            do { return "\(try table.column(named: name))" } catch { return (error as? FileError)?.description }
        }
        #expect(message("titel") == "x.tsv:2: no column is named \"titel\"; the nearest is \"title\"; "
            + "the columns are \"title\", \"tags\", \"id\", \"id\"")
        #expect(message("Tags")?.contains("the nearest is \"tags\"") == true)
        #expect(message("something")?.contains("nearest") == false)
        #expect(message("id") == "x.tsv:2: 2 columns are named \"id\", one was expected")
    }

    @Test(arguments: DelimitedTable.Delimiter.allCases)
    func randomTablesComeBack(delimiter: DelimitedTable.Delimiter) throws {
        var generator = SeededGenerator(seed: UInt64(delimiter.rawValue))
        let pieces = [
            "a", "\"", "\"\"", "\t", ",", ";", "\n", "\r\n", " ", "é", "👍🏽", "العربية", "\u{0}", "long text",
        ]
        let separator = String(UnicodeScalar(delimiter.rawValue))
        for _ in 0..<1500 {
            let columns = Int.random(in: 1...4, using: &generator)
            let end = Bool.random(using: &generator) ? "\n" : "\r\n"
            var expected: [[String]] = []
            var text = (0..<columns).map { "column\($0)" }.joined(separator: separator) + end
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                let fields = (0..<columns).map { _ in
                    (0..<Int.random(in: 0...4, using: &generator))
                        .map { _ in pieces.randomElement(using: &generator)! }.joined()
                }
                expected.append(fields)
                text += fields.map { field in
                    let needsQuotes = field.isEmpty || field.utf8.first == 0x22
                        || field.utf8.contains { $0 == delimiter.rawValue || $0 == 0x0A || $0 == 0x0D }
                    guard needsQuotes || Bool.random(using: &generator) else { return field }
                    return "\"" + field.replacing("\"", with: "\"\"") + "\""
                }.joined(separator: separator) + end
            }
            if Bool.random(using: &generator), !expected.isEmpty { text = String(text.dropLast()) }
            let table = try DelimitedTable(path: "x", bytes: Array(text.utf8), delimiter: delimiter)
            let found = try rows(table)
            #expect(found.map { $0.map { Array($0.utf8) } } == expected.map { $0.map { Array($0.utf8) } },
                "in \(text.debugDescription)")
        }
    }

    @Test func randomBytesNeverTrapAndEveryLineIsReported() throws {
        var generator = SeededGenerator(seed: 99)
        let alphabet: [UInt8] = [0x22, 0x22, 0x09, 0x0A, 0x0D, 0x61, 0xC3, 0xA9, 0xFF]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...40, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator)! }
            guard let table = try? DelimitedTable(path: "x.tsv", bytes: Array("a\tb\n".utf8) + bytes) else {
                Issue.record("the header was refused")
                continue
            }
            let lines = bytes.count { $0 == 0x0A } + 2
            var found = 0
            for row in table {
                found += 1
                if case .success(let row) = row {
                    #expect(row.fields.count == 2 && (2...lines).contains(row.line))
                }
            }
            #expect(found <= lines)
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [
        "\"\n", "\"a\n", "a\t\"\n", "\"\"\"\n", "\"\t\"\"\n", "\n", "\t", "\"x\"y\n", "\"é\n",
    ])
    func hostileRepeatsTakeLinearTime(piece: String) throws {
        let table = try table("a\tb\n" + String(repeating: piece, count: 300_000 / piece.utf8.count))
        let start = ContinuousClock.now
        var count = 0
        for _ in table { count += 1 }
        #expect(count <= 300_000)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func aRowOfOneMegabyteIsRead() throws {
        let long = String(repeating: "x\"é", count: 250_000)
        let table = try table("a\tb\n\"\(long.replacing("\"", with: "\"\""))\"\t\(long)\n")
        #expect(try rows(table) == [[long, long]])
    }

    @Test(.enabled(if: TestData.exists(TestData.titles), "stackoverflow_titles.tsv is not there"))
    func realTitlesAreRead() throws {
        let table = try DelimitedTable(path: "titles.tsv", bytes: TestData.bytes(TestData.titles))
        let rows = try table.map { try $0.get() }
        #expect(table.header == ["title", "tags"])
        #expect(rows.count == 24_000 && rows.last?.line == 24_001)
        #expect(rows[2].fields[0] == "Content-Type \"application/json\" not required in rails")
    }
}

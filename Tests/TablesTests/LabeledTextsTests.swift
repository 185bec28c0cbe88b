import Files
import Tables
import TestSupport
import Testing

@Suite("Labels")
struct LabeledTextsTests {
    @Test(arguments: [
        ("['php', 'sql']", ["php", "sql"]), ("[\"c#\", '.net',]", ["c#", ".net"]), (" [ ] ", []), ("", []), ("  ", []),
        ("['it\\'s', \"a\\\\b\", 'x\\ty']", ["it's", "a\\b", "x\ty"]),
        ("['\\x41\\u00e9\\U0001F600\\101']", ["Aé😀A"]),
        ("[\"\\ud83d\\ude00\"]", ["😀"]), ("['a\\.b']", ["a\\.b"]), ("['a', ' a ', 'b']", ["a", "b"]),
        ("['a,b', 'c|d']", ["a,b", "c|d"]), ("<php><c#>", ["php", "c#"]), ("<a> <b>", ["a", "b"]),
        ("php", ["php"]), ("php, sql,php", ["php", "sql"]), ("two words", ["two words"]),
    ])
    func formsOfLabels(field: String, labels: [String]) throws {
        #expect(try LabelList.parse(field) == labels)
    }

    @Test func theDividerIsThatOfTheFile() throws {
        #expect(LabelList.Divider.found(in: ["a", "b,c", "d|e"]) == .bar)
        #expect(LabelList.Divider.found(in: ["a", "b,c", "['d|e']", "<f|g>"]) == .comma)
        #expect(try LabelList.parse("a, b|c", dividedBy: .bar) == ["a, b", "c"])
    }

    @Test(arguments: [
        ("['php'", "the end was found at character 7 of \"['php'\", \",\" or \"]\" was expected"),
        ("[php]", "\"p\" was found at character 2 of \"[php]\", a quoted label or \"]\" was expected"),
        ("['php' 'sql']", "\"'\" was found at character 8"), ("['php", "a closing ' was expected"),
        ("['a'] b", "nothing after \"]\" was expected"), ("['\\x4']", "2 hexadecimal digits was expected"),
        ("['\\ud800']", "Unicode character"), ("['\\ud83d\\u0041']", "surrogate pair"),
        ("['\\", "an escaped character"),
        ("<php", "a closing \">\" was expected"), ("<a>b", "\"b\" was found between labels"),
        ("<a><>", "an empty label"),
        ("a,,b", "an empty label was found in \"a,,b\", a name was expected"),
        ("['']", "an empty label"), ("[", "the end"),
    ])
    func malformedLabelsAreNamed(field: String, part: String) {
        #expect {
            try LabelList.parse(field)
        } throws: { error in
            (error as? LabelList.Malformed)?.description.contains(part) == true
        }
    }

    @Test func randomListsComeBackAndRandomFieldsNeverTrap() throws {
        var generator = SeededGenerator(seed: 5)
        let pieces = ["a", "'", "\"", "\\", "[", "]", ",", " b", "é", "😀", "\n", "|", "<", ">", "\\x", "\\u", "4"]
        for _ in 0..<5000 {
            let labels = (0..<Int.random(in: 0...4, using: &generator)).map { index in
                "\(index)" + (0..<Int.random(in: 0...3, using: &generator))
                    .map { _ in pieces.randomElement(using: &generator)! }.joined() + "z"
            }
            let quoted = labels.map { label in
                let quote = Bool.random(using: &generator) ? "'" : "\""
                let escaped = label.replacing("\\", with: "\\\\").replacing(quote, with: "\\" + quote)
                return quote + escaped.replacing("\n", with: "\\n") + quote
            }
            #expect(try LabelList.parse("[" + quoted.joined(separator: ", ") + "]") == labels)
            let field = (0..<8).map { _ in pieces.randomElement(using: &generator)! }.joined()
            if let found = try? LabelList.parse(field) {
                #expect(Set(found).count == found.count && !found.contains(""))
            }
        }
    }

    private func read(
        _ text: String, path: String = "x.tsv", text textColumn: String? = nil, labels: String? = nil,
        skipping: Bool = false
    ) throws -> LabeledTexts {
        try LabeledTexts.read(
            path: path, bytes: Array(text.utf8), textColumn: textColumn, labelsColumn: labels,
            skippingMalformed: skipping)
    }

    @Test func fastTextLines() throws {
        let text = "\u{FEFF}\n__label__c# __label__.net  How to \"quote\"? \r\n\n"
            + "__label__c#\t__label__c# x __label__y\nplain\n__label__a"
        let texts = try read(text, path: "x.txt")
        #expect(texts.rows == [
            .init(text: "How to \"quote\"?", labels: ["c#", ".net"], line: 2),
            .init(text: "x __label__y", labels: ["c#"], line: 4),
            .init(text: "plain", labels: [], line: 5),
            .init(text: "", labels: ["a"], line: 6),
        ])
        let noName = "an empty label was found in \"__label__ x\", a name was expected"
        #expect(throws: FileError.malformed("x.tsv", .line(2), noName)) {
            try read("__label__a b\n__label__ x\n")
        }
        #expect(try read("__label__a b\n__label__ x\n__label__c d\n", skipping: true).rows.count == 2)
        // Names of columns, which a training on a table had, are no matter here.
        #expect(try read("__label__a b\n", text: "title", labels: "tags").rows.map(\.text) == ["b"])
        let bytes = Array("__label__a b\n__label__c ".utf8) + [0xC3, 0x0A]
        #expect(throws: FileError.malformed("x", .line(2), "byte 24 is 0xC3, UTF-8 was expected")) {
            try LabeledTexts.read(path: "x", bytes: bytes)
        }
    }

    @Test func tablesOfTitlesAndTags() throws {
        let texts = try read("id\ttitle\ttags\n1\tA \"b\" c\t['x', 'y']\n2\td\t[]\n")
        #expect(texts.rows == [
            .init(text: "A \"b\" c", labels: ["x", "y"], line: 2), .init(text: "d", labels: [], line: 3),
        ])
        #expect(texts.skippedCount == 0)
        let divided = try read("text;labels\na;x|y, z\nb;w, v\n", path: "x.csv")
        #expect(divided.rows.map(\.labels) == [["x", "y, z"], ["w, v"]])
        #expect(try read("Question\tCategory\na\tx\n").rows == [.init(text: "a", labels: ["x"], line: 2)])
        #expect(try read("a\tb\n1\t2\n", text: "b", labels: "a").rows == [.init(text: "2", labels: ["1"], line: 2)])
    }

    @Test(arguments: [
        ("a\ttags\n", "no text column is named \"title\"; name one, the columns are \"a\", \"tags\""),
        ("title\n", "no labels column is named \"tags\"; name one, the only column is \"title\""),
        ("text\tbody\ttags\n", "2 columns may hold the text; name one"),
        ("title\tlabel\tclass\n", "2 columns may hold the labels; name one"),
    ])
    func unclearColumnsAreRefused(text: String, part: String) {
        #expect {
            try read(text)
        } throws: { error in
            guard let error = error as? FileError else { return false }
            return error.message.hasPrefix(part) && error.place == .line(1)
        }
    }

    @Test func malformedRowsAreSkippedWhereAsked() throws {
        var text = "title\ttags\n"
        for index in 0..<30 { text += index % 2 == 0 ? "t\(index)\t['a']\n" : "t\(index)\t['a'\n" }
        #expect {
            try read(text)
        } throws: { error in
            (error as? FileError)?.place == .line(3)
        }
        let texts = try read(text, skipping: true)
        #expect(texts.rows.count == 15 && texts.skippedCount == 15)
        #expect(texts.skipped.count == LabeledTexts.shownErrors && texts.skipped.first?.place == .line(3))
    }

    @Test(.enabled(if: TestData.exists(TestData.titles), "stackoverflow_titles.tsv is not there"))
    func realQuestionsAreRead() throws {
        let texts = try LabeledTexts.read(path: TestData.titles)
        #expect(texts.rows.count == 24_000 && texts.skippedCount == 0)
        #expect(texts.rows[5].labels == ["c++", "iphone", "ios", "xcode"])
        #expect(Set(texts.rows.flatMap(\.labels)).count == 100)
    }
}

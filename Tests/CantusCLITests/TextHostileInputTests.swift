import Testing

/// The text commands on input and options that are wrong.
@Suite struct TextHostileInputTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: ["clean", "tokens", "vocabulary", "one-hot"])
    func bytesThatAreNotUTF8AreNamed(command: String) throws {
        let wrongBytes: [[UInt8]] = [
            [0xFF], [0x80], [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xE2, 0x82],
        ]
        for wrong in wrongBytes {
            try folder.write(Array("é\r\nab".utf8) + wrong + Array("\ncd\n".utf8), to: "in.txt")
            let outcome = try Cantus.run(["text", command, "in.txt", "--output", "out"], in: folder)
            let digits = String(wrong[0], radix: 16, uppercase: true)
            expectFailure(outcome, 65, saying: "in.txt:2: byte 6 is 0x\(digits), UTF-8 was expected")
            #expect(folder.names == ["in.txt"])
        }
    }

    @Test func theLineIsThatOfItsFile() throws {
        try folder.write("one\ntwo\nthree\n", to: "a.txt")
        try folder.write(Array("\u{FEFF}four\n".utf8) + [0xFF], to: "b.txt")
        expectFailure(
            try Cantus.run("text", "vocabulary", "a.txt", "b.txt", in: folder), 65, saying: "b.txt:2: byte 8 is 0xFF")
    }

    @Test func missingFilesAreFoundBeforeAnythingIsWritten() throws {
        try folder.write("one\n", to: "a.txt")
        expectFailure(try Cantus.run("text", "clean", "a.txt", "none.txt", in: folder), 66, saying: "none.txt: no such")
        expectFailure(try Cantus.run("text", "clean", "a.txt", ".", in: folder), 66, saying: "a folder was found")
        expectFailure(
            try Cantus.run("text", "one-hot", "a.txt", "--vocabulary", "none.tsv", in: folder), 66, saying: "none.tsv")
        expectFailure(
            try Cantus.run("text", "clean", "a.txt", "-o", "none/out.txt", in: folder), 73, saying: "none/out.txt")
    }

    @Test(arguments: [
        (["clean", "--preset", "prose", "--rule", "caseFolding"], "exclude each other"),
        (["clean", "--rule", "caseFoldin"], "caseFolding"),
        (["clean", "--preset", "verse"], "prose"),
        (["clean", "-", "-"], "more than once"),
        (["tokens", "--preset", "none", "--rule", "caseFolding"], "exclude each other"),
        (["tokens", "--offsets", "--preset", "prose"], "--offsets"),
        (["tokens", "--offsets", "--rule", "caseFolding"], "--offsets"),
        (["tokens", "--tokenizer", "letters"], "whitespace"),
        (["vocabulary", "--minimum-count", "0"], "from 1 on"),
        (["vocabulary", "--maximum-size", "1"], "from 2 on"),
        (["one-hot", "--vocabulary", "-"], "standard input"),
        (["one-hot", "--unknown", "own"], "own-column"),
        (["one-hot", "--form", "wide"], "sparse"),
    ])
    func wrongUsageIsRefused(arguments: [String], message: String) throws {
        let outcome = try Cantus.run(["text"] + arguments, in: folder)
        #expect(outcome.code == 64)
        #expect(outcome.output == "")
        #expect(outcome.error.contains(message), "\(outcome.error)")
    }

    @Test(arguments: [
        ("", 1, "header"), ("id\ttoken\n", 1, "header"), ("id,token,count\n", 1, "header"),
        ("id\ttoken\tcount\n", 2, "<pad>"), ("id\ttoken\tcount\n0\t<pad>\t0\n", 3, "<unk>"),
        ("id\ttoken\tcount\n0\ta\t0\n1\t<unk>\t0\n", 2, "\"<pad>\" was expected"),
        ("id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n2\ta\n", 4, "2 fields were found, 3"),
        ("id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n\n", 4, "1 field was found"),
        ("id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n3\ta\t1\n", 4, "the id is \"3\", 2 was expected"),
        ("id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n2\t\t1\n", 4, "the token is empty"),
        ("id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n2\ta\t-1\n", 4, "the count is \"-1\""),
        ("id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n2\ta\tx\n", 4, "the count is \"x\""),
        ("id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n2\ta\t1\n3\tb\t1\n4\ta\t1\n", 6, "\"a\""),
    ])
    func aWrongVocabularyIsRefused(table: String, line: Int, message: String) throws {
        try folder.write(table, to: "words.tsv")
        let outcome = try Cantus.run("text", "one-hot", "--vocabulary", "words.tsv", in: folder, input: "a")
        expectFailure(outcome, 65, saying: "words.tsv:\(line): ", message)
    }

    @Test func aVocabularyThatIsNotUTF8IsRefused() throws {
        try folder.write(Array("id\ttoken\tcount\n0\t".utf8) + [0xFF], to: "words.tsv")
        let outcome = try Cantus.run("text", "one-hot", "--vocabulary", "words.tsv", in: folder, input: "a")
        expectFailure(outcome, 65, saying: "words.tsv:2: byte 17 is 0xFF")
    }

    // Long lines.

    /// A line of more than 3 MiB comes out as its words do on lines of their own.
    @Test func aGiantLineIsOneText() throws {
        let count = 400_000
        let words = (0..<count).map { "Word\($0 % 97)!" }
        let text = words.joined(separator: " ")
        try folder.write(text, to: "one.txt")
        try folder.write(words.joined(separator: "\n"), to: "many.txt")
        func output(_ arguments: String...) throws -> String {
            let outcome = try Cantus.run(["text"] + arguments, in: folder)
            expectSuccess(outcome)
            return outcome.output
        }
        for command in ["clean", "tokens"] {
            let many = try output(command, "many.txt").utf8.map { $0 == 0x0A ? 0x20 : $0 }
            let one = try output(command, "one.txt").utf8
            #expect(one.last == 0x0A)
            #expect(one.dropLast().elementsEqual(many.dropLast()))
        }
        #expect(try output("vocabulary", "one.txt") == (try output("vocabulary", "many.txt")))
        let places = try output("tokens", "one.txt", "--offsets").split(separator: "\n")
        #expect(places.count == count + 1)
        let last = "Word\((count - 1) % 97)"
        let end = text.utf8.count - 1
        #expect(places.last == "1\t\(end - last.utf8.count)\t\(end)\t\(last)")
        let steps = try output("one-hot", "one.txt").split(separator: "\n")
        #expect(steps.last?.hasPrefix("1\t\(count - 1)\t") == true)
    }

    @Test func aRunWithoutWhiteSpaceIsCutBetweenCharacters() throws {
        try folder.write(String(repeating: "é", count: 1_200_000), to: "in.txt")
        let outcome = try Cantus.run("text", "tokens", "in.txt", in: folder)
        expectSuccess(outcome)
        // 2.4 million bytes in pieces of at most 1 MiB.
        #expect(outcome.output.split(separator: " ").count == 3)
        #expect(outcome.output.utf8.count == 2_400_000 + 2 + 1)
    }
}

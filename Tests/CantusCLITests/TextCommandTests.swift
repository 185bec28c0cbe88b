import Testing

/// The text commands on small inputs, with outputs written by hand.
@Suite struct TextCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func output(_ arguments: String..., input: String? = nil) throws -> String {
        let outcome = try Cantus.run(["text"] + arguments, in: folder, input: input.map { Array($0.utf8) })
        expectSuccess(outcome)
        #expect(outcome.error == "")
        return outcome.output
    }

    // Cleaning.

    @Test(arguments: [
        ([], "it's a tree\n\nc nothing\n"),
        (["--preset", "prose"], "it's a tree\n\nc nothing\n"),
        (["--preset", "technical"], "it's a b tree b 1.5\n\nc# nothing\n"),
        (["--preset", "none"], "It's a <b>TREE</b>! 1.5\n\nC# & nothing\n"),
        (["--rule", "stripMarkup", "--rule", "caseFolding"], "it's a  tree ! 1.5\n\nc# & nothing\n"),
        (["--rule", "caseFolding", "--rule", "keepWords"], "it's a b tree b\n\nc nothing\n"),
    ])
    func cleaningFollowsThePresetOrTheRules(options: [String], expected: String) throws {
        try folder.write("It's a <b>TREE</b>! 1.5\n\nC# & nothing\n", to: "in.txt")
        let outcome = try Cantus.run(["text", "clean", "in.txt"] + options, in: folder)
        expectSuccess(outcome)
        #expect(outcome.output == expected)
    }

    @Test func aLineEndThatCleaningBringsForthIsASpace() throws {
        #expect(try output("clean", "--rule", "stripMarkup", input: "a&#10;b&#13;c\nd") == "a b c\nd\n")
    }

    // Lines and files.

    @Test(arguments: [
        ("", ""), ("\n", "\n"), ("a", "a\n"), ("a\r\n\r\nb\r\n", "a\n\nb\n"), ("a\r", "a\n"), ("a\rb\n", "a\rb\n"),
        ("\u{FEFF}a\n\u{FEFF}b\n", "a\n\u{FEFF}b\n"), ("\u{FEFF}", ""), ("a\u{0}b\u{2028}c", "a\u{0}b\u{2028}c\n"),
    ])
    func linesEndWithLFOrCRLF(input: String, expected: String) throws {
        #expect(try output("clean", "--preset", "none", input: input).utf8.elementsEqual(expected.utf8))
    }

    @Test func filesAndStandardInputFollowEachOther() throws {
        try folder.write("\u{FEFF}one", to: "a.txt")
        try folder.write("", to: "empty.txt")
        try folder.write("\u{FEFF}four\r\n", to: "b.txt")
        let lines = try output("clean", "a.txt", "empty.txt", "-", "b.txt", input: "two\nthree")
        #expect(lines == "one\ntwo\nthree\nfour\n")
        let places = try output("tokens", "--offsets", "a.txt", "-", "b.txt", input: "two\n three")
        #expect(places == "line\tstart\tend\ttoken\n1\t0\t3\tone\n2\t0\t3\ttwo\n3\t1\t6\tthree\n4\t0\t4\tfour\n")
    }

    @Test func anInputWithoutNameIsStandardInput() throws {
        #expect(try output("tokens", input: "a b") == "a b\n")
        #expect(try output("tokens", "-", input: "a b") == "a b\n")
    }

    // Tokens.

    @Test(arguments: [
        ("words", "don't stop c 3.5\n\nnaïve 中文\n"),
        ("wordsAndPunctuation", "don't stop , c # 3.5 !\n\nnaïve 中文 👍🏽\n"),
        ("whitespace", "don't stop, c# 3.5!\n\nnaïve 中文👍🏽\n"),
    ])
    func tokensStandBetweenSingleSpaces(tokenizer: String, expected: String) throws {
        let input = "  don't  stop,\tc# 3.5!\n \nnaïve\u{A0}\u{3000}中文👍🏽"
        #expect(try output("tokens", "--tokenizer", tokenizer, input: input) == expected)
    }

    @Test func thePresetBringsItsTokenizer() throws {
        let input = "C# and .NET"
        #expect(try output("tokens", "--preset", "technical", input: input) == "c# and .net\n")
        #expect(try output("tokens", "--preset", "prose", input: input) == "c and net\n")
        #expect(try output("tokens", "--preset", "technical", "--tokenizer", "words", input: input) == "c and net\n")
    }

    /// The space before a combining mark is part of its segment in Unicode's rules; no token may hold one.
    @Test func noTokenHoldsWhiteSpace() throws {
        let input = "a \u{301}b\t\u{200D}c\u{3000}\u{301}"
        let tokens = try output("tokens", "--tokenizer", "wordsAndPunctuation", input: input)
        #expect(tokens.utf8.elementsEqual("a \u{301} b \u{200D} c \u{301}\n".utf8))
        let places = try output("tokens", "--tokenizer", "wordsAndPunctuation", "--offsets", input: input)
        let expected = """
            line\tstart\tend\ttoken
            1\t0\t1\ta
            1\t2\t4\t\u{301}
            1\t4\t5\tb
            1\t6\t9\t\u{200D}
            1\t9\t10\tc
            1\t13\t15\t\u{301}

            """
        #expect(places.utf8.elementsEqual(expected.utf8), "\(places)")
    }

    @Test func placesAreBytesOfTheLineAsItStands() throws {
        #expect(
            try output("tokens", "--offsets", input: "\u{FEFF}é, ü\r\n\n\"ß\" 𐐀x") == """
                line\tstart\tend\ttoken
                1\t0\t2\té
                1\t4\t6\tü
                3\t1\t3\tß
                3\t5\t10\t𐐀x

                """)
    }

    // Vocabulary.

    @Test func theVocabularyIsATable() throws {
        try folder.write("b a b\n\n\"x\" b a", to: "in.txt")
        #expect(
            try output("vocabulary", "in.txt", "--tokenizer", "whitespace")
                == "id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n2\tb\t3\n3\ta\t2\n4\t\"x\"\t1\n")
        #expect(
            try output("vocabulary", "in.txt", "--minimum-count", "2", "--maximum-size", "3")
                == "id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n2\tb\t3\n")
        #expect(
            try output("vocabulary", "in.txt", "--json", "--minimum-count", "3") == """
                {"distinct":3,"entries":[{"count":0,"id":0,"token":"<pad>"},{"count":0,"id":1,"token":"<unk>"},\
                {"count":3,"id":2,"token":"b"}],"lines":3,"tokens":6}

                """)
        #expect(try output("vocabulary", input: "") == "id\ttoken\tcount\n0\t<pad>\t0\n1\t<unk>\t0\n")
    }

    // One-hot.

    @Test func oneHotVectorsAreSparseOrDense() throws {
        let input = "b a b\n\nc"
        #expect(try output("one-hot", input: input) == "line\tstep\tcolumn\n1\t0\t2\n1\t1\t3\n1\t2\t2\n3\t0\t4\n")
        #expect(
            try output("one-hot", "--form", "dense", input: input)
                == "0 0 1 0 0\n0 0 0 1 0\n0 0 1 0 0\n\n\n0 0 0 0 1\n\n")
        #expect(try output("one-hot", "--form", "dense", input: "") == "")
        #expect(try output("one-hot", input: "") == "line\tstep\tcolumn\n")
    }

    @Test(arguments: [
        ([], "line\tstep\tcolumn\n1\t0\t1\n1\t1\t2\n1\t2\t1\n"),
        (["--unknown", "zeros"], "line\tstep\tcolumn\n1\t1\t2\n"),
        (["--form", "dense"], "0 1 0\n0 0 1\n0 1 0\n\n"),
        (["--form", "dense", "--unknown", "zeros"], "0 0 0\n0 0 1\n0 0 0\n\n"),
    ])
    func unknownTokensHaveAColumnOrZeros(options: [String], expected: String) throws {
        try folder.write("id\ttoken\tcount\r\n0\t<pad>\t0\r\n1\t<unk>\t0\r\n2\ta\t7", to: "words.tsv")
        let outcome = try Cantus.run(
            ["text", "one-hot", "--vocabulary", "words.tsv"] + options, in: folder, input: Array("z a z".utf8))
        expectSuccess(outcome)
        #expect(outcome.output == expected)
    }

    // Output.

    @Test func theOutputFileIsKeptUnlessForced() throws {
        try folder.write("Old", to: "out.txt")
        try folder.write("New!", to: "in.txt")
        expectFailure(
            try Cantus.run("text", "clean", "in.txt", "--output", "out.txt", in: folder), 73, saying: "out.txt",
            "--force")
        #expect(try folder.text("out.txt") == "Old")
        #expect(try output("clean", "in.txt", "--output", "out.txt", "--force") == "")
        #expect(try folder.text("out.txt") == "new\n")
        // A file may be replaced by what is made of it.
        #expect(try output("clean", "in.txt", "--output", "in.txt", "--force") == "")
        #expect(try folder.text("in.txt") == "new\n")
        #expect(try output("clean", "in.txt", "--output", "-") == "new\n")
        #expect(folder.names == ["in.txt", "out.txt"])
    }

    @Test func aFailureLeavesNoOutput() throws {
        try folder.write("Old", to: "out.txt")
        try folder.write(Array("good\nbad ".utf8) + [0xC3, 0x28], to: "in.txt")
        let outcome = try Cantus.run("text", "clean", "in.txt", "-o", "out.txt", "--force", in: folder)
        expectFailure(outcome, 65, saying: "in.txt:2: byte 9 is 0xC3, UTF-8 was expected")
        #expect(try folder.text("out.txt") == "Old")
        #expect(folder.names == ["in.txt", "out.txt"])
    }
}

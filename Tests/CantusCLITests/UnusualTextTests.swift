import Testing

/// Texts that are long, empty, or of other scripts, in training and prediction.
@Suite struct UnusualTextTests {
    private static let texts = [
        String(repeating: "join ", count: 200_000), String(repeating: "word", count: 250_000), "", "   ",
        "🎉🎉👩‍👩‍👧‍👦 🇩🇪", "שלום עולם", "مرحبا بالعالم", "\u{202E}backwards", "e\u{301}\u{301}\u{301}", "\u{0}", "ﬁ ß İ",
        "a\u{2028}b",
    ]

    @Test func theyAreTrainedOnAndTagged() throws {
        let folder = try TemporaryFolder()
        // Before the others and behind them, so that the rows to test on have them, too.
        let rows = Self.texts.map { "\"\($0)\"\tsql\n" } + ["\"a title with\na new line\"\tc#|css\n", "\tcss\n"]
        let others = QuestionGrammar(200).tsv.split(separator: "\n").dropFirst().joined(separator: "\n")
        try folder.write("title\ttags\n" + rows.joined() + others + "\n" + rows.joined(), to: "questions.tsv")
        let outcome = try Cantus.run(Small.training("questions.tsv", epochs: 2), in: folder)
        expectSuccess(outcome)
        #expect(outcome.output.contains("rows have no word after cleaning; they are kept, as texts of no words."))
        #expect(outcome.output.contains("2 texts were cut to text.maximumLength, 256 words."))

        // As lines of standard input.
        let lines = Self.texts.filter { $0 != "a\u{2028}b" }
        let predicted = try Cantus.run(
            "tag", "predict", "model.safetensors", "--top", "1", in: folder, input: lines.joined(separator: "\n"))
        expectSuccess(predicted)
        let tagged = predicted.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        #expect(tagged.map { $0.split(separator: "\t", omittingEmptySubsequences: false)[1] } == lines.map { $0[...] })

        // As arguments, of which none may hold a NUL or more than 128 KiB.
        let short = Self.texts.filter { $0.utf8.count < 1_000 && !$0.contains("\u{0}") } + ["a title with\na new line"]
        let json = try Cantus.run(["tag", "predict", "model.safetensors", "--json", "--"] + short, in: folder)
        expectSuccess(json)
        #expect(try json.decoded(PredictTests.Predictions.self).predictions.map(\.text) == short)

        let evaluated = try Cantus.run("tag", "evaluate", "model.safetensors", "--data", "questions.tsv", in: folder)
        expectSuccess(evaluated)
        #expect(evaluated.output.contains("Scores on 228 test rows"))
    }
}

import Testing

/// Training from the command line, in every format that it reads.
@Suite struct TrainTests {
    /// The scores of one line of the report.
    struct Line: Decodable, Hashable {
        var name: String
        var micro_f1, macro_f1, weighted_f1, sample_f1, precision_at_1, mean_average_precision: Double
        var hamming_loss, subset_accuracy, threshold: Double
    }

    struct Report: Decodable {
        struct Rows: Decodable { var train, validation, threshold, test: Int }
        var model: Line
        var baselines: [Line]
        var rows: Rows
        var labels, parameters: Int
        var remarks: [String]
        var scored_part: String
        var seconds: Double
    }

    /// The formats of the same questions.
    enum Format: CaseIterable {
        case lists, bars, fastText

        var fileName: String {
            switch self {
            case .lists: "questions.tsv"
            case .bars: "questions.csv"
            case .fastText: "questions.txt"
            }
        }

        func text(_ grammar: QuestionGrammar) -> String {
            switch self {
            case .lists: grammar.tsv
            case .bars: grammar.csv
            case .fastText: grammar.fastText
            }
        }
    }

    @Test(arguments: Format.allCases)
    func everyFormatIsLearned(format: Format) throws {
        let folder = try TemporaryFolder()
        try folder.write(format.text(QuestionGrammar(400)), to: format.fileName)
        let outcome = try Cantus.run(Small.training(format.fileName, "--json"), in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(Report.self)
        #expect(report.model.micro_f1 > 0.9)
        #expect(report.model.name == "bigru")
        #expect(report.labels == QuestionGrammar.labels.count)
        #expect(
            [report.rows.test, report.rows.validation, report.rows.threshold, report.rows.train] == [40, 36, 18, 306])
        #expect(report.scored_part == "test")
        #expect(report.remarks == [])
        #expect(folder.names == ["model.safetensors", format.fileName].sorted())
    }

    /// The table with tabs and fastText's lines hold the same texts, so the models are the same to the byte.
    @Test func theFormatMakesNoDifference() throws {
        let folder = try TemporaryFolder()
        let models = try Format.allCases.map { format in
            try folder.write(format.text(QuestionGrammar(100)), to: format.fileName)
            let arguments = Small.training(format.fileName, output: "\(format)", epochs: 2)
            expectSuccess(try Cantus.run(arguments, in: folder))
            return try folder.bytes("\(format)")
        }
        #expect(models[0] == models[2])
        // "so" stands in every text of the table with commas.
        #expect(models[0] != models[1])
    }

    @Test func jsonHasExactlyTheKeysThatArePromised() throws {
        let report = try TrainTests.sharedReport().object()
        #expect(
            Set(report.keys) == [
                "model", "baselines", "rows", "parameters", "seconds", "labels", "remarks", "scored_part",
            ])
        let lineKeys: Set = [
            "name", "micro_f1", "macro_f1", "weighted_f1", "sample_f1", "precision_at_1", "mean_average_precision",
            "hamming_loss", "subset_accuracy", "threshold",
        ]
        let model = try #require(report["model"] as? [String: Any])
        let baselines = try #require(report["baselines"] as? [[String: Any]])
        #expect(baselines.count == 2)
        for line in [model] + baselines { #expect(Set(line.keys) == lineKeys) }
        let rows = try #require(report["rows"] as? [String: Any])
        #expect(Set(rows.keys) == ["train", "validation", "threshold", "test"])
    }

    @Test func progressGoesToStandardErrorAndTheTableToStandardOutput() throws {
        let folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(300).tsv, to: "questions.tsv")
        let outcome = try Cantus.run(Small.training("questions.tsv", epochs: 2), in: folder)
        expectSuccess(outcome)
        #expect(outcome.error.contains("230 rows to train on, 27 for validation, 13 for the threshold, 30 to test on"))
        #expect(outcome.error.contains("epoch 2 of 2: loss "))
        #expect(!outcome.error.contains("\u{1b}"))
        #expect(!outcome.output.contains("\u{1b}"))
        #expect(outcome.output.contains("most frequent labels"))
        #expect(outcome.output.contains("Scores on 30 test rows with 4 labels"))
        #expect(outcome.output.hasSuffix("\nThe model is in model.safetensors.\n"))
    }

    @Test func aTestFileTakesThePlaceOfTheHeldOutRows() throws {
        let folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(300).tsv, to: "questions.tsv")
        try folder.write(QuestionGrammar(50, seed: 8).fastText, to: "test.txt")
        let outcome = try Cantus.run(Small.training("questions.tsv", "--test", "test.txt", "--json"), in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(Report.self)
        #expect([report.rows.test, report.rows.validation, report.rows.threshold] == [50, 30, 15])
        #expect(report.rows.train == 255)
        let evaluated = try Cantus.run(
            "tag", "evaluate", "model.safetensors", "--data", "test.txt", "--json", in: folder)
        expectSuccess(evaluated)
        #expect(try evaluated.decoded(Report.self).model == report.model)
    }

    @Test func dataMayComeOnStandardInput() throws {
        let folder = try TemporaryFolder()
        let table = QuestionGrammar(300).tsv
        try folder.write(table, to: "questions.tsv")
        expectSuccess(try Cantus.run(Small.training("questions.tsv", output: "a", epochs: 2), in: folder))
        expectSuccess(
            try Cantus.run(Small.training("-", output: "b", epochs: 2), in: folder, input: Array(table.utf8)))
        #expect(try folder.bytes("a") == folder.bytes("b"))
    }

    @Test func columnsMayBeNamed() throws {
        let folder = try TemporaryFolder()
        let rows = QuestionGrammar(100).questions.map { "1\t\($0.labels[0])\t\($0.text)\n" }
        try folder.write("id\tkind\twords\n" + rows.joined(), to: "questions.tsv")
        let columns = ["--text", "words", "--labels", "kind"]
        expectSuccess(try Cantus.run(Small.training("questions.tsv", epochs: 1) + columns, in: folder))
        // Evaluation takes the columns from the model.
        let evaluated = try Cantus.run(
            "tag", "evaluate", "model.safetensors", "--data", "questions.tsv", in: folder)
        expectSuccess(evaluated)
        #expect(evaluated.output.contains("Scores on 100 test rows"))
        expectFailure(
            try Cantus.run(
                "tag", "evaluate", "model.safetensors", "--data", "questions.tsv", "--text", "word", in: folder),
            65, saying: "questions.tsv:1:", "\"word\"", "\"words\"")
        // FastText's lines have no columns to name.
        try folder.write(QuestionGrammar(20).fastText, to: "lines.txt")
        let lines = try Cantus.run("tag", "evaluate", "model.safetensors", "--data", "lines.txt", in: folder)
        expectSuccess(lines)
        #expect(lines.output.contains("Scores on 20 test rows") && lines.error == "")
    }

    /// Lines have no columns: what names some is not left without a word.
    @Test func columnsOfLinesAreSaidToDoNothing() throws {
        let folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(100).fastText, to: "lines.txt")
        let trained = try Cantus.run(
            Small.training("lines.txt", epochs: 1, "--json") + ["--text", "words", "--labels", "kind"], in: folder)
        expectSuccess(trained)
        #expect(try trained.decoded(Report.self).remarks.count { $0.contains("columns.text and columns.labels") } == 1)
        let evaluated = try Cantus.run(
            "tag", "evaluate", "model.safetensors", "--data", "lines.txt", "--text", "words", in: folder)
        expectSuccess(evaluated)
        #expect(
            evaluated.error
                == "lines.txt holds fastText's lines, which have no columns: --text and --labels did nothing.\n")
    }

    @Test func malformedRowsAreLeftOutOnRequest() throws {
        let folder = try TemporaryFolder()
        var lines = QuestionGrammar(100).tsv.split(separator: "\n").map(String.init)
        lines.insert("a text alone", at: 10)
        lines.insert("open\t['c#'", at: 21)
        try folder.write(lines.joined(separator: "\n"), to: "questions.tsv")
        let outcome = try Cantus.run(Small.training("questions.tsv", epochs: 1, "--skip-malformed"), in: folder)
        expectSuccess(outcome)
        #expect(outcome.error.contains("2 malformed rows were left out of questions.tsv:\n  questions.tsv:11: 1 field"))
        #expect(outcome.error.contains("\n  questions.tsv:22: "))
        #expect(outcome.error.contains("77 rows to train on"))
    }

    @Test func atMostTenMalformedRowsAreShown() throws {
        let folder = try TemporaryFolder()
        let table = QuestionGrammar(100).tsv + String(repeating: "a text alone\n", count: 12)
        try folder.write(table, to: "questions.tsv")
        let outcome = try Cantus.run(Small.training("questions.tsv", epochs: 1, "--skip-malformed"), in: folder)
        expectSuccess(outcome)
        #expect(outcome.error.contains("12 malformed rows were left out"))
        #expect(outcome.error.components(separatedBy: "\n  questions.tsv:").count == 11)
        #expect(outcome.error.contains("\n  …\n"))
    }

    /// The report of the shared model's training.
    static func sharedReport() throws -> Cantus.Outcome {
        Cantus.Outcome(output: try SharedModel.folder().text("report.json"), error: "", code: 0, signal: nil)
    }
}

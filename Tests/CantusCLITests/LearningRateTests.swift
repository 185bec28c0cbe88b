import Testing

/// `tag learning-rate`.
@Suite struct LearningRateTests {
    private struct Report: Decodable {
        struct Point: Decodable { var learningRate, loss, smoothedLoss: Double }
        var points: [Point]
        var suggestion: Double?
        var learningRate: Double
        var exploded: Bool
    }

    /// The arguments of a search that takes a moment.
    private static func search(_ others: String...) -> [String] {
        ["tag", "learning-rate", "--data", "questions.tsv", "--threads", "1"] + Small.settings + others
    }

    private static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(200).tsv, to: "questions.tsv")
        return folder
    }

    /// The loss falls while the rate rises from far too small; where it falls is what is advised.
    @Test func theCurveFallsAndTellsWhere() throws {
        let folder = try Self.folder()
        let outcome = try Cantus.run(Self.search("--json"), in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(Report.self)
        #expect((100...200).contains(report.points.count) && report.exploded == (report.points.count < 200))
        let rates = report.points.map(\.learningRate)
        #expect(abs(rates[0] - 1e-5) < 1e-12 && zip(rates, rates.dropFirst()).allSatisfy { $0 < $1 })
        let losses = report.points.map(\.smoothedLoss)
        let lowest = try #require(losses.min())
        #expect(lowest < 0.8 * losses[0])
        let suggestion = try #require(report.suggestion)
        let bottom = try #require(losses.firstIndex(of: lowest))
        #expect(suggestion > 1e-3 && suggestion < rates[bottom])
        #expect(report.learningRate == 0.05)
        #expect(folder.names == ["questions.tsv"])
        let again = try Cantus.run(Self.search("--json"), in: folder)
        #expect(again.output == outcome.output)
    }

    @Test func jsonHasExactlyTheKeysThatArePromised() throws {
        let object = try Cantus.run(Self.search("--json", "--model", "gru"), in: try Self.folder()).object()
        #expect(Set(object.keys) == ["points", "suggestion", "limit", "learningRate", "exploded"])
        let point = try #require((object["points"] as? [[String: Any]])?.first)
        #expect(Set(point.keys) == ["learningRate", "loss", "smoothedLoss"])
    }

    @Test func theTableMarksTheSuggestion() throws {
        let outcome = try Cantus.run(Self.search(), in: try Self.folder())
        expectSuccess(outcome)
        let lines = outcome.output.split(separator: "\n")
        let marked = try #require(lines.first { $0.hasPrefix("* ") }).split(separator: " ")[1]
        #expect(
            outcome.output.contains(
                "The loss falls most steeply at a learning rate of \(marked); the recipe has 0.050."))
        #expect(outcome.output.contains("--set training.learningRate="))
        // A head and a rule, and points, of which the first has the longest bar.
        #expect((20...30).contains(lines.count))
        #expect(lines[2].hasSuffix(String(repeating: "━", count: 40)), "\(lines[2])")
    }

    @Test func aLossThatDoesNotFallIsSaid() throws {
        let outcome = try Cantus.run(
            Self.search("--from", "1e-12", "--to", "1e-11", "--steps", "10"), in: try Self.folder())
        expectSuccess(outcome)
        #expect(!outcome.output.contains("nan"))
        #expect(outcome.output.contains("The loss "))
    }

    @Test(arguments: [
        (["--from", "1", "--to", "0.1"], "--from is 1.0 and --to 0.1"), (["--from", "0"], "--from is 0.0"),
        (["--steps", "2"], "--steps is 2"), (["--set", "model.hiden=3"], "unknown key \"model.hiden\""),
        (["--model", "all"], "model.kind is \"all\""),
    ])
    func wrongUsageIsRefused(arguments: [String], message: String) throws {
        expectFailure(try Cantus.run(Self.search() + arguments, in: try Self.folder()), 64, saying: message)
    }
}

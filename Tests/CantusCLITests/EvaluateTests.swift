import Foundation
import Testing

/// Scoring a trained model from the command line.
@Suite struct EvaluateTests {
    typealias Report = TrainTests.Report

    private func evaluate(_ others: String...) throws -> Cantus.Outcome {
        try Cantus.run(
            ["tag", "evaluate", "model.safetensors", "--data", "held.tsv"] + others, in: try SharedModel.folder())
    }

    @Test func heldOutRowsGiveTheFiguresOfTheTraining() throws {
        let trained = try TrainTests.sharedReport().decoded(Report.self)
        let evaluated = try evaluate("--json").decoded(Report.self)
        #expect(evaluated.model == trained.model)
        #expect(evaluated.baselines == trained.baselines.filter { $0.name == "most frequent labels" })
        #expect(evaluated.parameters == trained.parameters)
        #expect(evaluated.remarks.count == 1)
        #expect(evaluated.remarks.first?.contains("--train") == true)
    }

    @Test func theTrainingRowsBringTheLinearBaseline() throws {
        let trained = try TrainTests.sharedReport().decoded(Report.self)
        let evaluated = try evaluate("--train", "questions.tsv", "--json").decoded(Report.self)
        #expect(evaluated.model == trained.model)
        #expect(evaluated.baselines == trained.baselines)
        #expect(evaluated.remarks == [])
    }

    @Test func jsonHasTheKeysOfTraining() throws {
        let trained = try TrainTests.sharedReport().object()
        let evaluated = try evaluate("--json").object()
        #expect(Set(evaluated.keys) == Set(trained.keys))
        let rows = try #require(evaluated["rows"] as? [String: Int])
        #expect(rows == ["train": 0, "validation": 0, "threshold": 0, "test": 40])
    }

    @Test func theTableShowsTheSameFigures() throws {
        let outcome = try evaluate()
        expectSuccess(outcome)
        #expect(outcome.error == "")
        let figures = try TrainTests.sharedReport().decoded(Report.self).model
        let line = try #require(outcome.output.split(separator: "\n").first { $0.hasPrefix("* bigru") })
        let fields = line.split(separator: " ").dropFirst(2).compactMap { Double($0) }
        let expected = [
            figures.micro_f1, figures.macro_f1, figures.weighted_f1, figures.sample_f1, figures.precision_at_1,
            figures.mean_average_precision, figures.hamming_loss, figures.subset_accuracy, figures.threshold,
        ]
        #expect(fields.count == expected.count)
        for (field, exact) in zip(fields, expected) { #expect(abs(field - exact) <= 0.000_501) }
    }

    @Test func otherTrainingRowsAreRefused() throws {
        let folder = try TemporaryFolder()
        let model = try SharedModel.folder()["model.safetensors"]
        try folder.write("title\ttags\n" + String(repeating: "a b\tx|y\n", count: 40), to: "other.tsv")
        expectFailure(
            try Cantus.run(
                "tag", "evaluate", model, "--data", "other.tsv", "--train", "other.tsv", in: folder),
            65, saying: "other.tsv", "2 labels", "4")
    }

    @Test func labelsThatTheModelDoesNotKnowCountAsMissed() throws {
        let folder = try TemporaryFolder()
        let model = try SharedModel.folder()["model.safetensors"]
        let text = "linq delegate wpf"
        try folder.write("title\ttags\n\(text)\tc#|unheard\n", to: "rows.tsv")
        let tagged = try Cantus.run("tag", "predict", model, text, "--json", in: folder)
        let found = try #require(try tagged.decoded(PredictTests.Predictions.self).predictions.first?.labels)
        try #require(found.contains { $0.label == "c#" })
        let outcome = try Cantus.run("tag", "evaluate", model, "--data", "rows.tsv", "--json", in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(Report.self)
        // One label found, one missed, the others found wrongly. Five labels in all, one of them right.
        #expect(abs(report.model.micro_f1 - 2.0 / Double(2 + 1 + (found.count - 1))) < 1e-12)
        #expect(abs(report.model.macro_f1 - 1.0 / 5) < 1e-12)
        #expect(report.remarks.first?.contains("1 label of these rows is not among the model's 4") == true)
    }

    @Test func noRowsAreRefused() throws {
        let folder = try TemporaryFolder()
        let model = try SharedModel.folder()["model.safetensors"]
        try folder.write("title\ttags\n", to: "rows.tsv")
        expectFailure(
            try Cantus.run("tag", "evaluate", model, "--data", "rows.tsv", in: folder), 65, saying: "rows.tsv",
            "no rows")
    }
}

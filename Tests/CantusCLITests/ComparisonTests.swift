import Foundation
import Testing

/// `tag train --model all`: every kind of model on the same parts.
@Suite struct ComparisonTests {
    private struct Entry: Decodable {
        var name: String
        var micro_f1, seconds: Double
        var parameters: Int
        var validation_micro_f1: Double?
    }

    private struct Report: Decodable {
        var models, baselines: [Entry]
        var saved: String
    }

    private static let kinds = [
        "rnn", "lstm", "gru", "bilstm", "bigru", "conv1d", "attention", "transformer", "average",
    ]

    /// A comparison that takes a second or two.
    private static func comparison(_ data: String, epochs: Int = 12, _ others: String...) -> [String] {
        let sizes = ["model.filters=8", "model.feedForward=16", "model.attention=8"].flatMap { ["--set", $0] }
        return Small.training(data, epochs: epochs, "--model", "all") + sizes + others
    }

    /// Each kind learns the grammar at its own learning rate, and the best of them is what is saved.
    @Test(.timeLimit(.minutes(1))) func everyKindLearns() throws {
        let folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(400).tsv, to: "questions.tsv")
        let sizes =
            [
                "networks=1", "embedding=16", "hidden=16", "filters=8", "feedForward=32", "attention=8",
            ].map { "model.\($0)" } + ["subwords.buckets=64"]
        let training =
            ["tag", "train", "--data", "questions.tsv", "--output", "model.safetensors", "--model", "all"]
            + ["--epochs", "12", "--batch-size", "8", "--threads", "1", "--json"]
        let outcome = try Cantus.run(training + sizes.flatMap { ["--set", $0] }, in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(Report.self)
        #expect(report.models.map(\.name) == Self.kinds)
        let guess = try #require(report.baselines.first { $0.name == "most frequent labels" }).micro_f1
        for model in report.models {
            #expect(model.micro_f1 > 0.9, "\(model.name), guessing has \(guess)")
            #expect(model.seconds > 0 && model.parameters > 100)
            #expect(outcome.error.contains("\(model.name), model "))
        }
        let best = report.models.compactMap(\.validation_micro_f1).max()
        #expect(report.models.first { $0.validation_micro_f1 == best }?.name == report.saved)
        #expect(report.baselines.allSatisfy { $0.validation_micro_f1 == nil })
        #expect(folder.names == ["model.safetensors", "questions.tsv"])
        let inspection = try Cantus.run("inspect", "model.safetensors", "--json", in: folder).object()
        let scores = try #require(inspection["scores"] as? [[String: Any]])
        #expect(scores.compactMap { $0["name"] as? String } == [report.saved] + report.baselines.map(\.name))
        expectSuccess(try Cantus.run("tag", "predict", "model.safetensors", "--explain", "join", in: folder))
    }

    @Test func jsonHasExactlyTheKeysThatArePromised() throws {
        let folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(60).tsv, to: "questions.tsv")
        let outcome = try Cantus.run(
            Self.comparison("questions.tsv", epochs: 1, "--json"), in: folder)
        let report = try outcome.object()
        #expect(
            Set(report.keys) == [
                "models", "baselines", "saved", "rows", "labels", "seconds", "remarks", "scored_part",
            ])
        let usual: Set = [
            "name", "micro_f1", "macro_f1", "weighted_f1", "sample_f1", "precision_at_1", "mean_average_precision",
            "hamming_loss", "subset_accuracy", "threshold", "parameters", "seconds",
        ]
        for model in try #require(report["models"] as? [[String: Any]]) {
            #expect(Set(model.keys) == usual.union(["validation_micro_f1"]))
        }
        for baseline in try #require(report["baselines"] as? [[String: Any]]) { #expect(Set(baseline.keys) == usual) }
    }

    @Test func theTableHasALineForEachAndSaysWhichIsSaved() throws {
        let folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(60).tsv, to: "questions.tsv")
        let recipe = "job: tag\ndata: questions.tsv\noutput: m\nmodel: {kind: all, embedding: 4}\ntraining.epochs: 1\n"
        try folder.write(recipe, to: "recipe.yaml")
        let outcome = try Cantus.run("run", "recipe.yaml", in: folder)
        expectSuccess(outcome)
        let lines = outcome.output.split(separator: "\n")
        for name in Self.kinds + ["TF-IDF of words and pairs, logistic regression", "most frequent labels"] {
            #expect(lines.count { $0.dropFirst(2).hasPrefix("\(name)  ") } == 1, "\(name)")
        }
        let saved = try #require(lines.first { $0.hasPrefix("* ") }?.split(separator: " ")[1])
        #expect(
            outcome.output.contains("\n\(saved) is saved: of the models it has the highest micro-F1 on the validation"))
        #expect(folder.names == ["m", "questions.tsv", "recipe.yaml"])
    }

    /// Killed in the middle, it goes on from where it was, and ends with the same bytes.
    @Test(.timeLimit(.minutes(1))) func aKilledComparisonGoesOn() throws {
        let folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(200).tsv, to: "questions.tsv")
        let training = Self.comparison("questions.tsv", epochs: 3, "--set", "training.patience=0", "--resume")
        expectSuccess(try Cantus.run(training + ["--output", "whole"], in: folder))
        let second = "model.safetensors.\(Self.kinds[1]).checkpoint"
        let process = try Cantus.start(training, in: folder)
        while process.isRunning, !folder.has(second) { usleep(500) }
        process.send(SIGKILL)
        let stopped = try process.outcome()
        try #require(stopped.signal == SIGKILL, "the machine was too slow to stop it in time")
        #expect(folder.has("model.safetensors.\(Self.kinds[0]).checkpoint"))
        let outcome = try Cantus.run(training, in: folder)
        expectSuccess(outcome)
        #expect(outcome.error.contains("resumed behind epoch 3\n"))
        #expect(try folder.bytes("model.safetensors") == folder.bytes("whole"))
        #expect(folder.names == ["model.safetensors", "questions.tsv", "whole"])
    }
}

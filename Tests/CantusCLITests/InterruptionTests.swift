import Foundation
import Glibc
import Testing

/// Trainings that are killed or interrupted, and gone on with. One after the other: they are about time.
@Suite(.serialized, .timeLimit(.minutes(2))) struct InterruptionTests {
    private let folder: TemporaryFolder
    private let checkpoint = "model.safetensors.checkpoint"
    private static let epochs = 60
    private let training = Small.training("questions.tsv", epochs: epochs, "--set", "training.patience=0")

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(1_000).tsv, to: "questions.tsv")
    }

    /// Waits until `condition` holds or the process has ended.
    private func wait(for process: Cantus.Running, until condition: () -> Bool) {
        while process.isRunning, !condition() { usleep(500) }
    }

    /// Starts the training and sends a signal as soon as its first checkpoint is there. A machine with much else to do
    /// may let the training end before that; then it is tried again.
    private func stopped(by signal: Int32) throws -> Cantus.Outcome {
        for _ in 0..<5 {
            let process = try Cantus.start(training, in: folder)
            wait(for: process) { folder.has(checkpoint) }
            process.send(signal)
            let outcome = try process.outcome()
            if !folder.has("model.safetensors") { return outcome }
            try folder.remove("model.safetensors")
        }
        throw TooFast()
    }

    private struct TooFast: Error {}

    /// The bytes of the model of a training that nobody stops.
    private func whole() throws -> [UInt8] {
        let outcome = try Cantus.run(training + ["--output", "whole"], in: folder)
        expectSuccess(outcome)
        #expect(!outcome.error.contains("resumed"))
        return try folder.bytes("whole")
    }

    /// Goes on from the checkpoint, and checks that this is what happened.
    private func resumed() throws -> [UInt8] {
        let outcome = try Cantus.run(training + ["--resume"], in: folder)
        expectSuccess(outcome)
        let line = try #require(outcome.error.firstMatch(of: /resumed behind epoch ([0-9]+)\n/))
        let epoch = try #require(Int(line.output.1))
        #expect((1..<Self.epochs).contains(epoch))
        #expect(!outcome.error.contains("epoch \(epoch) of "))
        #expect(outcome.error.contains("epoch \(epoch + 1) of "))
        #expect(!folder.has(checkpoint))
        return try folder.bytes("model.safetensors")
    }

    @Test func aKilledTrainingGoesOnToTheSameBytes() throws {
        let outcome = try stopped(by: SIGKILL)
        #expect(outcome.signal == SIGKILL)
        #expect(!outcome.error.contains("fitting the baselines"))
        #expect(try resumed() == whole())
    }

    @Test func controlCLeavesACheckpointAndSaysSo() throws {
        let outcome = try stopped(by: SIGINT)
        expectFailure(outcome, 130, saying: "interrupted", checkpoint, "--resume")
        #expect(folder.names == [checkpoint, "questions.tsv"])
        #expect(try resumed() == whole())
    }

    @Test func anotherTrainingDoesNotGoOnFromIt() throws {
        _ = try stopped(by: SIGKILL)
        let left = try folder.bytes(checkpoint)
        for other in [["--seed", "2"], ["--set", "training.learningRate=0.04"], ["--set", "model.dropout=0.1"]] {
            expectFailure(try Cantus.run(training + other + ["--resume"], in: folder), 65, saying: checkpoint, "recipe")
        }
        var questions = QuestionGrammar(1_000).questions
        questions[0].text += " more"
        try folder.write(QuestionGrammar.tsv(questions), to: "questions.tsv")
        expectFailure(try Cantus.run(training + ["--resume"], in: folder), 65, saying: checkpoint, "other data")
        #expect(!folder.has("model.safetensors"))
        #expect(try folder.bytes(checkpoint) == left)
    }

    @Test func withoutACheckpointResumeStartsAfresh() throws {
        let arguments = Small.training("questions.tsv", epochs: 1)
        expectSuccess(try Cantus.run(arguments, in: folder))
        let outcome = try Cantus.run(arguments + ["--output", "b", "--resume"], in: folder)
        expectSuccess(outcome)
        #expect(!outcome.error.contains("resumed"))
        #expect(try folder.bytes("b") == folder.bytes("model.safetensors"))
        #expect(folder.names == ["b", "model.safetensors", "questions.tsv"])
    }

    @Test func withoutResumeACheckpointIsNotLookedAt() throws {
        try folder.write("left by something else", to: checkpoint)
        let outcome = try Cantus.run(Small.training("questions.tsv", epochs: 1), in: folder)
        expectSuccess(outcome)
        #expect(folder.names == ["model.safetensors", "questions.tsv"])
    }

    @Test func whatIsNoCheckpointIsRefused() throws {
        _ = try stopped(by: SIGKILL)
        let sound = try folder.bytes(checkpoint)
        for bytes in [[], Array("left by something else".utf8), Array(sound.dropLast(100)), Array(sound.prefix(500))] {
            try folder.write(bytes, to: checkpoint)
            expectFailure(try Cantus.run(training + ["--resume"], in: folder), 65, saying: checkpoint)
        }
        let model = try SharedModel.folder().bytes("model.safetensors")
        try folder.write(model, to: checkpoint)
        expectFailure(
            try Cantus.run(training + ["--resume"], in: folder), 65, saying: checkpoint, "not a checkpoint")
    }

    /// With so much to do before the first epoch is done that the signal comes in time. A checkpoint that an earlier
    /// training left is another's, and the message must not offer it.
    @Test(arguments: [false, true]) func controlCBeforeTheFirstEpochSaysThatNothingIsThere(isOtherLeft: Bool) throws {
        try folder.write(QuestionGrammar(20_000).tsv, to: "questions.tsv")
        if isOtherLeft { try folder.write("left by something else", to: checkpoint) }
        let widths = ["--set", "model.embedding=128", "--set", "model.hidden=128"]
        let process = try Cantus.start(training + widths, in: folder)
        wait(for: process) { process.errorSoFar.contains("parameters") }
        process.send(SIGINT)
        let outcome = try process.outcome()
        expectFailure(outcome, 130, saying: "interrupted before the first epoch was done; nothing was written")
        #expect(folder.names == (isOtherLeft ? [checkpoint] : []) + ["questions.tsv"])
    }
}

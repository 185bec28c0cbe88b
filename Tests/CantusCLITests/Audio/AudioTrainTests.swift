import Glibc
import TestSupport
import Testing

/// Training a classifier of sounds from the command line.
@Suite struct AudioTrainTests {
    @Test func soundsAreToldApartAndTheBaselinesStandBeside() throws {
        let (folder, outcome) = try AudioFixture.shared()
        expectSuccess(outcome)
        let report = try outcome.decoded(AudioFixture.Report.self)
        #expect(report.model.file_accuracy >= 0.9, "\(report.model)")
        #expect(report.model.name == "conv1d")
        #expect(report.model.labels == SweepSounds.labels)
        #expect(report.files.test == 18)
        #expect(report.files.train + report.files.validation == 72)
        #expect(report.model.file_confusion.flatMap { $0 }.reduce(0, +) == 18)
        let trace = (0..<3).reduce(0) { $0 + report.model.confusion[$1][$1] }
        let total = report.model.confusion.flatMap { $0 }.reduce(0, +)
        #expect(abs(Double(trace) / Double(total) - report.model.accuracy) < 1e-9)
        #expect(report.baselines.map(\.name) == [
            "mean and spread of MFCCs, logistic regression", "mean and spread of MFCCs, nearest neighbour",
            "most frequent label",
        ])
        #expect(abs(report.baselines[2].file_accuracy - 1.0 / 3) < 1e-9)
        #expect(report.scored_part == "test")
        #expect(report.folds.isEmpty && report.spreads.isEmpty && report.remarks.isEmpty)
        #expect(folder.names.contains("model.safetensors"))
        #expect(!folder.names.contains { $0.contains("checkpoint") })
    }

    @Test func theSameSeedGivesTheSameBytes() throws {
        let folder = try AudioFixture.sounds(4)
        for (name, threads) in [("a", "1"), ("b", "2")] {
            expectSuccess(try Cantus.run(
                AudioFixture.training("--epochs", "2", "--output", name, "--threads", threads), in: folder))
        }
        #expect(try folder.bytes("a") == folder.bytes("b"))
        expectSuccess(try Cantus.run(
            AudioFixture.training("--epochs", "2", "--output", "c", "--seed", "2"), in: folder))
        #expect(try folder.bytes("a") != folder.bytes("c"))
    }

    @Test func everyGroupIsHeldOutOnce() throws {
        let folder = try AudioFixture.sounds(4)
        let outcome = try Cantus.run(
            AudioFixture.training("--epochs", "3", "--split", "group", "--json"), in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(AudioFixture.Report.self)
        #expect(report.folds.map(\.name) == SweepSounds.groups.map { "group \($0)" })
        #expect(report.scored_part == "folds")
        #expect(report.model.file_confusion.flatMap { $0 }.reduce(0, +) == 36)
        let mean = report.folds.reduce(0) { $0 + $1.model.file_accuracy } / 3
        #expect(abs(report.spreads[0].mean - mean) < 1e-9)
        #expect(report.spreads.count == 4)
        // A fold's files are those of the group alone.
        for fold in report.folds { #expect(fold.model.file_confusion.flatMap { $0 }.reduce(0, +) == 12) }
        #expect(!folder.names.contains { $0.contains("checkpoint") })
    }

    /// K parts of the files, or of the groups: every file is tested on once.
    @Test(arguments: [["--folds", "3"], ["--folds", "2", "--split", "group"]])
    func everyPartIsHeldOutOnce(arguments: [String]) throws {
        let folder = try AudioFixture.sounds(3)
        let outcome = try Cantus.run(AudioFixture.training("--epochs", "1", "--json") + arguments, in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(AudioFixture.Report.self)
        #expect(report.folds.map(\.name) == (1...(Int(arguments[1]) ?? 0)).map { "fold \($0)" })
        #expect(report.model.file_confusion.flatMap { $0 }.reduce(0, +) == 27)
        #expect(report.spreads.count == 4 && report.scored_part == "folds")
    }

    @Test func whatIsTestedOnCanBeNamed() throws {
        let folder = try AudioFixture.sounds(4)
        for (arguments, count) in [(["--test-group", "ben"], 12), (["--test-pattern", "*_[01].wav"], 18)] {
            let outcome = try Cantus.run(
                AudioFixture.training("--epochs", "1", "--json", "--force") + arguments, in: folder)
            expectSuccess(outcome)
            #expect(try outcome.decoded(AudioFixture.Report.self).files.test == count)
        }
        expectFailure(
            try Cantus.run(AudioFixture.training("--test-group", "bem", "--force"), in: folder), 65, saying: "\"ben\"")
    }

    @Test(arguments: ["lstm", "gru", "bilstm", "bigru", "convgru", "transformer"])
    func everyKindOfModelIsTrainedWrittenAndRead(kind: String) throws {
        let folder = try AudioFixture.sounds(3)
        expectSuccess(try Cantus.run(
            "audio", "train", "--data", "sounds", "--pattern", AudioFixture.pattern, "--output", "m", "--model", kind,
            "--epochs", "1", "--set", "model.hidden=8", in: folder))
        expectSuccess(try Cantus.run("audio", "classify", "m", "sounds/rise_ann_0.wav", in: folder))
        #expect(try Cantus.run("inspect", "m", in: folder).output.contains("A model of the job audio"))
    }

    @Test(arguments: ["waveform", "spectrogram", "log-mel"])
    func everyKindOfFeaturesIsTrainedOn(features: String) throws {
        let folder = try AudioFixture.sounds(3)
        expectSuccess(try Cantus.run(
            AudioFixture.training("--epochs", "1", "--features", features), in: folder))
        expectSuccess(try Cantus.run("audio", "classify", "model.safetensors", "sounds/rise_ann_0.wav", in: folder))
    }

    @Test func ctrlCLeavesACheckpointFromWhichTheSameBytesFollow() throws {
        let folder = try AudioFixture.sounds(6)
        let training = AudioFixture.training("--epochs", "30")
        expectSuccess(try Cantus.run(training + ["--output", "whole"], in: folder))
        for attempt in 0..<5 {
            let process = try Cantus.start(training, in: folder)
            while process.isRunning, !folder.has("model.safetensors.checkpoint") { usleep(500) }
            process.send(SIGINT)
            let outcome = try process.outcome()
            if folder.has("model.safetensors") {
                // The machine let it end before that.
                try #require(attempt < 4)
                try folder.remove("model.safetensors")
                continue
            }
            #expect(outcome.code == 130)
            #expect(outcome.error.contains("--resume goes on from it"))
            break
        }
        let resumed = try Cantus.run(training + ["--resume"], in: folder)
        expectSuccess(resumed)
        #expect(resumed.error.contains("resumed behind epoch"))
        #expect(try folder.bytes("model.safetensors") == folder.bytes("whole"))
    }

    @Test func theRecipeInYAMLTrains() throws {
        let folder = try AudioFixture.sounds(3)
        try folder.write(
            """
            job: audio
            data: sounds
            output: model.safetensors
            clips:
              pattern: "{label}_{group}_{index}.wav"
            model: {kind: conv1d, filters: 8, convolutions: 2}
            training: {epochs: 1}
            """, to: "recipe.yaml")
        expectSuccess(try Cantus.run("run", "recipe.yaml", in: folder))
        #expect(folder.has("model.safetensors"))
        let inspection = try Cantus.run("inspect", "model.safetensors", "--json", in: folder).object()
        #expect(inspection["labels"] as? [String] == SweepSounds.labels)
        #expect(inspection["vocabulary"] == nil)
    }

    @Test func weightsThatRunAwayAreExplained() throws {
        let folder = try AudioFixture.sounds(3)
        let outcome = try Cantus.run(
            AudioFixture.training(
                "--set", "training.learningRate=1e30", "--set", "training.optimizer=sgd", "--set",
                "training.maximumGradientNorm=0"), in: folder)
        expectFailure(outcome, 70, saying: "not a finite number")
        #expect(!folder.has("model.safetensors"))
    }
}

import TestSupport
import Testing

/// Data that cannot be trained on, or only just.
@Suite struct AudioDataTests {
    private let files = SweepSounds(2).files

    private func train(_ files: [(name: String, bytes: [UInt8])], _ arguments: String...) throws -> Cantus.Outcome {
        let folder = try TemporaryFolder()
        try AudioFixture.write(files, to: folder)
        return try Cantus.run(AudioFixture.training("--epochs", "1", "--json") + arguments, in: folder)
    }

    @Test func oneClassIsRefused() throws {
        expectFailure(try train(files.filter { $0.name.hasPrefix("rise") }), 65, saying: "one class")
    }

    @Test func aClassWithOneFileIsTrainedOnAndSaidToBeUnmeasured() throws {
        let few = files.filter { !$0.name.hasPrefix("rise") || $0.name == "rise_ann_0.wav" }
        let outcome = try train(few)
        expectSuccess(outcome)
        let report = try outcome.decoded(AudioFixture.Report.self)
        #expect(report.remarks.contains { $0.contains("\"rise\"") })
        #expect(report.model.file_confusion[2].reduce(0, +) == 0)
    }

    @Test func aFileThatDoesNotFitThePatternIsNamed() throws {
        expectFailure(try train(files + [("noise.wav", files[0].bytes)]), 65, saying: "noise.wav")
    }

    @Test func aFileThatIsCutShortIsNamed() throws {
        let cut = ("rise_ann_9.wav", Array(files[0].bytes.dropLast(100)))
        expectFailure(try train(files + [cut]), 65, saying: "rise_ann_9.wav")
    }

    @Test func silentFilesAreKeptAndMentioned() throws {
        let silence = SweepSounds.wav([Float](repeating: 0, count: 3000))
        let outcome = try train(files + [("rise_ann_9.wav", silence), ("fall_ann_9.wav", silence)])
        expectSuccess(outcome)
        let report = try outcome.decoded(AudioFixture.Report.self)
        #expect(report.remarks.contains { $0.hasPrefix("2 files are wholly silent") })
    }

    @Test func ratesAndChannelsMayDifferAndFilesMayBeTinyOrClipped() throws {
        let eight = SweepSounds.samples("bump", "ann", 8).flatMap { [Float](repeating: $0, count: 8) }
        let loud = SweepSounds.samples("rise", "ann", 8).map { max(-1, min(1, 20 * $0)) }
        let others = [
            ("bump_ann_8.wav", SweepSounds.wav(eight, channels: 8)), ("rise_ann_8.wav", SweepSounds.wav(loud)),
            ("rise_ann_7.wav", SweepSounds.wav(SweepSounds.samples("rise", "ann", 7), sampleRate: 192_000)),
            ("fall_ann_7.wav", SweepSounds.wav([0.5])),
        ]
        let outcome = try train(files + others)
        expectSuccess(outcome)
        #expect(outcome.error.contains("at 8,000 Hz"))
    }

    @Test func foldsAndAttributesComeFromATable() throws {
        let folder = try AudioFixture.sounds(3)
        let rows = SweepSounds(3).files.enumerated().map { place, file in
            "sounds/\(file.name),\(file.name.prefix(4)),\(place % 3),\(place % 2 == 0 ? -5 : 10)"
        }
        try folder.write("filename,category,fold,snr\n" + rows.joined(separator: "\n") + "\n", to: "clips.csv")
        let train = [
            "audio", "train", "--data", "clips.csv", "--output", "m", "--model", "conv1d", "--epochs", "1", "--set",
            "model.filters=8", "--json",
        ]
        let outcome = try Cantus.run(
            train + ["--split", "fold", "--by", "snr", "--confusion", "c.svg", "--curve", "s.svg"], in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(AudioFixture.Report.self)
        #expect(report.folds.map(\.name) == ["fold 0", "fold 1", "fold 2"])
        #expect(report.parts?.map(\.value) == ["-5", "10"])
        #expect(report.parts?.map(\.files) == [14, 13])
        for name in ["c.svg", "s.svg"] { #expect(try folder.text(name).hasPrefix("<svg")) }
        expectFailure(
            try Cantus.run(train + ["--force", "--by", "sn"], in: folder), 65, saying: "no column \"sn\"", "\"snr\"")
        let one = try Cantus.run(
            train + ["--force", "--split", "fold", "--test-group", "2", "--by", "fold"], in: folder)
        expectSuccess(one)
        #expect(try one.decoded(AudioFixture.Report.self).parts?.map(\.value) == ["2"])
        let evaluated = try Cantus.run(
            ["audio", "evaluate", "m", "--data", "clips.csv", "--train", "clips.csv", "--by", "snr", "--json"],
            in: folder)
        expectSuccess(evaluated)
        let evaluation = try evaluated.decoded(AudioFixture.Report.self)
        #expect(evaluation.files.test == 27)
        #expect(evaluation.baselines.count == 3)
    }

    @Test func unknownClassesAreRefusedInEvaluation() throws {
        let folder = try AudioFixture.shared().folder
        let own = try TemporaryFolder()
        try own.write(try folder.bytes("model.safetensors"), to: "model.safetensors")
        try AudioFixture.write([("rice_ann_0.wav", files[0].bytes)], to: own)
        expectFailure(
            try Cantus.run("audio", "evaluate", "model.safetensors", "--data", "sounds", in: own), 65,
            saying: "\"rice\"", "\"rise\"")
    }

    @Test func wrongRecipesAreRefused() throws {
        for (arguments, message) in [
            (["--model", "cnn"], "conv1d"), (["--chunk", "0"], "--chunk"), (["--augment", "echo"], "frequency-masks"),
            (["--set", "model.hidden=8"], "the model conv1d does not have it"), (["--rate", "10"], "--rate"),
            (["--set", "model.pooling=last"], "model.pooling"), (["--folds", "1"], "--folds"),
            (["--test-group", "ann", "--test-pattern", "*"], "--test-pattern"),
            (["--pattern", "{group}.wav"], "{label}"),
        ] {
            let folder = try AudioFixture.sounds(1)
            let outcome = try Cantus.run(AudioFixture.training() + arguments, in: folder)
            expectFailure(outcome, 64)
            #expect(outcome.error.contains(message), "\(message) in: \(outcome.error)")
        }
    }
}

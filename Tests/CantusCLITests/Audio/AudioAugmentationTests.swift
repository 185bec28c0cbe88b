import TestSupport
import Testing

/// Changes of training sounds: each does something, and none reaches what is not trained on.
@Suite struct AudioAugmentationTests {
    private static let changes = [
        "speed", "tempo", "gain", "noise", "shift", "mixing", "time-masks", "frequency-masks",
    ]

    /// The numbers of a model file, without its recipe.
    private func weights(_ name: String, in folder: TemporaryFolder) throws -> [UInt8] {
        let bytes = try folder.bytes(name)
        let header = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        return Array(bytes[(8 + header)...])
    }

    @discardableResult
    private func train(
        _ output: String, _ arguments: String..., in folder: TemporaryFolder
    ) throws -> Cantus.Outcome {
        let outcome = try Cantus.run(
            AudioFixture.training("--epochs", "1", "--output", output, "--json") + arguments, in: folder)
        expectSuccess(outcome)
        return outcome
    }

    @Test func eachChangeActsAlone() throws {
        let folder = try AudioFixture.sounds(2)
        try train("none", "--augment", "none", in: folder)
        var models = [try weights("none", in: folder)]
        for change in Self.changes {
            try train(change, "--augment", change, in: folder)
            models.append(try weights(change, in: folder))
        }
        // Each of them trains weights of its own.
        for place in models.indices { for other in 0..<place { #expect(models[place] != models[other]) } }
        #expect(try Cantus.run("audio", "train", "--help", in: folder).output.contains("frequency-masks"))
    }

    /// With changes under which no sound can be told, the test part is scored as `evaluate` scores the same files,
    /// which knows no changes.
    @Test func onlyTrainingChunksAreChanged() throws {
        let folder = try AudioFixture.sounds(4)
        let strong = [
            "noise=1", "leastSignalToNoise=-40", "gainDecibels=60", "speed=1", "tempo=1", "timeMasks=20",
        ].flatMap { ["--set", "augmentation.\($0)"] }
        let outcome = try Cantus.run(
            AudioFixture.training("--epochs", "2", "--test-pattern", "*_0.wav", "--json") + strong, in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(AudioFixture.Report.self)
        try folder.makeFolder("test")
        for label in SweepSounds.labels {
            for group in SweepSounds.groups {
                let name = "\(label)_\(group)_0.wav"
                try folder.write(try folder.bytes("sounds/\(name)"), to: "test/\(name)")
            }
        }
        let evaluated = try Cantus.run(
            "audio", "evaluate", "model.safetensors", "--data", "test", "--train", "sounds", "--json", in: folder)
        expectSuccess(evaluated)
        let evaluation = try evaluated.decoded(AudioFixture.Report.self)
        #expect(evaluation.model.confusion == report.model.confusion)
        #expect(evaluation.model.file_confusion == report.model.file_confusion)
        #expect(evaluation.baselines.map(\.confusion) == report.baselines.map(\.confusion))
    }

    /// Features from a folder are those that would be computed: the same bytes, with and without, at first and again.
    @Test func keptFeaturesChangeNothing() throws {
        let folder = try AudioFixture.sounds(3)
        for augment in ["none", "gain"] {
            let plain = try train("plain", "--augment", augment, "--force", in: folder)
            for output in ["first", "again"] {
                let kept = try train(output, "--augment", augment, "--cache", "kept", "--force", in: folder)
                #expect(try folder.bytes(output) == folder.bytes("plain"))
                let (a, b) = (try kept.decoded(AudioFixture.Report.self), try plain.decoded(AudioFixture.Report.self))
                #expect(a.baselines.map(\.confusion) == b.baselines.map(\.confusion))
            }
        }
        #expect(folder.has("kept"))
        let evaluations = try [[], ["--cache", "kept"]].map { options in
            let outcome = try Cantus.run(
                ["audio", "evaluate", "plain", "--data", "sounds", "--json"] + options, in: folder)
            expectSuccess(outcome)
            return try outcome.decoded(AudioFixture.Report.self).model.confusion
        }
        #expect(evaluations[0] == evaluations[1])
        try folder.write("x", to: "file")
        expectFailure(
            try Cantus.run(AudioFixture.training("--force", "--cache", "file"), in: folder), 73, saying: "file")
    }
}

import Foundation
import TestSupport
import Testing

/// Classifying files and streams with a trained model.
@Suite struct AudioClassifyTests {
    private let folder: TemporaryFolder

    init() throws { folder = try AudioFixture.shared().folder }

    @Test func filesGetALineEachWithTheTopThree() throws {
        let outcome = try Cantus.run(
            "audio", "classify", "model.safetensors", "sounds/rise_ann_0.wav", "sounds/fall_ben_1.wav", in: folder)
        expectSuccess(outcome)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 2)
        for (line, label) in zip(lines, ["rise", "fall"]) {
            let pattern = /(\S+) [01]\.\d\d, \S+ [01]\.\d\d, \S+ [01]\.\d\d\tsounds\/\S+/
            #expect(line.wholeMatch(of: pattern)?.1 == label[...])
        }
    }

    @Test func jsonHasExactlyTheKeysThatArePromised() throws {
        let outcome = try Cantus.run(
            "audio", "classify", "model.safetensors", "sounds/rise_ann_0.wav", "--json", in: folder)
        expectSuccess(outcome)
        let files = try #require(try outcome.object()["files"] as? [[String: Any]])
        #expect(Set(files[0].keys) == ["file", "seconds", "chunks", "label", "probability", "top"])
        let top = try #require(files[0]["top"] as? [[String: Any]])
        #expect(top.count == 3)
        let sum = top.compactMap { $0["probability"] as? Double }.reduce(0, +)
        #expect(abs(sum - 1) < 1e-5)
    }

    @Test func aFileOnStandardInputIsRead() throws {
        let outcome = try Cantus.run(
            ["audio", "classify", "model.safetensors", "-"], in: folder,
            input: try folder.bytes("sounds/bump_cas_2.wav"))
        expectSuccess(outcome)
        #expect(outcome.output.hasPrefix("bump "))
    }

    @Test func aStreamGivesALineAHop() throws {
        // 2.5 s: chunks of 1 s every half second, and none behind the last whole one, which ends with the stream.
        let samples = (0..<5).flatMap { SweepSounds.samples("rise", "ann", $0, seconds: 0.5) }
        let outcome = try Cantus.run(
            ["audio", "classify", "model.safetensors", "--stream", "--rate", "8000", "--encoding", "s16"], in: folder,
            input: SweepSounds.pcm(samples))
        expectSuccess(outcome)
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: "\t") }
        let times = lines.map { $0.prefix(2).joined(separator: "-") }
        #expect(times == ["0.00-1.00", "0.50-1.50", "1.00-2.00", "1.50-2.50"])
        #expect(lines.allSatisfy { SweepSounds.labels.contains(String($0[2])) && Double($0[3]) != nil })
    }

    @Test func aStreamAtAnotherRateAndEncodingSoundsTheSame() throws {
        let samples = SweepSounds.samples("fall", "ben", 3, seconds: 1)
        // Each sample twice: the same sound at twice the rate, on two channels of floats.
        let floats = samples.flatMap { [$0, $0, $0, $0] }.flatMap { value in
            withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
        }
        let outcome = try Cantus.run(
            [
                "audio", "classify", "model.safetensors", "--stream", "--rate", "16000", "--encoding", "f32",
                "--channels", "2", "--json",
            ], in: folder, input: floats)
        expectSuccess(outcome)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.split(separator: "\n")[0].utf8))
        let moment = try #require(object as? [String: Any])
        #expect(Set(moment.keys) == ["start", "end", "label", "probability", "top"])
        let plain = try Cantus.run(
            ["audio", "classify", "model.safetensors", "--stream", "--json"], in: folder,
            input: SweepSounds.pcm(samples))
        let expected = try plain.object()
        #expect(moment["label"] as? String == expected["label"] as? String)
        let probabilities = [moment, expected].compactMap { $0["probability"] as? Double }
        #expect(probabilities.count == 2 && abs(probabilities[0] - probabilities[1]) < 0.05)
    }

    @Test func linesComeWhileTheStreamGoesOn() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let samples = SweepSounds.pcm(SweepSounds.samples("rise", "ann", 0, seconds: 1))
        let (input, output) = (Pipe(), Pipe())
        process.arguments = ["-c", "exec \"$0\" audio classify model.safetensors --stream", Cantus.path]
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(samples))
        // The stream is still open: the line must not wait for its end.
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(line.hasPrefix("0.00\t1.00\t"))
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func soundsThatCannotBeReadAreNamed() throws {
        let own = try TemporaryFolder()
        try own.write(try folder.bytes("model.safetensors"), to: "model.safetensors")
        let sound = try folder.bytes("sounds/rise_ann_0.wav")
        try own.write(Array(sound[..<(sound.count / 2)]), to: "cut.wav")
        try own.write([], to: "empty.wav")
        try own.write("no sound at all", to: "text.wav")
        try own.write(SweepSounds.wav([]), to: "none.wav")
        for name in ["cut.wav", "empty.wav", "text.wav", "none.wav"] {
            expectFailure(
                try Cantus.run("audio", "classify", "model.safetensors", name, in: own), 65, saying: name)
        }
        expectFailure(
            try Cantus.run("audio", "classify", "model.safetensors", "absent.wav", in: own), 66, saying: "absent.wav")
        // Silence and a wrong name are no errors.
        try own.write(SweepSounds.wav([Float](repeating: 0, count: 4000)), to: "silence.wav")
        try own.write(sound, to: "sound.mp3")
        expectSuccess(
            try Cantus.run("audio", "classify", "model.safetensors", "silence.wav", "sound.mp3", in: own))
    }

    @Test func wrongUsageIsRefused() throws {
        for arguments in [
            [], ["--stream", "a.wav"], ["a.wav", "--rate", "8000"], ["--stream", "--rate", "0"],
            ["--stream", "--channels", "0"], ["--stream", "--encoding", "u8"],
        ] {
            expectFailure(try Cantus.run(["audio", "classify", "model.safetensors"] + arguments, in: folder), 64)
        }
        expectFailure(
            try Cantus.run(
                ["audio", "classify", "model.safetensors", "--stream"], in: folder, input: [1, 2, 3]), 65,
            saying: "standard input")
    }
}

import Cantus
import Testing

/// Model files that are none, or none any more.
@Suite struct BadModelFileTests {
    private let folder: TemporaryFolder
    private let sound: [UInt8]

    init() throws {
        folder = try TemporaryFolder()
        sound = try SharedModel.folder().bytes("model.safetensors")
        try folder.write(QuestionGrammar(5).tsv, to: "rows.tsv")
    }

    private func predict() throws -> Cantus.Outcome {
        try Cantus.run("tag", "predict", "model.safetensors", "join a query", in: folder)
    }

    /// Every command that reads a model refuses the bytes.
    private func expectRefused(_ texts: String...) throws {
        let outcomes = [
            try predict(), try Cantus.run("inspect", "model.safetensors", in: folder),
            try Cantus.run("tag", "evaluate", "model.safetensors", "--data", "rows.tsv", "--json", in: folder),
        ]
        for outcome in outcomes {
            expectFailure(outcome, 65, saying: "model.safetensors")
            for text in texts { #expect(outcome.error.contains(text), "\(text) in: \(outcome.error)") }
        }
    }

    @Test func aFileCutAnywhereIsRefused() throws {
        let places = Set(stride(from: 0, to: 300, by: 7)).union((0..<100).map { sound.count * $0 / 100 })
            .union([1, 7, 8, 9, sound.count - 1])
        for place in places.sorted() {
            try folder.write(Array(sound[..<place]), to: "model.safetensors")
            let outcome = try predict()
            expectFailure(outcome, 65, saying: "model.safetensors")
            #expect(outcome.error.contains(", byte "), "cut at \(place): \(outcome.error)")
        }
    }

    @Test func bytesBehindTheEndAreRefused() throws {
        try folder.write(sound + [0], to: "model.safetensors")
        try expectRefused("1 bytes found after the last tensor")
    }

    /// A changed byte may go unnoticed, as in a weight, or be refused; the process never breaks down.
    @Test func changedBytesNeverTrap() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<60 {
            var bytes = sound
            // Every other one in the header, which has the most to go wrong.
            let end = generator.index(below: 2) == 0 ? bytes.count : 4_000
            for _ in 0...generator.index(below: 3) {
                bytes[generator.index(below: end)] = UInt8(generator.index(below: 256))
            }
            try folder.write(bytes, to: "model.safetensors")
            let outcome = try Cantus.run(
                "tag", "evaluate", "model.safetensors", "--data", "rows.tsv", "--json", in: folder)
            if outcome.code != 0 { expectFailure(outcome, 65) }
        }
    }

    @Test func randomBytesAreRefused() throws {
        var generator = SeededGenerator(seed: 5)
        for count in [1, 8, 100, 10_000] {
            try folder.write((0..<count).map { _ in UInt8(generator.index(below: 256)) }, to: "model.safetensors")
            try expectRefused()
        }
    }

    @Test func aFileWithoutOurMetadataIsRefused() throws {
        var file = SafetensorsFile(metadata: ["format": "pt"])
        file.append("weight", shape: [2], floats: [1, 2])
        try file.write(to: folder["model.safetensors"], replacing: true)
        try expectRefused("without the metadata of a Cantus model")
    }

    /// The sound file with other metadata.
    private func write(_ key: String, _ value: String?) throws {
        var file = try SafetensorsFile(bytes: sound, path: "sound")
        file.metadata[key] = value
        try file.write(to: folder["model.safetensors"], replacing: true)
    }

    @Test func aModelOfAnotherJobIsRefused() throws {
        try write("cantus.job", "sing")
        try expectRefused("\"sing\"")
    }

    @Test func anotherFormatIsRefused() throws {
        try write("cantus.format", "2")
        try expectRefused("format 2 found, format 1 expected")
    }

    @Test(arguments: ["cantus.recipe", "cantus.metrics", "cantus.baselines", "cantus.history", "cantus.threshold"])
    func missingMetadataAreNamed(key: String) throws {
        try write(key, nil)
        try expectRefused(key)
        try write(key, "{]")
        try expectRefused(key)
    }

    @Test func aMissingFileHasItsOwnCode() throws {
        let commands = [
            ["tag", "predict", "none", "x"], ["inspect", "none"], ["tag", "evaluate", "none", "--data", "rows.tsv"],
        ]
        for command in commands {
            expectFailure(try Cantus.run(command, in: folder), 66, saying: "none: no such file")
        }
        expectFailure(try Cantus.run("inspect", ".", in: folder), 66, saying: ".: ")
    }
}

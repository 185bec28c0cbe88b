import Foundation
import Testing

/// `cantus audio features` and `cantus corpora make sirens`.
@Suite struct AudioFeaturesTests {
    private func sirens(_ folder: TemporaryFolder) throws {
        expectSuccess(
            try Cantus.run(
                ["corpora", "make", "sirens", "--output", "sirens", "--sources", "1", "--seconds", "0.5", "--rate",
                 "8000", "--snr", "-5"], in: folder))
    }

    @Test func aSoundIsDrawn() throws {
        let folder = try TemporaryFolder()
        try sirens(folder)
        let sound = "sirens/wail-001_-5.flac"
        let outcome = try Cantus.run("audio", "features", sound, "--output", "a.svg", "--json", in: folder)
        expectSuccess(outcome)
        let object = try outcome.object()
        #expect(object["frames"] as? Int == 51)
        #expect(object["channels"] as? Int == 40)
        #expect(object["rate"] as? Int == 8000)
        #expect(try folder.text("a.svg").hasPrefix("<svg"))
        expectFailure(
            try Cantus.run("audio", "features", sound, "--output", "a.svg", in: folder), 73, saying: "a.svg", "--force")
        expectSuccess(try Cantus.run("audio", "features", sound, "--output", "a.svg", "--force", in: folder))
        // The same sound through a pipe is the same table.
        expectSuccess(
            try Cantus.run("audio", "features", sound, "--output", "a.csv", "--features", "mfcc", in: folder))
        let bytes = try folder.bytes(sound)
        expectSuccess(
            try Cantus.run(
                ["audio", "features", "-", "--output", "b.csv", "--features", "mfcc"], in: folder, input: bytes))
        let table = try folder.text("a.csv")
        #expect(table == (try folder.text("b.csv")))
        #expect(table.split(separator: "\n").count == 52)
        #expect(table.hasPrefix("seconds,channel_0,"))
    }

    @Test func badSoundsAreNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("no sound", to: "x.wav")
        for (name, code) in [("x.wav", 65), ("y.wav", 66)] as [(String, Int32)] {
            expectFailure(
                try Cantus.run("audio", "features", name, "--output", "x.svg", in: folder), code, saying: name)
        }
        #expect(!folder.has("x.svg"))
    }

    @Test(arguments: [
        ["audio", "features", "x.wav", "--output", "x.png"],
        ["audio", "features", "x.wav", "--output", "x.svg", "--features", "waveform"],
        ["audio", "features", "x.wav", "--output", "x.svg", "--hop", "0"],
        ["corpora", "make", "sirens", "--output", "s", "--snr", "1,1"],
        ["corpora", "make", "sirens", "--output", "s", "--snr", "loud"],
        ["corpora", "make", "sirens", "--output", "s", "--sources", "0"],
        ["bench", "features", "--rate", "1"],
    ])
    func wrongUsageIsRefused(arguments: [String]) throws {
        #expect(try Cantus.run(arguments, in: try TemporaryFolder()).code == 64)
    }

    @Test func sirensAreTheSameAgain() throws {
        let folder = try TemporaryFolder()
        try sirens(folder)
        let before = try folder.bytes("sirens/hi-lo-001_-5.flac")
        expectFailure(
            try Cantus.run(
                ["corpora", "make", "sirens", "--output", "sirens", "--sources", "1"], in: folder), 73,
            saying: "sirens.csv")
        try folder.remove("sirens")
        try sirens(folder)
        #expect(try folder.bytes("sirens/hi-lo-001_-5.flac") == before)
        #expect(try folder.text("sirens/sirens.csv").split(separator: "\n").count == 9)
    }

    @Test func featuresAreTimed() throws {
        let outcome = try Cantus.run(
            "bench", "features", "--rate", "8000", "--seconds", "1", "--repeats", "1", in: try TemporaryFolder())
        expectSuccess(outcome)
        #expect(outcome.output.contains("power spectrogram as a product"))
        let words = try #require(outcome.output.split(separator: "\n").last?.split(separator: " ").map(String.init))
        #expect(try #require(words.compactMap(Double.init).first) < 1e-5)
    }
}

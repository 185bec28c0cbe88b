import Foundation
import TestSupport
import Testing

/// The help of every command, against files under `Tests/Fixtures/help`. Where CANTUS_UPDATE_GOLDEN is set, the files
/// are written anew.
@Suite struct HelpTests {
    @Test(arguments: [
        [], ["tag"], ["tag", "train"], ["tag", "evaluate"], ["tag", "predict"], ["tag", "learning-rate"], ["run"],
        ["inspect"],
        ["embed"], ["embed", "train"], ["embed", "neighbors"], ["embed", "analogy"], ["embed", "odd"],
        ["embed", "evaluate"], ["embed", "convert"], ["embed", "plot"],
        ["audio"], ["audio", "train"], ["audio", "evaluate"], ["audio", "classify"],
        ["bench"], ["bench", "steps"], ["bench", "kernels"], ["bench", "memory"], ["bench", "scaling"],
        ["bench", "embed"], ["bench", "tokenize"],
        ["corpora"], ["corpora", "make"], ["corpora", "make", "web-traffic"],
        ["text"], ["text", "clean"], ["text", "tokens"], ["text", "vocabulary"], ["text", "one-hot"],
    ])
    func helpIsAsRecorded(command: [String]) throws {
        let outcome = try Cantus.run(
            command + ["--help"], in: try TemporaryFolder(), environment: ["COLUMNS": "100", "LINES": "40"])
        expectSuccess(outcome)
        #expect(outcome.error == "")
        let path = Fixture.folder + "/help/\((["cantus"] + command).joined(separator: "-")).txt"
        if ProcessInfo.processInfo.environment["CANTUS_UPDATE_GOLDEN"] != nil {
            try outcome.output.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(outcome.output == (try String(contentsOfFile: path, encoding: .utf8)))
    }

    @Test func noLineIsWiderThanAsked() throws {
        let outcome = try Cantus.run(
            ["tag", "train", "--help"], in: try TemporaryFolder(), environment: ["COLUMNS": "100", "LINES": "40"])
        for line in outcome.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }

    @Test func versionIsPrinted() throws {
        let outcome = try Cantus.run("--version", in: try TemporaryFolder())
        expectSuccess(outcome)
        #expect(outcome.output.wholeMatch(of: /[0-9]+\.[0-9]+\.[0-9]+\n/) != nil)
    }

    @Test func noCommandShowsTheHelp() throws {
        let folder = try TemporaryFolder()
        let outcome = try Cantus.run(in: folder)
        expectSuccess(outcome)
        #expect(outcome.output == (try Cantus.run("--help", in: folder)).output)
    }
}

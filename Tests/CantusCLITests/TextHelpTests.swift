import Foundation
import TestSupport
import Testing

/// The help of the text commands, against files under `Tests/Fixtures/help`. Where CANTUS_UPDATE_GOLDEN is set, the
/// files are written anew.
@Suite struct TextHelpTests {
    @Test(arguments: [
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
}

import Foundation
import TestSupport
import Testing

/// The help of the commands on word vectors, against files under `Tests/Fixtures/help`. Where CANTUS_UPDATE_GOLDEN is
/// set, the files are written anew.
@Suite struct EmbedHelpTests {
    @Test(arguments: ["neighbors", "analogy", "odd", "evaluate", "convert", "plot"])
    func helpIsAsRecorded(command: String) throws {
        let outcome = try Cantus.run(
            ["embed", command, "--help"], in: try TemporaryFolder(), environment: ["COLUMNS": "100", "LINES": "40"])
        expectSuccess(outcome)
        #expect(outcome.error == "")
        let path = Fixture.folder + "/help/cantus-embed-\(command).txt"
        if ProcessInfo.processInfo.environment["CANTUS_UPDATE_GOLDEN"] != nil {
            try outcome.output.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(outcome.output == (try String(contentsOfFile: path, encoding: .utf8)))
    }

    @Test func everyCommandIsListed() throws {
        let outcome = try Cantus.run("embed", "--help", in: try TemporaryFolder())
        expectSuccess(outcome)
        for command in ["neighbors", "analogy", "odd", "evaluate", "convert", "plot"] {
            #expect(outcome.output.contains("\n  \(command) "))
        }
    }
}

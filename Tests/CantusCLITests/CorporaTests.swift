import Foundation
import TestSupport
import Testing

@Suite("cantus corpora")
struct CorporaTests {
    private struct Report: Decodable {
        struct Errors: Decodable {
            struct Best: Decodable {
                let rmse: Double
                let mae: Double
                let expectedRmse: Double
            }

            let all: Best
            let lastTenth: Best
        }

        let corpus: String
        let seed: Int
        let rows: Int
        let bestErrors: Errors
    }

    @Test("The same seed makes the same bytes, which say what they are; nothing is overwritten unasked")
    func traffic() throws {
        let folder = try TemporaryFolder()
        let command = ["corpora", "make", "web-traffic", "--seed", "7", "--hours", "400", "--holidays", "days.csv"]
        let first = try Cantus.run(command + ["--output", "a.csv", "--json"], in: folder)
        expectSuccess(first)
        let report = try first.decoded(Report.self)
        #expect(report.corpus == "web-traffic" && report.seed == 7 && report.rows == 400)
        #expect(report.bestErrors.all.rmse > 500 && report.bestErrors.all.mae < report.bestErrors.all.rmse)
        let again = try Cantus.run(command + ["--output", "b.csv", "--force"], in: folder)
        expectSuccess(again)
        #expect(again.output.hasPrefix("b.csv: 400 hours from 2023-01-02 00:00:00 to 2023-01-18 15:00:00\n"))
        #expect(try folder.bytes("a.csv") == folder.bytes("b.csv"))
        #expect(try folder.text("a.csv").split(separator: "\n").count == 401)
        #expect(try folder.text("days.csv").hasPrefix("2023-01-01,New Year\n"))
        let refused = try Cantus.run(command + ["--output", "a.csv"], in: folder)
        #expect(refused.code == 73 && refused.error.contains("--force"))
    }

    @Test(arguments: [["--hours", "0"], ["--noise", "17"], ["--seed", "-1"], ["--holidays", "x.csv"]])
    func wrongUsage(options: [String]) throws {
        let folder = try TemporaryFolder()
        let outcome = try Cantus.run(["corpora", "make", "web-traffic", "--output", "x.csv"] + options, in: folder)
        #expect(outcome.code == 64 && folder.names.isEmpty)
    }

    @Test("The sample in the repository is what the command makes")
    func sample() throws {
        let folder = try TemporaryFolder()
        expectSuccess(
            try Cantus.run(
                "corpora", "make", "web-traffic", "--hours", "4368", "--output", "x.csv", "--holidays", "h.csv",
                in: folder))
        for (made, kept) in [("x.csv", "web-traffic.csv"), ("h.csv", "web-traffic-holidays.csv")] {
            let sample = try Data(contentsOf: URL(fileURLWithPath: PackageRoot.path + "/Corpora/" + kept))
            #expect([UInt8](sample) == (try folder.bytes(made)))
        }
    }
}

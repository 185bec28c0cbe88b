import Foundation
import TestSupport
import Testing

/// The default recipe on titles of real questions.
@Suite struct RealTitlesTests {
    private static let file = "questions/stackoverflow_titles.tsv"

    @Test(
        .enabled(if: PackageRoot.hasSharedData(file), "needs ../shared/data/\(file)"), .timeLimit(.minutes(1)))
    func oneEpochBeatsTheMostFrequentLabels() throws {
        let folder = try TemporaryFolder()
        let table = try String(contentsOfFile: PackageRoot.sharedData(Self.file), encoding: .utf8)
        try folder.write(table.split(separator: "\n").prefix(4_001).joined(separator: "\n"), to: "titles.tsv")
        let outcome = try Cantus.run(
            "tag", "train", "--data", "titles.tsv", "-o", "model", "--epochs", "1", "--json", in: folder)
        expectSuccess(outcome)
        let report = try outcome.decoded(TrainTests.Report.self)
        #expect(report.rows.train == 3_060)
        #expect(report.rows.test == 400)
        #expect(report.labels == 100)
        let frequent = try #require(report.baselines.first { $0.name == "most frequent labels" })
        #expect(report.model.micro_f1 > frequent.micro_f1 + 0.05)
        #expect(report.model.precision_at_1 > frequent.precision_at_1 + 0.1)
    }
}

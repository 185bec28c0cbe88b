import Kernels
import Tables
import Testing
import Workflows

/// The parts that rows are cut into, and what is counted on which.
@Suite struct TagDataTests {
    /// The telling rows' own words, by which a part's rows are known.
    private func rows(_ part: TagData.Part) -> [Int] {
        part.tokens.compactMap { tokens in
            tokens.first { $0.hasPrefix("only") }.flatMap { Int($0.dropFirst(4)) }
        }
    }

    private func data(
        seed: String = "1", threads: Int = 1, test: LabeledTexts? = nil, dropsHeldOutRows: Bool = false
    ) throws -> TagData {
        try TagData(
            try TagFixture.tellingRows(200), path: "rows.tsv", test: test,
            recipe: try TagFixture.recipe(.bilstm, ("seed", seed)), pool: WorkerPool(threadCount: threads),
            dropsHeldOutRows: dropsHeldOutRows)
    }

    @Test func partsAreDisjointAndCoverAllRows() throws {
        let data = try data()
        let parts = [data.training, data.validation, data.threshold, data.test].map(rows)
        #expect(parts.map(\.count) == [153, 18, 9, 20])
        #expect(parts.joined().sorted() == Array(0..<200))
        #expect(parts[3] == Array(180..<200))
    }

    @Test func theSplitFollowsFromTheSeedAlone() throws {
        let first = try data()
        for again in [try data(), try data(threads: 2), try data(threads: 3)] {
            #expect(again.training.tokens == first.training.tokens)
            #expect(again.training.labels == first.training.labels)
            #expect(again.validation.tokens == first.validation.tokens)
            #expect(again.threshold.tokens == first.threshold.tokens)
            #expect(again.test.tokens == first.test.tokens)
        }
        let other = try data(seed: "2")
        #expect(rows(other.validation) != rows(first.validation))
        #expect(rows(other.test) == rows(first.test))
    }

    @Test func rowsToTestOnLeaveAllOthersToTheOtherParts() throws {
        let test = try TagFixture.rows([("only1000 worda", "a"), ("only1001 wordz", "z")])
        let data = try data(test: test)
        #expect(rows(data.test) == [1000, 1001])
        #expect((rows(data.training) + rows(data.validation) + rows(data.threshold)).sorted() == Array(0..<200))
        #expect(data.labels == ["a", "b", "c", "d", "z"])
        #expect(data.knownLabels == 4)
        #expect(data.test.labels == [[0], [4]])
    }

    /// What an evaluation needs, to fit the linear baseline on the very rows that training saw.
    @Test func heldOutRowsAreDroppedOnRequest() throws {
        let trained = try data()
        let evaluated = try data(test: try TagFixture.rows([("only1000 worda", "a")]), dropsHeldOutRows: true)
        #expect(evaluated.training.tokens == trained.training.tokens)
        #expect(evaluated.training.labels == trained.training.labels)
        #expect(evaluated.threshold.tokens == trained.threshold.tokens)
    }

    @Test func vocabularyAndFrequenciesComeFromTheTrainingPart() throws {
        let texts = try TagFixture.tellingRows(200)
        let recipe = try TagFixture.recipe()
        let tagger = try TagTraining(recipe, pool: TagFixture.pool).run(texts, path: "rows.tsv", test: nil).tagger
        let data = try data()
        let trained = Set(rows(data.training))
        for row in 0..<200 { #expect(tagger.vocabulary.contains("only\(row)") == trained.contains(row), "row \(row)") }
        for (id, entry) in tagger.vocabulary.entries.enumerated().dropFirst(2) {
            #expect(tagger.vocabulary.counts[id] == data.training.tokens.joined().count { $0 == entry }, "\(entry)")
        }
        #expect(tagger.labels == ["a", "b", "c", "d"])
        for (label, name) in tagger.labels.enumerated() {
            let count = texts.rows.enumerated().count { trained.contains($0) && $1.labels.contains(name) }
            #expect(abs(tagger.labelFrequencies[label] - Float(count) / Float(trained.count)) < 1e-6, "\(name)")
        }
    }

    @Test func aLabelOfHeldOutRowsAloneIsReportedAndNotLearned() throws {
        var rows = (0..<40).map { (text: "word\($0 % 2)", labels: $0 % 2 == 0 ? "a" : "b") }
        rows[39].labels = "z"
        let result = try TagTraining(try TagFixture.recipe(), pool: TagFixture.pool)
            .run(try TagFixture.rows(rows), path: "rows.tsv", test: nil)
        #expect(result.tagger.labels == ["a", "b"])
        #expect(result.report.labels == 2)
        #expect(result.report.remarks.count == 1)
        #expect(result.report.remarks.first?.hasPrefix("1 label occurs in the test part alone") == true)
        // Four test rows, three labels, and z is never found.
        #expect(result.report.rows.test == 4)
        #expect(result.report.model.metrics.subsetAccuracy <= 0.75)
        #expect(result.report.model.metrics.macroF1 <= 2.0 / 3)
    }

    @Test func rowsWithoutWordsAndCutRowsAreCounted() throws {
        var rows = (0..<40).map { (text: "word\($0 % 2)", labels: $0 % 2 == 0 ? "a" : "b") }
        rows[3].text = "?!"
        rows[38].text = ""
        rows[5].text = Array(repeating: "word", count: 300).joined(separator: " ")
        let data = try TagData(
            try TagFixture.rows(rows), path: "rows.tsv", test: nil, recipe: try TagFixture.recipe(),
            pool: TagFixture.pool)
        #expect(data.emptyRows == 2)
        #expect(data.cutRows == 1)
    }
}

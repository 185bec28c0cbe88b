import Foundation
import Testing
import Training
import Workflows

/// The baselines on real rows: the project's own questions, and the Stack Overflow titles where they are at hand.
@Suite struct BaselinesOnQuestionsTests {
    private struct Questions {
        var titles: [[String]] = []
        var targets: [[Int32]] = []
        var names: [String] = []

        /// Rows of a title and its tags, in the order of the file; a tag's index is that of its first appearance.
        init(_ rows: [(title: String, tags: [String])]) {
            var indices: [String: Int32] = [:]
            for row in rows {
                titles.append(
                    row.title.lowercased().split { !($0.isLetter || $0.isNumber || ".+#-_".contains($0)) }
                        .map(String.init))
                targets.append(
                    row.tags.map { tag in
                        if let index = indices[tag] { return index }
                        let index = Int32(names.count)
                        indices[tag] = index
                        names.append(tag)
                        return index
                    })
            }
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
    private static let titlesPath = root.appending(path: "../shared/data/questions/stackoverflow_titles.tsv")

    private static func fields(of path: URL) throws -> [[Substring]] {
        try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
    }

    /// Micro-F1 on the rows of `test`, fitted on those of `training`, with a threshold found on those of `threshold`.
    private func microF1(
        _ questions: Questions, training: Range<Int>, threshold: Range<Int>, test: Range<Int>
    ) -> (regression: Double, mostFrequent: Double) {
        let vectorizer = TermFrequencyInverseDocumentFrequency(fitting: Array(questions.titles[training]))
        let labelCount = questions.names.count
        let targets = Array(questions.targets[training])
        func score(_ thresholdScores: [Float], _ testScores: [Float]) -> Double {
            let threshold = ThresholdSearch.best(
                scores: thresholdScores, truths: Array(questions.targets[threshold]), labelCount: labelCount)
            return MultiLabelMetrics(
                scores: testScores, truths: Array(questions.targets[test]), labelCount: labelCount,
                threshold: threshold
            ).microF1
        }
        let scores = LogisticRegression().scores(
            training: vectorizer(Array(questions.titles[training])), targets: targets, labelCount: labelCount,
            scoring: [vectorizer(Array(questions.titles[threshold])), vectorizer(Array(questions.titles[test]))])
        let frequencies = MostFrequentLabels(targets: targets, labelCount: labelCount)
        return (
            regression: score(scores[0], scores[1]),
            mostFrequent: score(
                frequencies.scores(rowCount: threshold.count), frequencies.scores(rowCount: test.count))
        )
    }

    private func corpus() throws -> [(title: String, tags: [String])] {
        let fields = try Self.fields(of: Self.root.appending(path: "Corpora/questions.tsv"))
        #expect(fields[0] == ["title", "tags"])
        return try fields.dropFirst().map { fields in
            try #require(fields.count == 2)
            return (title: String(fields[0]), tags: fields[1].split(separator: "|").map(String.init))
        }
    }

    @Test func ownQuestionsAreWellFormed() throws {
        let rows = try corpus()
        #expect(rows.count >= 600)
        #expect(Set(rows.map { $0.title.lowercased() }).count == rows.count)
        for row in rows {
            #expect((4...20).contains(row.title.split(separator: " ").count), "\(row.title)")
            #expect((1...3).contains(row.tags.count) && Set(row.tags).count == row.tags.count, "\(row.title)")
        }
        let counts = rows.flatMap(\.tags).reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        #expect(counts.count == 16)
        #expect(counts.values.allSatisfy { $0 >= 35 })
    }

    @Test func ownQuestionsCanBeLearned() throws {
        let questions = Questions(try corpus())
        let count = questions.titles.count
        let found = microF1(
            questions, training: 0..<count * 7 / 10, threshold: count * 7 / 10..<count * 8 / 10,
            test: count * 8 / 10..<count)
        #expect(found.regression > 0.8, "micro-F1 \(found.regression)")
        #expect(found.mostFrequent < 0.3, "micro-F1 \(found.mostFrequent)")
    }

    private static let titlesCanBeRead = FileManager.default.fileExists(atPath: titlesPath.path)

    @Test(.enabled(if: titlesCanBeRead, "needs ../shared/data/questions/stackoverflow_titles.tsv"))
    func stackOverflowTitlesReachTheKnownFigure() throws {
        let rows = try Self.fields(of: Self.titlesPath).dropFirst().map { fields in
            (title: String(fields[0]), tags: fields[1].split { "[]', ".contains($0) }.map(String.init))
        }
        let questions = Questions(rows)
        #expect(questions.names.count == 100)
        let count = questions.titles.count
        let found = microF1(
            questions, training: 0..<count * 8 / 10, threshold: count * 8 / 10..<count * 9 / 10,
            test: count * 9 / 10..<count)
        #expect(abs(found.regression - 0.65) < 0.015, "micro-F1 \(found.regression)")
        #expect(abs(found.mostFrequent - 0.23) < 0.02, "micro-F1 \(found.mostFrequent)")
    }
}

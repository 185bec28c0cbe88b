import Testing
import Workflows

/// Votes of chunks, and the scores that follow.
@Suite struct AudioMetricsTests {
    /// Two files of class 0 and one of class 1; of the first file's chunks one is sure and right, two are hardly wrong.
    private let scores = ChunkScores(
        labelCount: 2, values: [-0.1, -4, -0.8, -0.6, -0.8, -0.6, -2, -0.2, -3, -0.1], chunkCounts: [3, 1, 1])
    private let truths: [Int32] = [0, 0, 1]

    @Test func filesFollowTheMeanLogarithmOfTheirChunks() {
        let metrics = AudioMetrics(scores, truths: truths, labels: ["a", "b"])
        #expect(metrics.counts(\.chunks) == [[1, 3], [0, 1]])
        #expect(metrics.counts(\.files) == [[1, 1], [0, 1]])
        #expect(metrics.accuracy == 0.4)
        #expect(abs(metrics.fileAccuracy - 2.0 / 3) < 1e-12)
        // F1 of a: 2 / 3, of b: 2 / 3.
        #expect(abs(metrics.fileMacroF1 - 2.0 / 3) < 1e-12)
    }

    @Test func someFilesCanCountAlone() {
        let metrics = AudioMetrics(scores, files: [1, 2], truths: truths, labels: ["a", "b"])
        #expect(metrics.counts(\.files) == [[0, 1], [0, 1]])
    }

    @Test func labelsThatNeverOccurDoNotPullTheMacroF1Down() {
        let three = ChunkScores(labelCount: 3, values: [0, -1, -9, -1, 0, -9], chunkCounts: [1, 1])
        let metrics = AudioMetrics(three, truths: [0, 1], labels: ["a", "b", "c"])
        #expect(metrics.macroF1 == 1)
    }

    @Test func partsAddUp() {
        let first = AudioMetrics(scores, files: [0], truths: truths, labels: ["a", "b"])
        let rest = AudioMetrics(scores, files: [1, 2], truths: truths, labels: ["a", "b"])
        #expect(AudioMetrics.merged([first, rest]) == AudioMetrics(scores, truths: truths, labels: ["a", "b"]))
    }

    @Test func theSpreadIsOverFolds() {
        func line(_ files: [[Int]]) -> AudioReport.Line {
            .init(name: "m", metrics: AudioMetrics(labels: ["a", "b"], chunks: files, files: files))
        }
        let lines = [line([[1, 1], [0, 2]]), line([[2, 0], [0, 2]]), line([[1, 1], [1, 1]])]
        let folds = lines.map { AudioReport.Fold(name: "", files: .init(test: 4), model: $0, baselines: []) }
        let report = AudioReport(
            model: lines[0], baselines: [], folds: folds, attribute: nil, parts: [], files: .init(train: 12),
            scoredPart: .folds, parameters: 1, seconds: 0, remarks: [])
        #expect(report.spreads == [.init(name: "m", mean: 0.75, deviation: 0.25, least: 0.5)])
        #expect(report.scoredFiles == 12)
    }

    @Test func aNetworkThatLosesIsSaidTo() {
        func line(_ right: Int, _ name: String) -> AudioReport.Line {
            let files = [[right, 10 - right], [0, 10]]
            return .init(name: name, metrics: AudioMetrics(labels: ["a", "b"], chunks: files, files: files))
        }
        let report = AudioReport(
            model: line(2, "gru"), baselines: [line(8, "neighbour")], folds: [], attribute: nil, parts: [],
            files: .init(test: 20), scoredPart: .test, parameters: 1, seconds: 0, remarks: [])
        #expect(report.verdict.hasPrefix("The model loses: neighbour is 30.0 points"))
    }
}

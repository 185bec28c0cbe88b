import Testing
import Workflows

@Suite struct MostFrequentLabelsTests {
    @Test func scoresAreTrainingFrequencies() {
        let baseline = MostFrequentLabels(targets: [[0, 2], [2, 2], [], [0]], labelCount: 4)
        #expect(baseline.frequencies == [0.5, 0, 0.5, 0])
        #expect(baseline.scores(rowCount: 2) == [0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0])
        #expect(baseline.scores(rowCount: 0).isEmpty)
    }

    @Test func noTrainingRowsGiveZero() {
        #expect(MostFrequentLabels(targets: [], labelCount: 2).scores(rowCount: 1) == [0, 0])
    }
}

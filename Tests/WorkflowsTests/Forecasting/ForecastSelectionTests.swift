import Kernels
import Testing
import Workflows

/// Which of several models is kept.
@Suite struct ForecastSelectionTests {
    private func selection(_ models: [(name: String, stretches: [Double])]) -> ForecastSelection {
        ForecastSelection(
            models.map { name, stretches in
                .init(name: name, error: stretches.reduce(0, +) / Double(stretches.count), stretches: stretches)
            })
    }

    @Test func aDifferenceThatIsNoiseIsNoReasonForALargerModel() throws {
        var generator = SeededGenerator(seed: 1)
        let simple = (0..<10).map { _ in 1 + 0.1 * generator.normal() }
        // Better by a thousandth, but on some stretches worse by far more.
        let level = simple.map { $0 - 0.001 + 0.05 * generator.normal() }
        let shifted = level.map { $0 + simple.reduce(0, +) / 10 - level.reduce(0, +) / 10 - 0.001 }
        let found = selection([("linear", simple), ("gru", shifted)])
        #expect(found.best == 1 && found.chosen == 0)
        let sentence = try #require(found.sentence)
        #expect(sentence.hasPrefix("Model: linear; ") && sentence.contains("one standard error"))
        #expect(sentence.contains("that of gru") && sentence.contains("simpler"))
    }

    @Test func aDifferenceThatIsThereOnEveryStretchCounts() throws {
        let simple = (0..<10).map { 1 + 0.1 * Double($0) }
        let found = selection([("linear", simple), ("nlinear", simple.map { $0 - 0.01 }), ("gru", simple)])
        #expect(found.best == 1 && found.chosen == 1)
        #expect(found.sentence?.hasPrefix("Model: nlinear; it has the least error on the validation part") == true)
    }

    @Test func aSimplerModelIsNotPassedOverForAWorseOne() {
        let best = (0..<10).map { 1 + 0.1 * Double($0) }
        // The first is worse on every stretch, by little; the second by more in the mean, but on some stretches better.
        let steady = best.map { $0 + 0.01 }
        let unsteady = best.enumerated().map { $1 + ($0 < 5 ? 0.2 : -0.17) }
        #expect(selection([("linear", steady), ("gru", best)]).chosen == 1)
        #expect(selection([("linear", steady), ("nlinear", unsteady), ("gru", best)]).chosen == 0)
    }

    @Test func ofEqualsTheFirstIsTakenAndOfOneNothingIsSaid() {
        let zeros = [Double](repeating: 0, count: 10)
        let equals = selection([("linear", zeros), ("gru", zeros)])
        #expect(equals.chosen == 0 && equals.best == 0)
        #expect(selection([("gru", zeros)]).sentence == nil)
        // Two stretches do not tell how much differences scatter: the least error decides.
        #expect(selection([("linear", [1, 2]), ("gru", [2, 0.9])]).chosen == 1)
    }
}

import Testing
import Training

@Suite struct ConfusionMatrixTests {
    /// Rows true/predicted: 0/0, 0/1, 1/1, 1/1, 2/0; class 3 never occurs.
    private static var matrix: ConfusionMatrix {
        var matrix = ConfusionMatrix(classCount: 4)
        matrix.add(predictions: [0, 1, 1, 1, 0], targets: [0, 0, 1, 1, 2])
        return matrix
    }

    @Test func smallCaseByHand() {
        let matrix = Self.matrix
        #expect(matrix.counts == [1, 1, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
        #expect(matrix.accuracy == 3.0 / 5.0)
        #expect(matrix.precision(of: 0) == 0.5 && matrix.recall(of: 0) == 0.5 && matrix.f1(of: 0) == 0.5)
        #expect(matrix.precision(of: 1) == 2.0 / 3.0 && matrix.recall(of: 1) == 1)
        #expect(matrix.f1(of: 1) == 0.8)
        // Never predicted; never true; neither.
        #expect(matrix.precision(of: 2) == 0 && matrix.recall(of: 2) == 0 && matrix.f1(of: 2) == 0)
        #expect(matrix.f1(of: 3) == 0 && matrix.support(of: 3) == 0)
        #expect(matrix.f1(.micro) == 0.6 && matrix.precision(.micro) == 0.6 && matrix.recall(.micro) == 0.6)
        #expect(abs(matrix.f1(.macro) - 1.3 / 4) < 1e-15)
        #expect(abs(matrix.f1(.weighted) - 2.6 / 5) < 1e-15)
    }

    @Test func partsMergeToTheWhole() {
        var (first, second) = (ConfusionMatrix(classCount: 4), ConfusionMatrix(classCount: 4))
        first.add(predictions: [0, 1], targets: [0, 0])
        second.add(predictions: [1, 1, 0], targets: [1, 1, 2])
        first.merge(second)
        #expect(first == Self.matrix)
    }

    @Test func whatIsLeftOutDoesNotCount() {
        var matrix = ConfusionMatrix(classCount: 4)
        matrix.add(
            predictions: [0, 1, 3, 1, 1, 0, 99], targets: [0, 0, -1, 1, 1, 2, 3], weights: [1, 1, 1, 1, 1, 1, 0])
        #expect(matrix == Self.matrix)
        var fromScores = ConfusionMatrix(classCount: 2)
        fromScores.add(
            scores: [0.2, 0.1, .nan, .nan, 0.5, 0.5, .nan, 1], targets: [0, -100, 1, 1], weights: [1, 1, 0.5, 0])
        #expect(fromScores.counts == [1, 0, 0.5, 0])  // of equal scores the first counts
    }

    @Test func nothingIsZero() {
        let matrix = ConfusionMatrix(classCount: 2)
        for value in [matrix.accuracy, matrix.f1(.micro), matrix.f1(.macro), matrix.recall(.weighted)] {
            #expect(value == 0)
        }
    }
}

import Layers
import TestSupport
import Testing

@Suite struct PerceptronTests {
    private static let corners: [[Float]] = [[0, 0], [0, 1], [1, 0], [1, 1]]

    @Test(arguments: [[-1, -1, -1, 1], [-1, 1, 1, 1], [1, 1, -1, -1]])
    func learnsWhatAPlaneSeparates(_ targets: [Int]) {
        var perceptron = Perceptron(inputs: 2)
        let mistakes = perceptron.fit(Self.corners, targets: targets)
        #expect(mistakes.last == 0)
        #expect(Self.corners.map(perceptron.predict) == targets)
    }

    /// One epoch of "and" by hand: only the last corner is wrong at first.
    @Test func oneEpochByHand() {
        var perceptron = Perceptron(inputs: 2)
        let mistakes = perceptron.fit(Self.corners, targets: [-1, -1, -1, 1], maximumEpochs: 1)
        #expect(mistakes == [1])
        #expect(perceptron.weights == [1, 1] && perceptron.bias == 1)
        // Now everything lies on the side of 1, and the first corner is wrong: w stays, b falls.
        let first = perceptron.learn([0, 0], target: -1)
        #expect(first)
        #expect(perceptron.weights == [1, 1] && perceptron.bias == 0)
        let second = perceptron.learn([0, 0], target: -1)
        #expect(!second)
        #expect(perceptron.weights == [1, 1] && perceptron.bias == 0)
    }

    @Test func exclusiveOrIsNeverLearned() {
        var perceptron = Perceptron(inputs: 2)
        let mistakes = perceptron.fit(Self.corners, targets: [-1, 1, 1, -1], maximumEpochs: 200)
        #expect(mistakes.count == 200 && mistakes.allSatisfy { $0 > 0 })
    }

    /// Points at least gamma away from a plane through zero of (x, 1): no more than (R / gamma)^2 mistakes (Novikoff).
    @Test(arguments: [(UInt64(1), 0.3), (2, 0.1), (3, 0.02)]) func mistakesStayWithinNovikoffsBound(
        seed: UInt64, gamma: Double
    ) {
        var generator = SeededGenerator(seed: seed)
        let normal = (0..<6).map { _ in generator.normal() }  // of five inputs and the bias
        let length = normal.reduce(0) { $0 + $1 * $1 }.squareRoot()
        var (points, targets, radius): ([[Float]], [Int], Double) = ([], [], 0)
        while points.count < 200 {
            let x = (0..<5).map { _ in Float(generator.normal()) }
            let extended = x.map(Double.init) + [1]
            let distance = zip(normal, extended).reduce(0) { $0 + $1.0 * $1.1 } / length
            guard abs(distance) >= gamma else { continue }
            points.append(x)
            targets.append(distance > 0 ? 1 : -1)
            radius = max(radius, extended.reduce(0) { $0 + $1 * $1 }.squareRoot())
        }
        var perceptron = Perceptron(inputs: 5)
        let mistakes = perceptron.fit(points, targets: targets, maximumEpochs: 100_000)
        #expect(mistakes.last == 0)
        #expect(points.map(perceptron.predict) == targets)
        let total = mistakes.reduce(0, +)
        #expect(total > 0 && Double(total) <= (radius / gamma) * (radius / gamma))
    }
}

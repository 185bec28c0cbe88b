import Glibc

/// Falls along half a cosine wave, and starts again where there is more than one cycle (Loshchilov and Hutter 2017,
/// "SGDR: stochastic gradient descent with warm restarts"):
///
///     end + (1 - end) (1 + cos(pi x)) / 2, with x from 0 to 1 over each cycle
///
/// The cycles fill the planned steps; each is `growth` times as long as the one before.
public struct CosineDecay: Codable, Hashable, Sendable {
    public var cycles: Int
    public var growth: Double
    /// The share of the learning rate that is left at the end of a cycle.
    public var end: Double

    public init(cycles: Int = 1, growth: Double = 1, end: Double = 0) {
        (self.cycles, self.growth, self.end) = (cycles, growth, end)
    }

    func factor(at progress: TrainingProgress) -> Double {
        let lengths = (0..<cycles).map { pow(growth, Double($0)) }
        var length = Double(max(progress.plannedSteps, 1)) / lengths.reduce(0, +)
        var steps = Double(progress.step)
        // A cycle may end between two steps; rounding must not keep its end from being reached.
        for _ in 1..<cycles where steps >= length * (1 - 1e-9) {
            steps -= length
            length *= growth
        }
        return end + (1 - end) * (1 + cos(.pi * min(max(steps / length, 0), 1))) / 2
    }

    var limits: [OptionLimit] {
        [
            OptionLimit("cycles", cycles, (1...1_000).contains(cycles), "a whole number from 1 to 1000"),
            OptionLimit("growth", growth, (1...100).contains(growth), "a number from 1 to 100"),
            OptionLimit("end", end, (0...1).contains(end), "a share from 0 to 1"),
        ]
    }
}

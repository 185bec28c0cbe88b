import Glibc

/// Falls at once after every few epochs: factor^floor(epochs / everyEpochs).
public struct StepDecay: Codable, Hashable, Sendable {
    public var everyEpochs: Int
    /// What the learning rate is multiplied by each time.
    public var factor: Double

    public init(everyEpochs: Int = 10, factor: Double = 0.1) {
        (self.everyEpochs, self.factor) = (everyEpochs, factor)
    }

    func factor(at progress: TrainingProgress) -> Double {
        let epochs = progress.step / max(progress.stepsPerEpoch, 1)
        return pow(factor, Double(epochs / everyEpochs))
    }

    var limits: [OptionLimit] {
        [
            OptionLimit("everyEpochs", everyEpochs, everyEpochs >= 1, "a whole number from 1 on"),
            OptionLimit("factor", factor, factor > 0 && factor <= 1, "a number above 0 to 1"),
        ]
    }
}

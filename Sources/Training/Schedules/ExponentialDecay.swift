import Glibc

/// Falls by the same share in every step: factor^epochs, parts of epochs counted.
public struct ExponentialDecay: Codable, Hashable, Sendable {
    /// What is left of the learning rate after an epoch.
    public var factor: Double

    public init(factor: Double = 0.9) { self.factor = factor }

    func factor(at progress: TrainingProgress) -> Double { pow(factor, progress.epochs) }

    var limits: [OptionLimit] { [OptionLimit("factor", factor, factor > 0 && factor <= 1, "a number above 0 to 1")] }
}

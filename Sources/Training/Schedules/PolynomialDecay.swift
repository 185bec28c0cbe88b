import Glibc

/// Falls to a share of itself at the last planned step: end + (1 - end) (1 - s)^power, with s the share of the steps
/// that is done. A power of 1 is a straight line.
public struct PolynomialDecay: Codable, Hashable, Sendable {
    public var power: Double
    /// The share of the learning rate that is left at the end.
    public var end: Double

    public init(power: Double = 2, end: Double = 0) { (self.power, self.end) = (power, end) }

    func factor(at progress: TrainingProgress) -> Double { end + (1 - end) * pow(1 - progress.share, power) }

    var limits: [OptionLimit] {
        [.aboveZero("power", power), OptionLimit("end", end, (0...1).contains(end), "a share from 0 to 1")]
    }
}

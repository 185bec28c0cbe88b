import Glibc

/// Rises along half a cosine wave from a small share of the learning rate to all of it, and falls to a much smaller one
/// (Smith and Topin 2019, "Super-convergence: very fast training of neural networks using large learning rates"). The
/// learning rate of the options is the highest. Momentum stays as it is.
public struct OneCycle: Codable, Hashable, Sendable {
    /// The share of the planned steps in which it rises.
    public var rise: Double
    /// The highest learning rate is this many times the first.
    public var startDivisor: Double
    /// The first learning rate is this many times the last.
    public var endDivisor: Double

    public init(rise: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4) {
        (self.rise, self.startDivisor, self.endDivisor) = (rise, startDivisor, endDivisor)
    }

    func factor(at progress: TrainingProgress) -> Double {
        let (step, total) = (Double(progress.step), Double(progress.plannedSteps))
        let start = 1 / startDivisor
        let top = rise * total - 1
        if step <= top, top > 0 { return Self.wave(from: start, to: 1, step / top) }
        return Self.wave(from: 1, to: start / endDivisor, (step - top) / (total - 1 - top))
    }

    /// Half a cosine wave from one number to another, with x from 0 to 1.
    private static func wave(from start: Double, to end: Double, _ x: Double) -> Double {
        end + (start - end) * (1 + cos(.pi * min(max(x, 0), 1))) / 2
    }

    var limits: [OptionLimit] {
        [
            OptionLimit("rise", rise, rise > 0 && rise < 1, "a share above 0 and below 1"),
            OptionLimit("startDivisor", startDivisor, startDivisor >= 1, "a number from 1 on"),
            OptionLimit("endDivisor", endDivisor, endDivisor >= 1, "a number from 1 on"),
        ]
    }
}

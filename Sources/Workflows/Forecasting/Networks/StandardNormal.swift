import Glibc

/// The standard normal distribution.
enum StandardNormal {
    /// The number below which a share of the distribution lies.
    ///
    /// Found by Newton's method on the distribution function, which `erfc` gives to full precision.
    static func quantile(_ share: Double) -> Double {
        precondition(share > 0 && share < 1, "the quantile \(share) of a normal distribution")
        var x = 0.0
        for _ in 0..<100 {
            let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
            // A step of at most 1: far out the density is small, and steps would overshoot.
            let step = min(max((erfc(-x / 2.0.squareRoot()) / 2 - share) / max(density, 1e-300), -1), 1)
            x -= step
            if abs(step) < 1e-12 { break }
        }
        return x
    }
}

import Glibc
import Kernels

/// Changes training sounds the way the world might, so that a model learns what does not matter.
///
/// All work on plain arrays, in place but for `play`, and draw from a generator that is passed in: the same seed, the
/// same sounds. None allocates where arrays have room.
public enum Augmentation {
    /// x += noise, so that the power of x is `decibels` above that of the noise. Silence stays silence: no ratio is
    /// defined for it.
    ///
    ///     n[t] = colour n[t - 1] + w[t],  w white, nearly Gaussian: the sum of four uniform numbers
    ///
    /// - Parameter colour: Between -1 and 1; 0 for white noise, above it low frequencies prevail, below it high ones.
    public static func addNoise(
        to samples: inout [Float], signalToNoise decibels: Double, colour: Double = 0,
        using generator: inout SeededGenerator
    ) {
        precondition(abs(colour) < 1, "noise of colour \(colour)")
        // The power of n is that of w over 1 - colour^2.
        let power = power(samples) * pow(10, -decibels / 10) * (1 - colour * colour)
        guard power > 0 else { return }
        // Four whole numbers from 0 to 65,535 have the variance (2^32 - 1) / 3 and the mean 131,070.
        let scale = Float((power * 3 / 4_294_967_295).squareRoot())
        let share = Float(colour)
        var noise: Float = 0
        samples.withUnsafeMutableBufferPointer { samples in
            for place in samples.indices {
                let bits = generator.next()
                let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + bits >> 48
                noise = share * noise + scale * Float(Int(sum) - 131_070)
                samples[place] += noise
            }
        }
    }

    /// x += g noise, with g such that the power of x is `decibels` above that of g noise. A noise that is shorter is
    /// repeated, and starts at a random place. Silence in either leaves x as it is.
    public static func mix(
        _ noise: [Float], into samples: inout [Float], signalToNoise decibels: Double,
        using generator: inout SeededGenerator
    ) {
        let (signal, disturbance) = (power(samples), power(noise))
        guard signal > 0, disturbance > 0 else { return }
        let gain = Float((signal / disturbance * pow(10, -decibels / 10)).squareRoot())
        var place = generator.index(below: noise.count)
        for target in samples.indices {
            samples[target] += gain * noise[place]
            place = place + 1 == noise.count ? 0 : place + 1
        }
    }

    /// x = g x
    public static func applyGain(decibels: Double, to samples: inout [Float]) {
        let gain = Float(pow(10, decibels / 20))
        for place in samples.indices { samples[place] *= gain }
    }

    /// Moves the sound `count` samples later, or earlier where negative; silence fills what becomes free.
    public static func shift(_ samples: inout [Float], by count: Int) {
        let (length, size) = (samples.count, min(abs(count), samples.count))
        samples.withUnsafeMutableBufferPointer { samples in
            guard let start = samples.baseAddress, size > 0 else { return }
            if count > 0 {
                (start + size).update(from: start, count: length - size)
                start.update(repeating: 0, count: size)
            } else {
                start.update(from: start + size, count: length - size)
                (start + length - size).update(repeating: 0, count: size)
            }
        }
    }

    /// Appends the sound, played `factor` times as fast, pitch included: y[n] = x[factor n] by linear interpolation; it
    /// has floor(count / factor) samples, one at least.
    public static func play(_ samples: [Float], factor: Double, appendingTo output: inout [Float]) {
        precondition(factor > 0 && factor.isFinite, "a speed of \(factor)")
        guard !samples.isEmpty else { return }
        let last = samples.count - 1
        samples.withUnsafeBufferPointer { samples in
            for place in 0..<max(1, Int(Double(samples.count) / factor)) {
                let source = Double(place) * factor
                let index = min(Int(source), last)
                let next = samples[min(index + 1, last)]
                output.append(samples[index] + Float(source - Double(index)) * (next - samples[index]))
            }
        }
    }

    /// x = (1 - share) x + share other, as mixup has it (Zhang et al. 2018, "mixup: Beyond Empirical Risk
    /// Minimization"); the target is to be mixed in the same way. Silence stands behind the other where it is shorter;
    /// it may not be longer. Features and samples can be mixed alike.
    public static func blend(_ other: [Float], into samples: inout [Float], share: Float) {
        precondition(other.count <= samples.count, "a blend of \(samples.count) and \(other.count) values")
        for place in samples.indices {
            samples[place] += share * ((place < other.count ? other[place] : 0) - samples[place])
        }
    }

    /// The mean of x^2.
    private static func power(_ samples: [Float]) -> Double {
        guard !samples.isEmpty else { return 0 }
        return samples.withUnsafeBufferPointer {
            Vector.sumOfSquares($0.baseAddress!, count: $0.count) / Double($0.count)
        }
    }
}

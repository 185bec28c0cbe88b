import Glibc
import Kernels

/// Changes training sounds the way the world might, so that a model learns what does not matter.
///
/// All work in place on plain arrays and draw from a generator that is passed in: the same seed, the same sounds. An
/// array keeps its length.
public enum Augmentation {
    /// x += noise, white and Gaussian, so that the power of x is `decibels` above that of the noise. Silence stays
    /// silence: no ratio is defined for it.
    public static func addNoise(
        to samples: inout [Float], signalToNoise decibels: Double, using generator: inout SeededGenerator
    ) {
        let deviation = (power(samples) * pow(10, -decibels / 10)).squareRoot()
        guard deviation > 0 else { return }
        for place in samples.indices { samples[place] += Float(generator.normal() * deviation) }
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

    /// Plays the sound `factor` times as fast, pitch included: y[n] = x[factor n] by linear interpolation, its middle
    /// staying in the middle. Silence fills what becomes free; what no longer fits is cut at both ends.
    public static func changeSpeed(of samples: inout [Float], factor: Double) {
        precondition(factor > 0 && factor.isFinite, "a speed of \(factor)")
        guard factor != 1, samples.count > 1 else { return }
        let middle = Double(samples.count - 1) / 2
        samples = [Float](unsafeUninitializedCapacity: samples.count) { output, count in
            for place in samples.indices {
                let source = middle + (Double(place) - middle) * factor
                let below = source.rounded(.down)
                let index = Int(below)
                if index < 0 || index >= samples.count || source > Double(samples.count - 1) {
                    output[place] = 0
                } else {
                    let next = samples[min(index + 1, samples.count - 1)]
                    output[place] = samples[index] + Float(source - below) * (next - samples[index])
                }
            }
            count = samples.count
        }
    }

    /// x = (1 - share) x + share other, as mixup has it (Zhang et al. 2018, "mixup: Beyond Empirical Risk
    /// Minimization"); the target is to be mixed in the same way. Features and samples can be mixed alike.
    public static func blend(_ other: [Float], into samples: inout [Float], share: Float) {
        precondition(other.count == samples.count, "a blend of \(samples.count) and \(other.count) values")
        for place in samples.indices { samples[place] += share * (other[place] - samples[place]) }
    }

    /// The mean of x^2.
    private static func power(_ samples: [Float]) -> Double {
        guard !samples.isEmpty else { return 0 }
        return samples.withUnsafeBufferPointer {
            Vector.sumOfSquares($0.baseAddress!, count: $0.count) / Double($0.count)
        }
    }
}

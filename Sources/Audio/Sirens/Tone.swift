import Glibc
import Kernels

/// The amplitudes of a tone's partials, the fundamental first.
struct Timbre {
    let amplitudes: [Double]

    /// Partials that fall with their number to some power.
    private init(partials: Int, falling power: Double, spread: Double = 0, _ generator: inout SeededGenerator) {
        amplitudes = (1...partials).map { partial in
            pow(Double(partial), -power) * (1 - spread * generator.uniform())
        }
    }

    private init(_ amplitudes: [Double]) { self.amplitudes = amplitudes }

    /// A loudspeaker or a rotor, near to a square wave or to a sine.
    static func siren(_ generator: inout SeededGenerator) -> Timbre {
        Timbre(partials: 8, falling: generator.uniform(in: 1...2.2), spread: 0.6, &generator)
    }

    static func brass(_ generator: inout SeededGenerator) -> Timbre {
        Timbre(partials: 12, falling: generator.uniform(in: 0.4...1.2), spread: 0.5, &generator)
    }

    static func engine(_ generator: inout SeededGenerator) -> Timbre {
        Timbre(partials: 24, falling: generator.uniform(in: 0.5...1), spread: 0.9, &generator)
    }

    static func string(_ generator: inout SeededGenerator) -> Timbre {
        Timbre(partials: 8, falling: generator.uniform(in: 1...2), spread: 0.7, &generator)
    }

    /// A train of pulses.
    static let voice = Timbre((1...20).map { 1 / Double($0) })
}

/// A tone whose pitch moves: partials above half the sample rate are left out.
struct Tone {
    private let timbre: Timbre
    private let sampleRate: Double
    private var phase = 0.0  // turns

    init(_ timbre: Timbre, sampleRate: Double) {
        self.timbre = timbre
        self.sampleRate = sampleRate
    }

    /// The next sample, at a pitch in hertz. The sines of the multiples come from each other: sin((k + 1) a) =
    /// 2 cos(a) sin(k a) - sin((k - 1) a).
    mutating func next(_ pitch: Double) -> Float {
        phase += pitch / sampleRate
        phase -= phase.rounded(.down)
        let angle = 2 * Double.pi * phase
        let twice = 2 * cos(angle)
        var (before, current) = (0.0, sin(angle))
        var sum = 0.0
        for (index, amplitude) in timbre.amplitudes.enumerated() {
            if Double(index + 1) * pitch >= 0.48 * sampleRate { break }
            sum += amplitude * current
            (before, current) = (current, twice * current - before)
        }
        return Float(sum)
    }
}

/// A resonance of two poles.
struct Resonator {
    private let first: Float
    private let second: Float
    private let gain: Float
    private var before: Float = 0
    private var current: Float = 0

    /// - Parameters:
    ///   - centre: Hertz.
    ///   - width: Hertz, between the points of half the power.
    init(_ centre: Double, width: Double, sampleRate: Double) {
        let radius = exp(-.pi * width / sampleRate)
        let angle = 2 * Double.pi * min(centre, 0.45 * sampleRate) / sampleRate
        first = Float(2 * radius * cos(angle))
        second = Float(-radius * radius)
        gain = Float(1 - radius)
    }

    mutating func next(_ input: Float) -> Float {
        let output = gain * input + first * current + second * before
        (before, current) = (current, output)
        return output
    }
}

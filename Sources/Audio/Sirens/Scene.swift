import Glibc
import Kernels

/// How one source reaches the microphone: it drives past, and walls throw it back.
struct Scene {
    private static let speedOfSound = 343.0  // m/s

    private let sampleRate: Double
    private let count: Int
    private var generator: SeededGenerator
    /// Metres a second, along the street.
    private let speed: Double
    /// Metres, from the street to the microphone.
    private let distance: Double
    /// Seconds, when the source is nearest.
    private let passing: Double
    private let echoes: [(delay: Double, gain: Float)]

    init(_ settings: SirenCorpus.Settings, _ generator: inout SeededGenerator) {
        sampleRate = Double(settings.sampleRate)
        count = max(1, Int((settings.seconds * sampleRate).rounded()))
        speed = generator.uniform(in: 0...25)
        distance = generator.uniform(in: 5...30)
        passing = generator.uniform(in: -1...settings.seconds + 1)
        echoes = (0..<1 + generator.index(below: 3)).map { _ in
            (generator.uniform(in: 0.02...0.2), Float(generator.uniform(in: 0.1...0.4)))
        }
        self.generator = generator
    }

    /// The sound at the microphone. What reaches it at time t was sent at s with t = s + d(s) / c, d being the distance
    /// then; it comes in with 1 / d of its amplitude.
    mutating func received(of kind: SirenCorpus.Kind) -> [Float] {
        // Sound that arrives at the start was sent before it.
        let lead = 1.0 + 0.2
        let sent = StreetSound.samples(
            of: kind, count: count + Int(2 * lead * sampleRate), sampleRate: sampleRate, &generator)
        var direct = [Float](repeating: 0, count: count)
        for place in 0..<count {
            let time = Double(place) / sampleRate
            var emission = time
            // The source is far slower than sound: each round gains an order of magnitude.
            for _ in 0..<8 { emission = time - distanceAt(emission) / Self.speedOfSound }
            let source = min(max((emission + lead) * sampleRate, 0), Double(sent.count - 2))
            let index = Int(source)
            let share = Float(source - Double(index))
            direct[place] = (sent[index] + share * (sent[index + 1] - sent[index])) / Float(distanceAt(emission))
        }
        var sum = direct
        for echo in echoes {
            let delay = Int(echo.delay * sampleRate)
            // Walls swallow high frequencies: a mean of two neighbours.
            for place in delay + 1..<max(count, delay + 1) {
                sum[place] += echo.gain * 0.5 * (direct[place - delay] + direct[place - delay - 1])
            }
        }
        return sum
    }

    private func distanceAt(_ time: Double) -> Double {
        let along = speed * (time - passing)
        return (along * along + distance * distance).squareRoot()
    }
}

extension SeededGenerator {
    mutating func uniform(in range: ClosedRange<Double>) -> Double {
        range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
    }
}

/// The noise of a street without any one sound in it.
enum TrafficNoise {
    /// Noise whose power falls with frequency, under a slow swell of passing cars, each with some hiss of its tyres.
    static func samples(count: Int, sampleRate: Int, _ generator: inout SeededGenerator) -> [Float] {
        let rate = Double(sampleRate)
        var rumble = OnePole(cutoff: generator.uniform(in: 80...200), sampleRate: rate)
        var body = OnePole(cutoff: generator.uniform(in: 400...1200), sampleRate: rate)
        let hiss = Float(generator.uniform(in: 0.02...0.1))
        let swells = (0..<3).map { _ in
            (
                rate: generator.uniform(in: 0.1...0.6), phase: generator.uniform(),
                depth: generator.uniform(in: 0.1...0.3)
            )
        }
        return (0..<count).map { place in
            let white = Float(generator.normal())
            let swell = swells.reduce(1) { sum, swell in
                sum + swell.depth * sin(2 * .pi * (swell.rate * Double(place) / rate + swell.phase))
            }
            return Float(swell) * (3 * rumble.next(white) + body.next(white) + hiss * white)
        }
    }
}

/// A low-pass filter of one pole.
struct OnePole {
    private let share: Float
    private var state: Float = 0

    init(cutoff: Double, sampleRate: Double) {
        share = Float(1 - exp(-2 * .pi * cutoff / sampleRate))
    }

    mutating func next(_ input: Float) -> Float {
        state += share * (input - state)
        return state
    }
}

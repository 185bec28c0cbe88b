import Glibc
import Kernels

/// What sources send out, before they move.
enum StreetSound {
    static func samples(
        of kind: SirenCorpus.Kind, count: Int, sampleRate: Double, _ generator: inout SeededGenerator
    ) -> [Float] {
        let length = Double(count) / sampleRate  // seconds
        switch kind {
        case .wail: return sweep(periods: 2.5...5, count, sampleRate, &generator)
        case .yelp: return sweep(periods: 0.22...0.45, count, sampleRate, &generator)
        case .hiLo: return hiLo(count, sampleRate, &generator)
        case .horn: return horn(length, count, sampleRate, &generator)
        case .engine: return engine(length, count, sampleRate, &generator)
        case .music: return music(length, count, sampleRate, &generator)
        case .speech: return speech(length, count, sampleRate, &generator)
        case .noise: return noise(length, count, sampleRate, &generator)
        }
    }

    // MARK: Sirens

    /// A pitch that rises and falls between two, evenly on a logarithmic scale.
    private static func sweep(
        periods: ClosedRange<Double>, _ count: Int, _ rate: Double, _ generator: inout SeededGenerator
    ) -> [Float] {
        let low = generator.uniform(in: 450...750)  // Hz
        let ratio = log(generator.uniform(in: 1.8...2.6))
        let period = generator.uniform(in: periods)  // s
        let phase = generator.uniform()
        let rising = generator.uniform(in: 0.35...0.65)  // share of the period
        var tone = Tone(.siren(&generator), sampleRate: rate)
        return (0..<count).map { place in
            let cycle = (Double(place) / rate / period + phase).truncatingRemainder(dividingBy: 1)
            let height = cycle < rising ? cycle / rising : (1 - cycle) / (1 - rising)
            return tone.next(low * exp(ratio * height))
        }
    }

    private static func hiLo(_ count: Int, _ rate: Double, _ generator: inout SeededGenerator) -> [Float] {
        let low = generator.uniform(in: 380...750)  // Hz
        let high = low * generator.uniform(in: 1.2...1.5)
        let half = generator.uniform(in: 0.35...0.7)  // s, of each tone
        let phase = generator.uniform(in: 0...2)
        var tone = Tone(.siren(&generator), sampleRate: rate)
        // The pitch glides for some milliseconds from one tone to the other.
        var pitch = OnePole(cutoff: 30, sampleRate: rate)
        return (0..<count).map { place in
            let isHigh = Int(Double(place) / rate / half + phase) % 2 == 1
            return tone.next(Double(pitch.next(Float(isHigh ? high : low))))
        }
    }

    // MARK: Other sounds

    private static func horn(
        _ length: Double, _ count: Int, _ rate: Double, _ generator: inout SeededGenerator
    ) -> [Float] {
        let pitch = generator.uniform(in: 280...480)  // Hz
        let second = pitch * generator.uniform(in: 1.15...1.3)
        var tones = [Tone(.brass(&generator), sampleRate: rate), Tone(.brass(&generator), sampleRate: rate)]
        var envelope = [Float](repeating: 0, count: count)
        var start = generator.uniform(in: 0...0.3)
        while start < length {
            let duration = generator.uniform(in: 0.12...1.2)
            add(to: &envelope, rate, start: start, duration: duration, attack: 0.02)
            start += duration + generator.uniform(in: 0.1...1)
        }
        return envelope.map { $0 * (tones[0].next(pitch) + tones[1].next(second)) }
    }

    private static func engine(
        _ length: Double, _ count: Int, _ rate: Double, _ generator: inout SeededGenerator
    ) -> [Float] {
        let first = generator.uniform(in: 25...110)  // ignitions a second
        let last = first * generator.uniform(in: 0.6...1.7)
        var tone = Tone(.engine(&generator), sampleRate: rate)
        var flutter = OnePole(cutoff: 4, sampleRate: rate)
        var breath = OnePole(cutoff: generator.uniform(in: 300...1500), sampleRate: rate)
        return (0..<count).map { place in
            let share = Double(place) / Double(count)
            let wobble = 1 + 0.6 * Double(flutter.next(Float(generator.normal())))
            return tone.next((first + (last - first) * share) * wobble) + 0.5 * breath.next(Float(generator.normal()))
        }
    }

    private static func music(
        _ length: Double, _ count: Int, _ rate: Double, _ generator: inout SeededGenerator
    ) -> [Float] {
        let scale = [0.0, 2, 4, 5, 7, 9, 11]  // semitones
        let root = generator.uniform(in: 160...420)  // Hz
        let beat = generator.uniform(in: 0.12...0.4)  // s
        var sum = [Float](repeating: 0, count: count)
        for _ in 0..<1 + generator.index(below: 3) {
            let timbre = Timbre.string(&generator)
            var start = 0.0
            while start < length {
                let duration = beat * Double(1 + generator.index(below: 3))
                let semitones = scale[generator.index(below: scale.count)] + 12 * Double(generator.index(below: 2))
                var tone = Tone(timbre, sampleRate: rate)
                let pitch = root * pow(2, semitones / 12)
                let decay = generator.uniform(in: 2...8)  // a second
                let range = Int(start * rate)..<min(count, Int((start + duration) * rate))
                for place in range {
                    let age = Double(place - range.lowerBound) / rate
                    sum[place] += tone.next(pitch) * Float(min(1, age / 0.01) * exp(-decay * age))
                }
                start += duration
            }
        }
        return sum
    }

    /// Syllables: a pulse of the voice through three resonances, or hiss.
    private static func speech(
        _ length: Double, _ count: Int, _ rate: Double, _ generator: inout SeededGenerator
    ) -> [Float] {
        let voice = generator.uniform(in: 90...240)  // Hz
        var sum = [Float](repeating: 0, count: count)
        var start = generator.uniform(in: 0...0.2)
        while start < length {
            let duration = generator.uniform(in: 0.1...0.28)
            var envelope = [Float](repeating: 0, count: count)
            add(to: &envelope, rate, start: start, duration: duration, attack: 0.03)
            let range = Int(start * rate)..<min(count, Int((start + duration) * rate))
            if generator.uniform() < 0.75 {
                var pulse = Tone(.voice, sampleRate: rate)
                let centres = [
                    generator.uniform(in: 280...800), generator.uniform(in: 900...2200),
                    generator.uniform(in: 2300...3000),
                ]
                var formants = zip(centres, [80.0, 110, 160]).map { Resonator($0, width: $1, sampleRate: rate) }
                let first = voice * generator.uniform(in: 0.85...1.3)
                let last = voice * generator.uniform(in: 0.7...1.1)
                for place in range {
                    let share = Double(place - range.lowerBound) / Double(range.count)
                    var value = pulse.next(first + (last - first) * share)
                    for formant in formants.indices { value = formants[formant].next(value) }
                    sum[place] += envelope[place] * value
                }
            } else {
                var hiss = Resonator(generator.uniform(in: 2500...3700), width: 1200, sampleRate: rate)
                for place in range { sum[place] += 0.3 * envelope[place] * hiss.next(Float(generator.normal())) }
            }
            start += duration + (generator.uniform() < 0.2 ? 0.3 : 0.03)
        }
        return sum
    }

    private static func noise(
        _ length: Double, _ count: Int, _ rate: Double, _ generator: inout SeededGenerator
    ) -> [Float] {
        var sum = [Float](repeating: 0, count: count)
        var start = 0.0
        while start < length {
            let duration = generator.uniform(in: 0.05...0.9)
            var envelope = [Float](repeating: 0, count: count)
            add(to: &envelope, rate, start: start, duration: duration, attack: min(0.02, duration / 4))
            var colour = Resonator(
                generator.uniform(in: 200...3500), width: generator.uniform(in: 300...3000), sampleRate: rate)
            for place in Int(start * rate)..<min(count, Int((start + duration) * rate)) {
                sum[place] += envelope[place] * colour.next(Float(generator.normal()))
            }
            start += duration * generator.uniform(in: 0.5...1.5)
        }
        return sum
    }

    /// One stretch of sound that swells and dies away along straight lines.
    private static func add(
        to envelope: inout [Float], _ rate: Double, start: Double, duration: Double, attack: Double
    ) {
        for place in Int(start * rate)..<min(envelope.count, Int((start + duration) * rate)) {
            let age = Double(place) / rate - start
            envelope[place] += Float(max(0, min(1, age / attack, (duration - age) / attack)))
        }
    }
}

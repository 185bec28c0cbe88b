import Audio
import Foundation
import Kernels
import Testing

@Suite struct AugmentationTests {
    private func power(_ samples: [Float]) -> Double {
        samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(samples.count)
    }

    @Test(arguments: [-10.0, 0, 20])
    func noiseHasTheRatioThatWasAskedFor(decibels: Double) {
        let clean = tone(440, seconds: 2)
        var generator = SeededGenerator(seed: 1)
        var noisy = clean
        Augmentation.addNoise(to: &noisy, signalToNoise: decibels, using: &generator)
        var mixed = clean
        Augmentation.mix(tone(300, seconds: 0.37), into: &mixed, signalToNoise: decibels, using: &generator)
        for result in [noisy, mixed] {
            let noise = power(zip(result, clean).map { $0 - $1 })
            #expect(abs(10 * log10(power(clean) / noise) - decibels) < 0.2)
        }
        var silence = [Float](repeating: 0, count: 100)
        Augmentation.addNoise(to: &silence, signalToNoise: decibels, using: &generator)
        Augmentation.mix(clean, into: &silence, signalToNoise: decibels, using: &generator)
        #expect(silence.allSatisfy { $0 == 0 })
        var kept = clean
        Augmentation.mix([Float](repeating: 0, count: 9), into: &kept, signalToNoise: decibels, using: &generator)
        #expect(kept == clean)
    }

    /// The noise's power is what was asked for whatever its colour, which is its correlation from sample to sample.
    @Test(arguments: [-0.9, 0, 0.9])
    func noiseHasItsColour(colour: Double) {
        let clean = tone(440, seconds: 20)
        var (noisy, generator) = (clean, SeededGenerator(seed: 2))
        Augmentation.addNoise(to: &noisy, signalToNoise: 10, colour: colour, using: &generator)
        let noise = zip(noisy, clean).map { $0 - $1 }
        #expect(abs(10 * log10(power(clean) / power(noise)) - 10) < 0.3)
        let together = zip(noise, noise.dropFirst()).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(together / Double(noise.count) / power(noise) - colour) < 0.02)
    }

    @Test func gainIsInDecibels() {
        var samples: [Float] = [0.5, -0.25]
        Augmentation.applyGain(decibels: 20 * log10(2), to: &samples)
        #expect(zip(samples, [1, -0.5]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func shiftsLeaveSilence() {
        func shifted(_ count: Int) -> [Float] {
            var samples: [Float] = [1, 2, 3, 4]
            Augmentation.shift(&samples, by: count)
            return samples
        }
        #expect(shifted(1) == [0, 1, 2, 3])
        #expect(shifted(-3) == [4, 0, 0, 0])
        #expect(shifted(0) == [1, 2, 3, 4])
        #expect(shifted(9) == [0, 0, 0, 0])
        #expect(shifted(-4) == [0, 0, 0, 0])
    }

    @Test func speedMovesPitch() throws {
        var faster: [Float] = [7]
        Augmentation.play(tone(500, seconds: 1), factor: 1.2, appendingTo: &faster)
        // 1.2 times as fast lasts 1 / 1.2 s.
        #expect(faster.count == 1 + 6666)
        #expect(faster.removeFirst() == 7)
        let settings = FeatureSettings(.spectrogram, sampleRate: 8000)
        let features = try FeatureExtractor(settings).features(of: faster)
        let frame = features.frame(50)
        let loudest = frame.indices.max { frame[$0] < frame[$1] }! - frame.startIndex
        #expect(loudest == Int((600 * Double(settings.transformLength) / 8000).rounded()))
        var same: [Float] = []
        Augmentation.play(tone(500, seconds: 0.1), factor: 1, appendingTo: &same)
        #expect(same == tone(500, seconds: 0.1))
        var one: [Float] = []
        Augmentation.play([0.5], factor: 3, appendingTo: &one)
        Augmentation.play([], factor: 3, appendingTo: &one)
        #expect(one == [0.5])
    }

    @Test func blendsAreWeighted() {
        var samples: [Float] = [1, 0]
        Augmentation.blend([0, 4], into: &samples, share: 0.25)
        #expect(samples == [0.75, 1])
        // Behind a shorter one stands silence.
        Augmentation.blend([1], into: &samples, share: 0.5)
        #expect(samples == [0.875, 0.5])
    }

    @Test func masksCoverBandsAndNoMore() {
        let masks = FeatureMasks(timeCount: 1, timeWidth: 5, channelCount: 1, channelWidth: 3)
        var widths: Set<Int> = []
        for seed in 0..<200 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var values = [Float](repeating: 1, count: 20 * 10)
            values.withUnsafeMutableBufferPointer {
                masks.apply(to: $0.baseAddress!, frames: 20, channels: 10, using: &generator)
            }
            let rows = (0..<20).filter { row in (0..<10).allSatisfy { values[row * 10 + $0] == 0 } }
            let columns = (0..<10).filter { column in (0..<20).allSatisfy { values[$0 * 10 + column] == 0 } }
            #expect(rows.count <= 5 && columns.count <= 3)
            #expect(values.count { $0 == 0 } == rows.count * 10 + columns.count * 20 - rows.count * columns.count)
            #expect(rows.isEmpty || rows == Array(rows[0]...rows[rows.count - 1]))
            widths.insert(rows.count)
        }
        #expect(widths == [0, 1, 2, 3, 4, 5])
    }

    @Test func theSameSeedMakesTheSameSound() {
        func made(_ seed: UInt64) -> [Float] {
            var generator = SeededGenerator(seed: seed)
            var samples = tone(440, seconds: 0.1)
            Augmentation.addNoise(to: &samples, signalToNoise: 5, using: &generator)
            return samples
        }
        #expect(made(1) == made(1))
        #expect(made(1) != made(2))
    }
}

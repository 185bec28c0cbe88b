import Audio
import Foundation
import Kernels
import Testing

@Suite struct FeatureTests {
    private func largest(_ values: ArraySlice<Float>) -> Int {
        values.indices.max { values[$0] < values[$1] }! - values.startIndex
    }

    @Test(arguments: [100.0, 440, 1000, 3200])
    func theLineOfAToneIsTheLoudest(hertz: Double) throws {
        let settings = FeatureSettings(.spectrogram, sampleRate: 8000)
        let features = try FeatureExtractor(settings).features(of: tone(hertz, seconds: 0.5))
        let line = Int((hertz * Double(settings.transformLength) / 8000).rounded())
        for frame in 2..<features.frameCount - 2 { #expect(largest(features.frame(frame)) == line) }
        // And the mel filter around it.
        let mel = FeatureSettings(.logMel, sampleRate: 8000)
        let bands = try FeatureExtractor(mel).features(of: tone(hertz, seconds: 0.5))
        let step = mel.melScale.mel(hertz: 4000) / Double(mel.melCount + 1)
        let expected = mel.melScale.mel(hertz: hertz) / step - 1
        #expect(abs(Double(largest(bands.frame(bands.frameCount / 2))) - expected) <= 1)
    }

    @Test func theRidgeOfAChirpIsWhereItShouldBe() throws {
        // From 500 Hz, 2,000 Hz more every second.
        let samples = (0..<16_000).map { place in
            let time = Double(place) / 16_000
            return Float(0.5 * sin(2 * .pi * (500 * time + 1000 * time * time)))
        }
        let settings = FeatureSettings(.spectrogram, sampleRate: 16_000)
        let features = try FeatureExtractor(settings).features(of: samples)
        let lineWidth = 16_000 / Double(settings.transformLength)
        for frame in 3..<features.frameCount - 3 {
            let expected = 500 + 2000 * Double(frame) * settings.frameSeconds
            #expect(abs(Double(largest(features.frame(frame))) * lineWidth - expected) <= lineWidth)
        }
    }

    /// The transform against its definition, for lengths of many factors.
    @Test(arguments: [2, 3, 4, 8, 12, 30, 49, 64, 77, 128, 256])
    func spectraAreThoseOfTheDefinition(length: Int) throws {
        var settings = FeatureSettings(.spectrogram, sampleRate: 8000)
        (settings.transformLength, settings.windowLength, settings.hopLength) = (length, length, 3)
        (settings.isCentred, settings.compression, settings.window) = (false, .none, .rectangular)
        var generator = SeededGenerator(seed: UInt64(length))
        let samples = (0..<length + 120).map { _ in Float(generator.normal()) }
        let features = try FeatureExtractor(settings).features(of: samples)
        #expect(features.frameCount == 41)
        for frame in 0..<features.frameCount {
            for line in 0...length / 2 {
                var (real, imaginary) = (0.0, 0.0)
                for n in 0..<length {
                    let angle = 2 * Double.pi * Double(n * line % length) / Double(length)
                    real += Double(samples[frame * 3 + n]) * cos(angle)
                    imaginary -= Double(samples[frame * 3 + n]) * sin(angle)
                }
                let power = real * real + imaginary * imaginary
                #expect(abs(Double(features[frame, line]) - power) < 1e-4 * Double(length))
            }
        }
    }

    /// Weighted lines are nearly the spectrum of x[n] - p x[n - 1]: for a tone, away from the ends, the very same power.
    @Test(arguments: [200.0, 1000, 3500])
    func preemphasisRaisesHighFrequencies(hertz: Double) throws {
        var settings = FeatureSettings(.spectrogram, sampleRate: 8000)
        let samples = tone(hertz, seconds: 0.3)
        let plain = try FeatureExtractor(settings).features(of: samples)
        let slopes = zip(samples.dropFirst(), samples).map { $0 - 0.9 * $1 }
        let expected = try FeatureExtractor(settings).features(of: slopes)
        settings.preemphasis = 0.9
        let raised = try FeatureExtractor(settings).features(of: samples)
        let line = largest(plain.frame(10))
        let gain = 1 + 0.81 - 1.8 * cos(2 * .pi * hertz / 8000)
        #expect(abs(Double(expected[10, line] - plain[10, line]) - log(gain)) < 0.02)
        // The window lets neighbouring lines in, whose weights differ most at low frequencies.
        #expect(abs(raised[10, line] - expected[10, line]) < 0.1)
    }

    @Test func silenceIsTheFloorAndNothingIsInfinite() throws {
        for kind in FeatureSettings.Kind.allCases {
            var settings = FeatureSettings(kind, sampleRate: 8000)
            settings.deltas = 2
            let features = try FeatureExtractor(settings).features(of: [Float](repeating: 0, count: 3000))
            #expect(features.values.allSatisfy { $0.isFinite })
            if kind == .logMel {
                #expect(features.values.allSatisfy { abs($0 - Float(log(1e-6))) < 1e-4 })
            }
        }
    }

    @Test func anyLengthHasFeatures() throws {
        for kind in FeatureSettings.Kind.allCases {
            for isCentred in [true, false] {
                var settings = FeatureSettings(kind, sampleRate: 8000)
                settings.isCentred = isCentred
                settings.deltas = 1
                let extractor = try FeatureExtractor(settings)
                let workspace = FeatureExtractor.Workspace(extractor)
                for count in [0, 1, 2, 79, 80, 81, 255, 256, 257, 2560, 9001] {
                    let features = extractor.features(of: randomSound(count), workspace: workspace)
                    #expect(features.frameCount == settings.frameCount(sampleCount: count))
                    #expect(features.values.count == features.frameCount * settings.channelCount)
                    #expect(features.values.allSatisfy { $0.isFinite })
                    #expect(count == 0 || features.frameCount > 0)
                }
            }
        }
    }

    /// A workspace that has seen longer sounds, other threads, and the neighbours in a list change nothing.
    @Test func featuresDoNotDependOnCompany() throws {
        let extractor = try FeatureExtractor(FeatureSettings(.mfcc, sampleRate: 8000))
        let sounds = (0..<40).map { randomSound(100 + 211 * ($0 * 7 % 13)) }
        let alone = sounds.map { extractor.features(of: $0) }
        #expect(extractor.features(of: sounds, pool: WorkerPool(threadCount: 2)) == alone)
        let workspace = FeatureExtractor.Workspace(extractor)
        #expect(sounds.map { extractor.features(of: $0, workspace: workspace) } == alone)
    }

    private func randomSound(_ count: Int) -> [Float] {
        var generator = SeededGenerator(seed: UInt64(count) + 1)
        return (0..<count).map { _ in Float(0.1 * generator.normal()) }
    }

    @Test func settingsOutOfRangeAreNamed() {
        func wrong(_ change: (inout FeatureSettings) -> Void) -> String? {
            var settings = FeatureSettings(.mfcc, sampleRate: 16_000)
            change(&settings)
            do {
                _ = try FeatureExtractor(settings)
                return nil
            } catch {
                return error.setting
            }
        }
        #expect(wrong { _ in } == nil)
        #expect(wrong { $0.hopLength = 0 } == "hopLength")
        #expect(wrong { $0.windowLength = 1 } == "windowLength")
        #expect(wrong { $0.transformLength = $0.windowLength - 1 } == "transformLength")
        #expect(wrong { $0.sampleRate = 0 } == "sampleRate")
        #expect(wrong { $0.melCount = 0 } == "melCount")
        #expect(wrong { $0.highestFrequency = 8001 } == "highestFrequency")
        #expect(wrong { $0.lowestFrequency = 8000 } == "lowestFrequency")
        #expect(wrong { $0.floor = 0 } == "floor")
        #expect(wrong { $0.floor = .nan } == "floor")
        #expect(wrong { $0.dynamicRange = -1 } == "dynamicRange")
        #expect(wrong { $0.exponent = 3 } == "exponent")
        #expect(wrong { $0.preemphasis = 1 } == "preemphasis")
        #expect(wrong { $0.coefficientCount = $0.melCount + 1 } == "coefficientCount")
        #expect(wrong { $0.deltas = 3 } == "deltas")
    }

    @Test func settingsSurviveJSON() throws {
        let settings = FeatureSettings.torchaudio(.mfcc)
        let data = try JSONEncoder().encode(settings)
        #expect(try JSONDecoder().decode(FeatureSettings.self, from: data) == settings)
    }

    @Test func aScalerBringsTrainingSoundsToMeanZeroAndDeviationOne() {
        var generator = SeededGenerator(seed: 3)
        let sounds = (1...5).map { length in
            Features(
                values: (0..<length * 30).map { place in
                    Float(generator.normal()) * (place % 3 == 0 ? 1 : 5) + 1000 * Float(place % 3)
                },
                frameCount: length * 10, channelCount: 3)
        }
        let scaler = FeatureScaler(fitting: sounds)
        let scaled = sounds.map(scaler.scaled)
        for channel in 0..<3 {
            let values = scaled.flatMap { sound in (0..<sound.frameCount).map { Double(sound[$0, channel]) } }
            let mean = values.reduce(0, +) / Double(values.count)
            let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
            #expect(abs(mean) < 1e-3)
            #expect(abs(square - 1) < 1e-2)
        }
        // A channel that stands still is only moved.
        let still = FeatureScaler(fitting: [Features(values: [7, 7, 7], frameCount: 3, channelCount: 1)])
        #expect(still.means == [7] && still.deviations == [1])
    }
}

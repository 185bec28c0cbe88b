import Audio
import TestSupport
import Testing

/// Features beside those of librosa and torchaudio, which `Tests/Fixtures/audio/make.py` computed.
@Suite struct FeatureFixtureTests {
    private static let sampleRate = 22_050

    private static let cases: [(name: String, settings: FeatureSettings)] = {
        var plain = FeatureSettings.librosa(.spectrogram)
        plain.window = .hann
        var mfcc = FeatureSettings.librosa(.mfcc)
        mfcc.deltas = 1
        var amplitude = plain
        (amplitude.transformLength, amplitude.windowLength, amplitude.hopLength) = (512, 300, 110)
        (amplitude.window, amplitude.isCentred, amplitude.exponent) = (.hamming, false, 1)
        func length(_ length: Int, _ window: Window = .hann) -> FeatureSettings {
            var settings = plain
            (settings.transformLength, settings.windowLength, settings.hopLength) = (length, length, 400)
            settings.window = window
            return settings
        }
        var htk = FeatureSettings.librosa(.logMel)
        (htk.transformLength, htk.windowLength, htk.hopLength, htk.melCount) = (1024, 1024, 256, 40)
        (htk.lowestFrequency, htk.highestFrequency, htk.melScale) = (80, 7600, .htk)
        (htk.normalizesMelArea, htk.padding, htk.compression, htk.floor) = (false, .reflect, .logarithm, 1e-6)
        var mel = FeatureSettings.torchaudio(.logMel)
        mel.melCount = 64
        var coefficients = FeatureSettings.torchaudio(.mfcc)
        coefficients.deltas = 2
        return [
            ("librosa.power", plain), ("librosa.mel", .librosa(.logMel)), ("librosa.mfcc", mfcc),
            ("librosa.amplitude", amplitude), ("librosa.length330", length(330)), ("librosa.length225", length(225)),
            ("librosa.length101", length(101, .blackman)), ("librosa.htk", htk),
            ("torchaudio.power", .torchaudio(.spectrogram)), ("torchaudio.mel", mel),
            ("torchaudio.mfcc", coefficients),
        ]
    }()

    @Test(arguments: cases.indices)
    func featuresAreTheirs(index: Int) throws {
        let (name, settings) = Self.cases[index]
        let fixture = try Fixture("audio/features")
        let features = try FeatureExtractor(settings).features(of: fixture["sound"].elements)
        let expected = try fixture[name]
        #expect(features.frameCount == expected.shape[0], "\(name)")
        #expect(features.channelCount == expected.shape[1], "\(name)")
        let error = relativeError(features.values.map(Double.init), expected.elements.map(Double.init))
        #expect(error < 1e-4, "\(name): \(error)")
        // In decibels, and for every coefficient, the difference itself is small.
        if name != "librosa.power", !name.hasPrefix("torchaudio.power"), !name.contains("length") {
            let largest = zip(features.values, expected.elements).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            #expect(largest < 2e-3, "\(name): \(largest)")
        }
    }

    @Test func aSoundShorterThanATransformIsATorchaudiosWithZeros() throws {
        let fixture = try Fixture("audio/features")
        var settings = FeatureSettings.torchaudio(.spectrogram)
        settings.padding = .zeros
        let features = try FeatureExtractor(settings).features(of: Array(fixture["sound"].elements[..<90]))
        #expect(features.frameCount == 1)
        let expected = try fixture["torchaudio.short"].elements
        #expect(relativeError(features.values.map(Double.init), expected.map(Double.init)) < 1e-4)
    }

    @Test(arguments: MelScale.allCases)
    func scalesAreLibrosas(scale: MelScale) throws {
        let expected = try Fixture("audio/features")["mel.\(scale.rawValue)"].elements
        for (hertz, mel) in zip([0.0, 60, 440, 999, 1000, 1001, 4000, 11_025], expected) {
            #expect(abs(scale.mel(hertz: hertz) - Double(mel)) < 1e-4 * max(1, Double(mel)))
            #expect(abs(scale.hertz(mel: scale.mel(hertz: hertz)) - hertz) < 1e-6 * max(1, hertz))
        }
    }
}

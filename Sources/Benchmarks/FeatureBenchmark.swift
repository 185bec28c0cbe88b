import Audio
import Kernels

/// Times the features of sounds on one core.
public enum FeatureBenchmark {
    public struct Result: Encodable, Sendable {
        /// What was computed: `log-mel`, or a spectrogram as a matrix product.
        public let name: String
        public let sampleRate: Int
        public let transformLength: Int
        public let hopLength: Int
        public let channels: Int
        /// For one second of sound, by the median.
        public let millisecondsPerSecond: Double
        /// Seconds of sound that are worked on in a second.
        public let timesRealTime: Double

        private enum CodingKeys: String, CodingKey {
            case name, channels
            case sampleRate = "rate"
            case transformLength = "transform"
            case hopLength = "hop"
            case millisecondsPerSecond = "ms_per_s"
            case timesRealTime = "times_real_time"
        }
    }

    /// Every kind of features with the settings for classification, log-mel with librosa's, and last a power
    /// spectrogram with these twice: by the transform, and as a matrix product with windowed cosines and sines, which
    /// it is held to.
    ///
    /// - Returns: The results, and the largest difference of the two spectrograms relative to the largest power.
    public static func run(
        sampleRate: Int, seconds: Int, repeats: Int
    ) throws -> (results: [Result], difference: Double) {
        var generator = SeededGenerator(seed: 5)
        let samples = (0..<sampleRate * seconds).map { _ in Float(0.1 * generator.normal()) }
        var results: [Result] = []
        func measure(_ name: String, _ settings: FeatureSettings, _ work: () -> Void) {
            let timing = Timing(repeats: repeats, warmUp: 1, work)
            results.append(
                Result(
                    name: name, sampleRate: sampleRate, transformLength: settings.transformLength,
                    hopLength: settings.hopLength, channels: settings.channelCount,
                    millisecondsPerSecond: timing.median / Double(seconds),
                    timesRealTime: 1000 * Double(seconds) / timing.median))
        }
        func extract(_ name: String, _ settings: FeatureSettings) throws -> [Float] {
            let extractor = try FeatureExtractor(settings)
            let workspace = FeatureExtractor.Workspace(extractor)
            var output = [Float](
                repeating: 0, count: extractor.frameCount(sampleCount: samples.count) * extractor.channelCount)
            samples.withUnsafeBufferPointer { samples in
                output.withUnsafeMutableBufferPointer { output in
                    measure(name, settings) {
                        extractor.extract(samples, into: output.baseAddress!, workspace: workspace)
                    }
                }
            }
            return output
        }
        for kind in [FeatureSettings.Kind.spectrogram, .logMel, .mfcc] {
            _ = try extract(kind.rawValue, FeatureSettings(kind, sampleRate: sampleRate))
        }
        _ = try extract("log-mel, librosa's settings", .librosa(.logMel, sampleRate: sampleRate))
        var settings = FeatureSettings.librosa(.spectrogram, sampleRate: sampleRate)
        settings.isCentred = false
        let transformed = try extract("power spectrogram", settings)
        let plain = SpectrogramProduct(settings)
        var product = [Float](repeating: 0, count: transformed.count)
        product.withUnsafeMutableBufferPointer { product in
            samples.withUnsafeBufferPointer { samples in
                plain.withScratch(frames: settings.frameCount(sampleCount: samples.count)) { scratch in
                    measure("power spectrogram as a product", settings) {
                        plain.powers(of: samples, into: product.baseAddress!, scratch: scratch)
                    }
                }
            }
        }
        let largest = product.max() ?? 1
        let difference = zip(transformed, product).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        return (results, Double(difference / largest))
    }
}

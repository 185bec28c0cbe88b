import Audio
import Kernels
import Testing

@Suite struct FeatureStreamTests {
    private func sound(_ count: Int) -> [Float] {
        var generator = SeededGenerator(seed: UInt64(count) + 1)
        return (0..<count).map { _ in Float(0.1 * generator.normal()) }
    }

    /// Whatever the settings, the length and the blocks: the features of the whole.
    @Test(arguments: [FeatureSettings.Kind.spectrogram, .logMel, .mfcc])
    func blocksGiveTheFeaturesOfTheWhole(kind: FeatureSettings.Kind) throws {
        var generator = SeededGenerator(seed: 5)
        for isCentred in [true, false] {
            for padding in [FeatureSettings.Padding.reflect, .zeros] {
                for (length, hop) in [(256, 80), (201, 60), (64, 300)] {
                    var settings = FeatureSettings(kind, sampleRate: 8000)
                    (settings.windowLength, settings.transformLength, settings.hopLength) = (length, length, hop)
                    (settings.isCentred, settings.padding) = (isCentred, padding)
                    (settings.melCount, settings.coefficientCount) = (16, 12)
                    for count in [0, 1, 31, 33, 100, 128, 129, 257, 1000, 9000] {
                        let samples = sound(count)
                        var stream = try FeatureStream(settings)
                        var parts: [Features] = []
                        var rest = samples[...]
                        while !rest.isEmpty {
                            let size = min(rest.count, 1 + generator.index(below: 700))
                            parts.append(stream.append(Array(rest.prefix(size))))
                            rest = rest.dropFirst(size)
                        }
                        parts.append(stream.finish())
                        let whole = try FeatureExtractor(settings).features(of: samples)
                        #expect(parts.reduce(0) { $0 + $1.frameCount } == whole.frameCount, "\(count) \(length)")
                        #expect(
                            zip(parts.flatMap(\.values), whole.values).allSatisfy { abs($0 - $1) < 1e-4 },
                            "\(count) samples, \(length) by \(hop), centred: \(isCentred)")
                    }
                }
            }
        }
    }

    @Test func whatReachesAcrossBlocksIsRefused() {
        var slopes = FeatureSettings(.mfcc)
        slopes.deltas = 1
        var range = FeatureSettings(.logMel)
        range.dynamicRange = 80
        for settings in [slopes, range, FeatureSettings(.waveform)] {
            #expect(throws: FeatureSettings.Invalid.self) { try FeatureStream(settings) }
        }
    }

    /// However many frames come, columns stay few, and each holds the loudest of its own.
    @Test func columnsHoldTheLoudest() {
        let values = (0..<1000).map { Float(($0 * 7919) % 1009) }
        var columns = FeatureColumns(channelCount: 2, limit: 64)
        for start in stride(from: 0, to: 1000, by: 30) {
            let part = values[start..<min(start + 30, 1000)]
            columns.add(
                Features(values: part.flatMap { [$0, -$0] }, frameCount: part.count, channelCount: 2))
        }
        #expect(columns.framesPerColumn == 16)
        let features = columns.features
        #expect(features.frameCount == 63)
        for column in 0..<63 {
            let own = values[column * 16..<min(column * 16 + 16, 1000)]
            #expect(features[column, 0] == own.max()! && features[column, 1] == -own.min()!)
        }
    }
}

import Kernels

/// Masks bands of features, so that a model does not lean on one of them (Park et al. 2019, "SpecAugment").
public struct FeatureMasks: Codable, Hashable, Sendable {
    /// Masks over time.
    public var timeCount: Int
    /// Frames of each, at most; never more than half the frames.
    public var timeWidth: Int
    /// Masks over channels.
    public var channelCount: Int
    /// Channels of each, at most; never more than half the channels.
    public var channelWidth: Int

    public init(timeCount: Int, timeWidth: Int, channelCount: Int, channelWidth: Int) {
        self.timeCount = timeCount
        self.timeWidth = timeWidth
        self.channelCount = channelCount
        self.channelWidth = channelWidth
    }

    /// Writes `value` over bands of random width at random places of `[frames, channels]`.
    ///
    /// - Parameter value: 0 for features that were scaled: their mean.
    public func apply(
        to values: UnsafeMutablePointer<Float>, frames: Int, channels: Int, value: Float = 0,
        using generator: inout SeededGenerator
    ) {
        for _ in 0..<timeCount {
            let band = Self.band(of: frames, width: timeWidth, &generator)
            (values + band.lowerBound * channels).update(repeating: value, count: band.count * channels)
        }
        for _ in 0..<channelCount {
            let band = Self.band(of: channels, width: channelWidth, &generator)
            for frame in 0..<frames {
                (values + frame * channels + band.lowerBound).update(repeating: value, count: band.count)
            }
        }
    }

    private static func band(of count: Int, width: Int, _ generator: inout SeededGenerator) -> Range<Int> {
        let size = generator.index(below: min(width, count / 2) + 1)
        let start = generator.index(below: count - size + 1)
        return start..<start + size
    }
}

/// The features of one sound: `[frameCount, channelCount]`, row-major, the first frame first.
public struct Features: Hashable, Sendable {
    public var values: [Float]
    public let frameCount: Int
    public let channelCount: Int

    public init(values: [Float], frameCount: Int, channelCount: Int) {
        precondition(
            values.count == frameCount * channelCount,
            "\(values.count) values for \(frameCount) frames of \(channelCount) channels")
        self.values = values
        self.frameCount = frameCount
        self.channelCount = channelCount
    }

    public subscript(frame: Int, channel: Int) -> Float {
        get { values[frame * channelCount + channel] }
        set { values[frame * channelCount + channel] = newValue }
    }

    /// The channels of one frame.
    public func frame(_ index: Int) -> ArraySlice<Float> {
        values[index * channelCount..<(index + 1) * channelCount]
    }
}

/// Features of a sound of any length in a number of columns that is bounded, for pictures: each holds the loudest of as
/// many frames as must share it, or a click would vanish.
public struct FeatureColumns: Sendable {
    public let channelCount: Int
    /// Frames of every column but the last.
    public private(set) var framesPerColumn = 1
    private let limit: Int
    private var values: [Float] = []
    /// Frames in the last column.
    private var lastCount = 0

    /// - Parameter limit: No more columns than this, an even number.
    public init(channelCount: Int, limit: Int) {
        precondition(limit > 1 && limit % 2 == 0, "\(limit) columns")
        (self.channelCount, self.limit) = (channelCount, limit)
    }

    /// The columns as features.
    public var features: Features {
        Features(values: values, frameCount: values.count / max(channelCount, 1), channelCount: channelCount)
    }

    /// Takes the next frames.
    public mutating func add(_ features: Features) {
        precondition(features.channelCount == channelCount, "\(features.channelCount) channels, not \(channelCount)")
        for frame in 0..<features.frameCount {
            if lastCount == framesPerColumn || values.isEmpty {
                if values.count == limit * channelCount { halve() }
                values.append(contentsOf: features.frame(frame))
                lastCount = 1
            } else {
                let start = values.count - channelCount
                for channel in 0..<channelCount {
                    values[start + channel] = max(values[start + channel], features[frame, channel])
                }
                lastCount += 1
            }
        }
    }

    /// Makes one column of every two.
    private mutating func halve() {
        for column in 0..<limit / 2 {
            for channel in 0..<channelCount {
                let place = 2 * column * channelCount + channel
                values[column * channelCount + channel] = max(values[place], values[place + channelCount])
            }
        }
        values.removeLast(limit / 2 * channelCount)
        framesPerColumn *= 2
    }
}

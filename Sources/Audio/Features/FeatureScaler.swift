/// Puts every channel on one footing: (x - mean) / deviation, both measured over all frames of the training part.
///
/// To be fitted on training sounds only, frame by frame in one pass; sums are kept in double precision.
public struct FeatureScaler: Codable, Hashable, Sendable {
    /// Of every channel.
    public let means: [Float]
    /// Of every channel; 1 where a channel does not move.
    public let deviations: [Float]

    public init(means: [Float], deviations: [Float]) {
        precondition(means.count == deviations.count, "\(means.count) means, \(deviations.count) deviations")
        self.means = means
        self.deviations = deviations
    }

    public var channelCount: Int { means.count }

    /// The scaler of features that have one channel count and a frame at least.
    public init(fitting features: some Sequence<Features>) {
        var fit = Fit()
        for sound in features { fit.add(sound) }
        self = fit.scaler
    }

    /// What becomes a scaler, sound by sound.
    public struct Fit: Sendable {
        private var count = 0
        private var sums: [Double] = []
        private var squares: [Double] = []
        /// The first frame: sums of distances from it lose nothing to a large mean.
        private var origin: [Double] = []

        public init() {}

        public mutating func add(_ features: Features) {
            guard features.frameCount > 0 else { return }
            if count == 0 {
                origin = features.frame(0).map(Double.init)
                sums = [Double](repeating: 0, count: origin.count)
                squares = sums
            }
            precondition(
                features.channelCount == origin.count, "\(features.channelCount) channels after \(origin.count)")
            features.values.withUnsafeBufferPointer { values in
                for frame in 0..<features.frameCount {
                    for channel in 0..<origin.count {
                        let value = Double(values[frame * origin.count + channel]) - origin[channel]
                        sums[channel] += value
                        squares[channel] += value * value
                    }
                }
            }
            count += features.frameCount
        }

        public var scaler: FeatureScaler {
            precondition(count > 0, "a scaler fitted on no frame")
            let means = sums.map { $0 / Double(count) }
            let deviations = zip(means, squares).map { mean, square -> Float in
                let deviation = Float(max(0, square / Double(count) - mean * mean).squareRoot())
                // What moves less than this stands still but for rounding.
                return deviation > 1e-6 ? deviation : 1
            }
            return FeatureScaler(means: zip(means, origin).map { Float($0 + $1) }, deviations: deviations)
        }
    }

    /// Scales frames in place, `[frames, channelCount]`.
    public func apply(to values: UnsafeMutablePointer<Float>, frames: Int) {
        for frame in 0..<frames {
            let row = values + frame * channelCount
            for channel in 0..<channelCount { row[channel] = (row[channel] - means[channel]) / deviations[channel] }
        }
    }

    public func scaled(_ features: Features) -> Features {
        precondition(
            features.channelCount == channelCount, "\(features.channelCount) channels, \(channelCount) expected")
        var features = features
        features.values.withUnsafeMutableBufferPointer { values in
            if let start = values.baseAddress { apply(to: start, frames: features.frameCount) }
        }
        return features
    }
}

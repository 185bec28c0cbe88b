extension FeatureSettings {
    /// A setting that no features can be computed with.
    public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        /// The name of the setting: `hopLength`.
        public let setting: String
        /// What was found and what was expected, as a clause.
        public let message: String

        public var description: String { "\(setting): \(message)" }
    }

    /// Fails at the first setting that is out of its range.
    public func validate() throws(Invalid) {
        try whole("sampleRate", sampleRate, 1_000...768_000)
        guard kind != .waveform else { return }
        try whole("windowLength", windowLength, 2...transformLimit)
        try whole("transformLength", transformLength, windowLength...transformLimit)
        try whole("hopLength", hopLength, 1...transformLimit)
        guard (0..<1).contains(preemphasis) else {
            throw Invalid(
                setting: "preemphasis", message: "\(preemphasis) was found, a number from 0 to below 1 was expected")
        }
        try whole("exponent", exponent, 1...2)
        guard floor.isFinite, floor >= Double(Float.leastNormalMagnitude), floor < 1e30 else {
            throw Invalid(setting: "floor", message: "\(floor) was found, a number above 0 was expected")
        }
        guard dynamicRange.isFinite, dynamicRange >= 0 else {
            throw Invalid(
                setting: "dynamicRange", message: "\(dynamicRange) was found, a number from 0 on was expected")
        }
        guard kind != .spectrogram else { return }
        try whole("melCount", melCount, 1...transformLength)
        let half = Double(sampleRate) / 2
        guard highestFrequency >= 0, highestFrequency <= half else {
            throw Invalid(
                setting: "highestFrequency",
                message: "\(highestFrequency) Hz was found, at most half the sample rate, \(half) Hz, was expected")
        }
        guard lowestFrequency >= 0, lowestFrequency < melCeiling else {
            throw Invalid(
                setting: "lowestFrequency",
                message: "\(lowestFrequency) Hz was found, a frequency from 0 to below \(melCeiling) Hz was expected")
        }
        guard kind == .mfcc else { return }
        try whole("coefficientCount", coefficientCount, 1...melCount)
        try whole("deltas", deltas, 0...2)
    }

    private var transformLimit: Int { 65_536 }

    private func whole(_ setting: String, _ value: Int, _ range: ClosedRange<Int>) throws(Invalid) {
        guard range.contains(value) else {
            throw Invalid(
                setting: setting,
                message: "\(value) was found, a number from \(range.lowerBound) to \(range.upperBound) was expected")
        }
    }
}

import Audio
import Layers

extension AudioRecipe {
    /// The settings of the features; the rate is known by now.
    var featureSettings: FeatureSettings {
        let rate = clips.sampleRate
        var settings = FeatureSettings(features.kind, sampleRate: rate)
        settings.window = features.window
        settings.windowLength = Self.samples(features.windowSeconds, rate: rate)
        settings.hopLength = Self.samples(features.hopSeconds, rate: rate)
        settings.transformLength = max(2, settings.windowLength.powerOfTwoFromHere)
        settings.preemphasis = features.preemphasis
        if features.melCount > 0 { settings.melCount = features.melCount }
        settings.melScale = features.melScale
        (settings.compression, settings.floor, settings.dynamicRange) = (.decibels, 1e-10, features.dynamicRange)
        (settings.lowestFrequency, settings.highestFrequency) = (features.lowestFrequency, features.highestFrequency)
        (settings.coefficientCount, settings.deltas) = (features.coefficientCount, features.deltas)
        return settings
    }

    /// The model's sizes for a number of labels, with features as `settings` say.
    func modelSizes(_ settings: FeatureSettings, labels: Int) -> AudioModel.Sizes {
        let chunk = chunking.chunkLength(sampleRate: settings.sampleRate)
        let window = SlidingWindow(
            size: Self.samples(features.windowSeconds, rate: settings.sampleRate),
            stride: Self.samples(features.hopSeconds, rate: settings.sampleRate), padding: .same)
        return AudioModel.Sizes(
            channels: settings.channelCount, frames: settings.frameCount(sampleCount: chunk), labels: labels,
            bank: settings.kind == .waveform ? window : nil)
    }

    private static func samples(_ seconds: Double, rate: Int) -> Int {
        max(1, Int((seconds * Double(rate)).rounded()))
    }
}

extension Int {
    /// The smallest power of two that is not below this number.
    fileprivate var powerOfTwoFromHere: Int {
        var power = 1
        while power < self { power *= 2 }
        return power
    }
}

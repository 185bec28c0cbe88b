/// How sound becomes features: all that the numbers depend on besides the samples.
///
/// Waveform features are the samples themselves, one channel. For the others frame t covers the samples around
/// t `hopLength`; its spectrum X[k] is that of the windowed frame. Then
///
///     spectrogram  |X[k]|^exponent, compressed                           transformLength / 2 + 1 channels
///     log-mel      the spectrogram through a bank of mel filters, compressed              melCount
///     MFCC         cos-transform (DCT-II, orthonormal) of log-mel        coefficientCount (1 + deltas)
///
/// The values are librosa's and torchaudio's for the same settings: `.librosa` and `.torchaudio` have their defaults.
public struct FeatureSettings: Codable, Hashable, Sendable {
    /// What is computed.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        case waveform
        case spectrogram
        case logMel = "log-mel"
        case mfcc
    }

    /// How values of spectra and of mel filters are compressed.
    public enum Compression: String, Codable, CaseIterable, Sendable {
        /// Not at all.
        case none
        /// The natural logarithm of max(value, floor).
        case logarithm
        /// 10 log10 max(value, floor), and `dynamicRange` below the clip's largest value at least.
        case decibels
    }

    /// What stands before the start and behind the end where frames are centred.
    public enum Padding: String, Codable, CaseIterable, Sendable {
        /// The sound mirrored, its first or last sample not repeated.
        case reflect
        case zeros
    }

    public var kind: Kind
    /// Samples a second of the sound that features are computed of.
    public var sampleRate: Int
    public var window: Window
    /// Samples of a frame that are not zero.
    public var windowLength: Int
    /// Samples from a frame to the next.
    public var hopLength: Int
    /// Samples of the transform, `windowLength` at least: the window stands in its middle, zeros around it.
    public var transformLength: Int
    /// Whether frame t has sample t `hopLength` in its middle, or as its first.
    public var isCentred: Bool
    public var padding: Padding
    /// From 0, for none, to below 1: how much high frequencies are raised, as by y[n] = x[n] - preemphasis x[n - 1].
    /// Every line of the spectrum is weighted with |1 - preemphasis e^(-i w)|^2.
    public var preemphasis: Double
    /// 2 for powers, 1 for amplitudes.
    public var exponent: Int
    public var melCount: Int
    public var melScale: MelScale
    /// Whether every mel filter has the same area over hertz (Slaney's normalisation), or the same height 1.
    public var normalizesMelArea: Bool
    /// Hertz, where the lowest mel filter starts.
    public var lowestFrequency: Double
    /// Hertz, where the highest mel filter ends; 0 for half the sample rate.
    public var highestFrequency: Double
    public var compression: Compression
    /// The least value that the logarithm is taken of.
    public var floor: Double
    /// Decibels; 0 for no limit. Only for `.decibels`.
    public var dynamicRange: Double
    /// Coefficients of an MFCC, without deltas.
    public var coefficientCount: Int
    /// 0; 1 for slopes over time beside every coefficient; 2 for the slopes of these, too (see `Deltas`).
    public var deltas: Int

    /// Settings that suit classification: windows of 25 ms, a hop of 10 ms.
    public init(_ kind: Kind = .logMel, sampleRate: Int = 16_000) {
        self.kind = kind
        self.sampleRate = sampleRate
        window = .hann
        windowLength = max(2, Int((0.025 * Double(sampleRate)).rounded()))
        hopLength = max(1, Int((0.01 * Double(sampleRate)).rounded()))
        var length = 2
        while length < windowLength { length *= 2 }
        transformLength = length
        isCentred = true
        padding = .reflect
        preemphasis = 0
        exponent = 2
        // Filters that are narrower than the distance of two lines of the spectrum would be empty.
        melCount = sampleRate < 16_000 ? 40 : 64
        melScale = .slaney
        normalizesMelArea = true
        lowestFrequency = 0
        highestFrequency = 0
        compression = .logarithm
        floor = 1e-6
        dynamicRange = 0
        coefficientCount = 20
        deltas = 0
    }

    /// The defaults of librosa 0.11: `stft`, `melspectrogram`, `power_to_db`, `mfcc`.
    public static func librosa(_ kind: Kind, sampleRate: Int = 22_050) -> FeatureSettings {
        var settings = FeatureSettings(kind, sampleRate: sampleRate)
        settings.windowLength = 2048
        settings.transformLength = 2048
        settings.hopLength = 512
        settings.padding = .zeros
        settings.melCount = 128
        settings.compression = kind == .spectrogram ? .none : .decibels
        settings.floor = 1e-10
        settings.dynamicRange = 80
        return settings
    }

    /// The defaults of torchaudio 2: `Spectrogram`, `MelSpectrogram` with `AmplitudeToDB` of 80 dB, `MFCC`.
    public static func torchaudio(_ kind: Kind, sampleRate: Int = 16_000) -> FeatureSettings {
        var settings = librosa(kind, sampleRate: sampleRate)
        settings.windowLength = 400
        settings.transformLength = 400
        settings.hopLength = 200
        settings.padding = .reflect
        settings.melScale = .htk
        settings.normalizesMelArea = false
        settings.coefficientCount = 40
        return settings
    }

    /// Channels of a frame.
    public var channelCount: Int {
        switch kind {
        case .waveform: 1
        case .spectrogram: transformLength / 2 + 1
        case .logMel: melCount
        case .mfcc: coefficientCount * (1 + deltas)
        }
    }

    /// Frames of a sound.
    ///
    /// Centred: one for each hop that starts within the sound or at its end. Not centred: those that lie wholly within
    /// the sound; a shorter one gives a single frame, filled with zeros. No samples have no frames.
    public func frameCount(sampleCount: Int) -> Int { frameCount(sampleCount: sampleCount, hop: hopLength) }

    /// Frames of a sound, `hop` samples from one to the next in place of `hopLength`.
    package func frameCount(sampleCount: Int, hop: Int) -> Int {
        guard sampleCount > 0 else { return 0 }
        if kind == .waveform { return sampleCount }
        // An odd transform is centred on the sample before its middle, so that one sample less is padded than used.
        let padded = isCentred ? sampleCount + transformLength / 2 * 2 : sampleCount
        return max(0, padded - transformLength) / hop + 1
    }

    /// Seconds from one frame to the next.
    public var frameSeconds: Double { Double(kind == .waveform ? 1 : hopLength) / Double(sampleRate) }

    /// The frequency where the highest mel filter ends, in hertz.
    public var melCeiling: Double { highestFrequency > 0 ? highestFrequency : Double(sampleRate) / 2 }
}

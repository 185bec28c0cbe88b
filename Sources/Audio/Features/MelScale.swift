import Glibc

/// A scale of pitch on which equal steps sound equal.
public enum MelScale: String, Codable, CaseIterable, Sendable {
    /// Linear to 1,000 Hz (15 mel), logarithmic above, 27 mel to a factor of 6.4 (Slaney 1998, "Auditory Toolbox").
    case slaney
    /// 2595 log10(1 + f / 700), as the Hidden Markov Model Toolkit has it.
    case htk

    private static let knee = 1000.0  // Hz
    private static let linearStep = 200.0 / 3  // Hz a mel
    private static let logarithmicStep = log(6.4) / 27  // of the logarithm, a mel

    public func mel(hertz: Double) -> Double {
        switch self {
        case .htk: 2595 * log10(1 + hertz / 700)
        case .slaney:
            hertz < Self.knee
                ? hertz / Self.linearStep
                : Self.knee / Self.linearStep + log(hertz / Self.knee) / Self.logarithmicStep
        }
    }

    public func hertz(mel: Double) -> Double {
        switch self {
        case .htk: return 700 * (pow(10, mel / 2595) - 1)
        case .slaney:
            let knee = Self.knee / Self.linearStep
            return mel < knee ? mel * Self.linearStep : Self.knee * exp((mel - knee) * Self.logarithmicStep)
        }
    }
}

/// Triangular filters over the lines of a spectrum, their corners equally spaced on a mel scale: filter m rises from
/// corner m to corner m + 1 and falls to corner m + 2. Only weights that are not 0 are kept.
struct MelFilters: Sendable {
    /// The first line of each filter.
    private(set) var starts: [Int32] = []
    /// Weights of each filter; 0 where it falls between two lines.
    private(set) var counts: [Int32] = []
    /// The weights of all filters, one after the other.
    private(set) var weights: [Float] = []

    /// No filters.
    init() {}

    init(_ settings: FeatureSettings) {
        let scale = settings.melScale
        let low = scale.mel(hertz: settings.lowestFrequency)
        let high = scale.mel(hertz: settings.melCeiling)
        let corners = (0..<settings.melCount + 2).map { corner in
            scale.hertz(mel: low + (high - low) * Double(corner) / Double(settings.melCount + 1))
        }
        let lines = settings.transformLength / 2 + 1
        let lineWidth = Double(settings.sampleRate) / Double(settings.transformLength)  // Hz
        for filter in 0..<settings.melCount {
            let (left, middle, right) = (corners[filter], corners[filter + 1], corners[filter + 2])
            let height = settings.normalizesMelArea ? 2 / (right - left) : 1
            var start = 0
            var count: Int32 = 0
            for line in 0..<lines {
                let frequency = Double(line) * lineWidth
                let weight = min((frequency - left) / (middle - left), (right - frequency) / (right - middle))
                guard weight > 0 else { continue }
                if count == 0 { start = line }
                count += 1
                weights.append(Float(height * weight))
            }
            starts.append(Int32(start))
            counts.append(count)
        }
    }
}

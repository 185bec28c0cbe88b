extension AudioRecipe {
    /// What becomes of training chunks, anew each time that one is seen; nothing else is ever changed.
    public struct Augmentation: Codable, Hashable, Sendable {
        /// A change that can be turned off by itself.
        public enum Change: String, CaseIterable, Sendable {
            case speed, tempo, gain, noise, shift, mixing
            case timeMasks = "time-masks"
            case frequencyMasks = "frequency-masks"
        }

        /// Sounds are played faster or slower by a factor of up to 1 plus this, pitch and length together; 0 turns it
        /// off.
        public var speed: Double
        /// Frames follow each other faster or slower by a factor of up to 1 plus this, which leaves pitch alone; of no
        /// matter to waveforms. 0 turns it off.
        public var tempo: Double
        /// Sounds become louder or softer by up to so many decibels.
        public var gainDecibels: Double
        /// The probability with which noise is added, of any colour.
        public var noise: Double
        /// The least signal-to-noise ratio of that, in decibels; the most is 40.
        public var leastSignalToNoise: Double
        /// Silence before a sound and behind it, up to so many seconds each.
        public var shiftSeconds: Double
        /// The probability with which the chunks of a step are mixed, each with another of them, and their labels with
        /// them (Zhang et al. 2018, "mixup: Beyond empirical risk minimization").
        public var mixing: Double
        /// Stretches of frames that are blanked out, up to `timeMaskShare` of a chunk each.
        public var timeMasks: Int
        public var timeMaskShare: Double
        /// Bands of channels that are blanked out, up to `frequencyMaskShare` of them each.
        public var frequencyMasks: Int
        public var frequencyMaskShare: Double

        init() {
            (speed, tempo, gainDecibels, noise, leastSignalToNoise) = (0.2, 0, 10, 0.7, 5)
            (shiftSeconds, mixing) = (0.12, 0)
            (timeMasks, timeMaskShare, frequencyMasks, frequencyMaskShare) = (1, 0.2, 2, 0.2)
        }
    }
}

extension AudioRecipe.Augmentation {
    /// The settings that turn some changes on and all others off: names with commas between, or `none`. Those that are
    /// off by default get a usual value, which a later setting may change.
    ///
    /// - Throws: `RecipeError` for a name that is not known.
    public static func settings(for names: String, place: String) throws -> [RecipeSetting] {
        let listed = names == "none" ? [] : names.split(separator: ",", omittingEmptySubsequences: false)
        let wanted = try listed.map { name in
            guard let change = Change(rawValue: String(name)) else {
                let known = Change.allCases.map(\.rawValue).joined(separator: ", ")
                throw RecipeError("\(place): \"\(name)\" found, none or some of \(known) expected")
            }
            return change
        }
        return Change.allCases.compactMap { change in
            let value = wanted.contains(change) ? change.usualValue : 0
            return value.map { RecipeSetting("augmentation.\(change.key)", .number($0), place: place) }
        }
    }

    var changesAnything: Bool {
        [speed, tempo, gainDecibels, noise, shiftSeconds, mixing, Double(timeMasks), Double(frequencyMasks)]
            .contains { $0 != 0 }
    }

    /// - Throws: `RecipeError` where a value is out of bounds.
    func validate() throws {
        for (key, value, most) in [
            ("speed", speed, 1), ("tempo", tempo, 1), ("gainDecibels", gainDecibels, 60), ("noise", noise, 1),
            ("shiftSeconds", shiftSeconds, 60), ("mixing", mixing, 1), ("timeMasks", Double(timeMasks), 100),
            ("timeMaskShare", timeMaskShare, 1), ("frequencyMasks", Double(frequencyMasks), 100),
            ("frequencyMaskShare", frequencyMaskShare, 1),
        ] as [(String, Double, Double)] where !(0...most).contains(value) {
            throw RecipeError(
                "augmentation.\(key) is \(value), a number from 0 to \(Int(most)) expected",
                keys: ["augmentation.\(key)"])
        }
        guard (-40...40).contains(leastSignalToNoise) else {
            throw RecipeError(
                "augmentation.leastSignalToNoise is \(leastSignalToNoise), a number from -40 to 40 expected",
                keys: ["augmentation.leastSignalToNoise"])
        }
    }
}

extension AudioRecipe.Augmentation.Change {
    /// The key that turns it off where it is 0.
    fileprivate var key: String {
        switch self {
        case .speed, .tempo, .noise, .mixing, .timeMasks, .frequencyMasks: "\(self)"
        case .gain: "gainDecibels"
        case .shift: "shiftSeconds"
        }
    }

    /// What it is when someone asks for it; nil for its default.
    fileprivate var usualValue: Double? {
        switch self {
        case .tempo: 0.2
        case .mixing: 0.5
        default: nil
        }
    }
}

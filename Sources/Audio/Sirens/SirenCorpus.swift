import Files
import Glibc
import Kernels

/// Sirens among other sounds of a street, made from a seed.
///
/// A source is one sound as it reaches the microphone: moving past (Doppler), with echoes. It is written once at every
/// signal-to-noise ratio, each time with traffic noise of its own, so that the files of one source are one group.
/// Sources differ in pitch, speed, timbre, distance and echoes; most kinds that are no sirens have pitches, too.
public struct SirenCorpus: Sendable {
    /// What is made.
    public struct Settings: Hashable, Sendable {
        public var seed: UInt64
        /// Sources of each kind.
        public var sourceCount: Int
        /// Length of each file.
        public var seconds: Double
        public var sampleRate: Int
        /// Decibels between the powers of source and traffic noise; one file of every source for each.
        public var signalToNoise: [Int]

        public init(
            seed: UInt64 = 1, sourceCount: Int = 20, seconds: Double = 2, sampleRate: Int = 16_000,
            signalToNoise: [Int] = [-10, -5, 0, 5, 10, 20]
        ) {
            self.seed = seed
            self.sourceCount = sourceCount
            self.seconds = seconds
            self.sampleRate = sampleRate
            self.signalToNoise = signalToNoise
        }
    }

    /// What a source is.
    public enum Kind: String, CaseIterable, Sendable {
        /// A siren that rises and falls slowly.
        case wail
        /// A siren that rises and falls three times a second.
        case yelp
        /// A siren of two tones in turn.
        case hiLo = "hi-lo"
        /// One or more honks of two tones.
        case horn
        /// An engine that speeds up or slows down.
        case engine
        /// Notes of a scale, up to three at once.
        case music
        /// Voiced and unvoiced syllables.
        case speech
        /// Bursts and gusts of coloured noise.
        case noise

        public var isSiren: Bool { self == .wail || self == .yelp || self == .hiLo }
        public var label: String { isSiren ? "siren" : "other" }
    }

    /// One file.
    public struct Entry: Hashable, Sendable {
        public let kind: Kind
        /// The number of the source within its kind, from 1 on.
        public let source: Int
        public let signalToNoise: Int  // dB

        /// Which files have the same source: `wail-007`.
        public var group: String { "\(kind.rawValue)-\(padded(source, 3))" }
        /// From 1 to `foldCount`; all files of a source are in one.
        public var fold: Int { (source - 1) % foldCount + 1 }
        /// `wail-007_-10.flac`
        public var fileName: String { "\(group)_\(signalToNoise).flac" }
    }

    /// Folds for cross-validation.
    public static let foldCount = 5
    /// The name of the table beside the files.
    public static let manifestName = "sirens.csv"

    public let settings: Settings
    /// By kind, source, and ratio.
    public let entries: [Entry]

    public init(_ settings: Settings) {
        precondition(
            settings.sourceCount > 0 && settings.seconds > 0 && settings.sampleRate >= 8_000,
            "\(settings.sourceCount) sources of \(settings.seconds) s at \(settings.sampleRate) Hz")
        self.settings = settings
        entries = Kind.allCases.flatMap { kind in
            (1...settings.sourceCount).flatMap { source in
                settings.signalToNoise.map { Entry(kind: kind, source: source, signalToNoise: $0) }
            }
        }
    }

    /// The manifest, as CSV.
    public var manifest: String {
        entries.reduce(into: "filename,label,kind,group,fold,snr\n") { text, entry in
            text += "\(entry.fileName),\(entry.kind.label),\(entry.kind.rawValue),\(entry.group),\(entry.fold),"
            text += "\(entry.signalToNoise)\n"
        }
    }

    /// The sound of one file; its largest sample is between 0.25 and 0.9.
    public func clip(_ entry: Entry) -> AudioClip {
        let key = SeededGenerator.key(entry.kind.rawValue)
        var generator = SeededGenerator(seed: settings.seed, keys: key, UInt64(entry.source))
        var scene = Scene(settings, &generator)
        var samples = scene.received(of: entry.kind)
        var traffic = SeededGenerator(
            seed: settings.seed, keys: key, UInt64(entry.source), UInt64(bitPattern: Int64(entry.signalToNoise)))
        let noise = TrafficNoise.samples(count: samples.count, sampleRate: settings.sampleRate, &traffic)
        Augmentation.mix(noise, into: &samples, signalToNoise: Double(entry.signalToNoise), using: &traffic)
        let largest = samples.reduce(0) { max($0, abs($1)) }
        let level = Float(0.25 + 0.65 * traffic.uniform())
        return AudioClip(samples: samples.map { $0 * level / largest }, sampleRate: settings.sampleRate)
    }

    /// Writes all files and the manifest into a folder, which is made where it is not there.
    ///
    /// - Parameters:
    ///   - replacing: Whether files that stand there already may be replaced.
    ///   - progress: Called after every portion with the number of files that are done.
    /// - Throws: `FileError`.
    public func write(
        to folder: String, replacing: Bool, pool: WorkerPool, progress: (Int) throws -> Void = { _ in }
    ) throws {
        if mkdir(folder, 0o777) != 0, errno != EEXIST {
            throw FileError(.cannotCreate, path: folder, "the folder cannot be made: \(InputFile.systemMessage())")
        }
        let manifestPath = "\(folder)/\(Self.manifestName)"
        try OutputFile.check(manifestPath, replacing: replacing)
        let portion = 4 * pool.threadCount
        for start in stride(from: 0, to: entries.count, by: portion) {
            let range = start..<min(start + portion, entries.count)
            var failures = [FileError?](repeating: nil, count: range.count)
            failures.withUnsafeMutableBufferPointer { failures in
                nonisolated(unsafe) let failures = failures
                pool.run(range.count) { place in
                    let entry = entries[range.lowerBound + place]
                    let path = "\(folder)/\(entry.fileName)"
                    do {
                        try clip(entry).write(to: path, as: .flac, replacing: replacing)
                    } catch {
                        failures[place] = error as? FileError
                            ?? FileError(.inputOutput, path: path, "writing failed: \(error)")
                    }
                }
            }
            if let failure = failures.lazy.compactMap(\.self).first { throw failure }
            try progress(range.upperBound)
        }
        try OutputFile.write(manifest, to: manifestPath, replacing: replacing)
    }
}

private func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}

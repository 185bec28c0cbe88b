import ArgumentParser
import Cantus

struct AudioFeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Draws the features of a sound, or writes them as a table.",
        discussion: """
            Example:
              cantus audio features street.flac --output spectrogram.svg
              cantus audio features street.flac --features mfcc --output coefficients.csv

            WAV, FLAC, OGG (Vorbis, Opus), AIFF, AU, CAF and, where libsndfile is 1.1 or newer, MP3 are read, at any \
            rate, mixed to mono, block by block. An output that ends in .csv has a line a frame, its time in seconds \
            first; .svg is a picture, in which powers are shown in decibels down to 80 below the loudest.
            """)

    @Argument(help: ArgumentHelp("The sound; - reads standard input.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The picture (.svg) or table (.csv) to write.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("What is computed: spectrogram, log-mel or mfcc.", valueName: "kind"))
    var features = FeatureSettings.Kind.logMel.rawValue

    @Option(help: ArgumentHelp("Resample to this rate first; by default the rate stays.", valueName: "Hz"))
    var rate: Int?

    @Option(help: ArgumentHelp("Length of a frame in milliseconds.", valueName: "ms"))
    var window = 25.0

    @Option(help: ArgumentHelp("Milliseconds from a frame to the next.", valueName: "ms"))
    var hop = 10.0

    @Option(help: ArgumentHelp("Mel filters; by default 64, or 40 below 16 kHz.", valueName: "n"))
    var mels: Int?

    @Flag(help: "Replace the output where it stands already.")
    var force = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    private var kind: FeatureSettings.Kind? {
        FeatureSettings.Kind(rawValue: features).flatMap { $0 == .waveform ? nil : $0 }
    }

    private var isTable: Bool { output.lowercased().hasSuffix(".csv") }

    func validate() throws {
        if kind == nil { throw ValidationError("--features is \(features); spectrogram, log-mel or mfcc expected") }
        if !isTable, !output.lowercased().hasSuffix(".svg") {
            throw ValidationError("--output is \(output); a name that ends in .svg or .csv expected")
        }
        if let rate, !(1_000...768_000).contains(rate) {
            throw ValidationError("--rate is \(rate), a number from 1000 to 768000 expected")
        }
        if !(1...1000).contains(window) {
            throw ValidationError("--window is \(window), a number from 1 to 1000 expected")
        }
        if !(0.1...1000).contains(hop) { throw ValidationError("--hop is \(hop), a number from 0.1 to 1000 expected") }
        if let mels, mels < 1 { throw ValidationError("--mels is \(mels), a number from 1 on expected") }
    }

    /// What was computed, in JSON.
    private struct Report: Encodable {
        let features: String
        let rate: Int
        let seconds: Double
        let frames: Int
        let channels: Int
        let output: String
    }

    func run() throws {
        try Failures.reported {
            try OutputFile.check(output, replacing: force)
            try OutputFile.check(output, isNoneOf: [file])
            let sound = try SampleStream(file: file, sampleRate: rate)
            let settings = settings(sampleRate: sound.sampleRate)
            let features: FeatureStream
            do {
                features = try FeatureStream(settings)
            } catch {
                throw ValidationError("these features cannot be computed at \(sound.sampleRate) Hz: \(error)")
            }
            let report = try isTable ? writeTable(sound, features) : draw(sound, features)
            if json {
                try Standard.json(report)
            } else {
                Standard.output(
                    "\(output): \(Formats.grouped(report.frames)) frames of \(report.channels) channels, "
                        + "\(Formats.fixed(report.seconds, decimals: 2)) s at \(Formats.grouped(report.rate)) Hz\n")
            }
        }
    }

    private func writeTable(_ sound: SampleStream, _ features: FeatureStream) throws -> Report {
        var report: Report?
        try OutputFile.write(to: output, replacing: force) { writer in
            var first = 0
            try Features.writeTableHeader(channelCount: features.settings.channelCount) { try writer.append($0) }
            report = try read(sound, features) { block in
                try block.writeTable(frameSeconds: features.settings.frameSeconds, firstFrame: first) {
                    try writer.append($0)
                }
                first += block.frameCount
            }
        }
        return report!
    }

    private func draw(_ sound: SampleStream, _ features: FeatureStream) throws -> Report {
        var columns = FeatureColumns(
            channelCount: features.settings.channelCount, limit: SpectrogramPicture.mostColumns)
        let report = try read(sound, features) { columns.add($0) }
        let title = sound.name.split(separator: "/").last.map(String.init) ?? sound.name
        let picture = SpectrogramPicture(
            columns, settings: features.settings,
            title: "\(title), \(self.features), \(Formats.grouped(sound.sampleRate)) Hz")
        try OutputFile.write(picture.svg, to: output, replacing: force)
        return report
    }

    /// Reads a sound to its end, and hands its features out block by block.
    private func read(
        _ sound: SampleStream, _ features: FeatureStream, _ body: (Features) throws -> Void
    ) throws -> Report {
        var (features, samples, sampleCount, frames): (_, [Float], _, _) = (features, [], 0, 0)
        while try sound.read(into: &samples) {
            sampleCount += samples.count
            let block = features.append(samples)
            frames += block.frameCount
            try body(block)
        }
        let rest = features.finish()
        frames += rest.frameCount
        try body(rest)
        guard frames > 0 else {
            throw FileError.malformed(
                sound.name, .file, "too few frames to make one sample at \(sound.sampleRate) Hz were found")
        }
        return Report(
            features: self.features, rate: sound.sampleRate, seconds: Double(sampleCount) / Double(sound.sampleRate),
            frames: frames, channels: features.settings.channelCount, output: output)
    }

    private func settings(sampleRate: Int) -> FeatureSettings {
        var settings = FeatureSettings(kind!, sampleRate: sampleRate)
        settings.windowLength = max(2, Int((window / 1000 * Double(sampleRate)).rounded()))
        settings.hopLength = max(1, Int((hop / 1000 * Double(sampleRate)).rounded()))
        settings.transformLength = 2
        while settings.transformLength < settings.windowLength { settings.transformLength *= 2 }
        if let mels { settings.melCount = mels }
        settings.coefficientCount = min(settings.coefficientCount, settings.melCount)
        // Pictures reach 80 dB down; the floor for classification would cut quiet sounds off.
        settings.floor = 1e-12
        return settings
    }
}

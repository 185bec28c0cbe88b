import ArgumentParser
import Cantus

struct CorporaSirensCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sirens",
        abstract: "Makes sirens among other sounds of a street, at several ratios of signal to noise.",
        discussion: """
            Example:
              cantus corpora make sirens --seed 1 --output sirens
              cantus audio train --data sirens/sirens.csv --output sirens.safetensors --split group

            Wail, yelp and hi-lo stand against horns, engines, music, speech-like syllables and bursts of noise. Every \
            source moves past the microphone (Doppler), is thrown back by walls, and is written once at every ratio of \
            its power to that of traffic noise. The table sirens.csv has the columns filename, label, kind, group (the \
            source), fold and snr.

            The same seed gives the same bytes on one machine. Elsewhere the encoder of FLAC may write others, and the \
            mathematical functions may round otherwise.
            """)

    @Option(help: ArgumentHelp("The seed of all sounds.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The folder to write to; it is made where it is not there.", valueName: "folder"))
    var output: String

    @Option(help: ArgumentHelp("Sources of each of the eight kinds.", valueName: "n"))
    var sources = 20

    @Option(help: ArgumentHelp("Length of each file in seconds.", valueName: "s"))
    var seconds = 2.0

    @Option(help: ArgumentHelp("Samples a second.", valueName: "Hz"))
    var rate = 16_000

    // A list may begin with a minus, which is no option then.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Ratios of signal to noise in decibels, between commas.", valueName: "a,b,c"))
    var snr = "-10,-5,0,5,10,20"

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Replace files that stand in the folder already.")
    var force = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    private var ratios: [Int]? {
        let parts = snr.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0.filter { $0 != " " }) }.filter { (-60...60).contains($0) }
        return numbers.count == parts.count && Set(numbers).count == numbers.count ? numbers : nil
    }

    func validate() throws {
        if !(1...999).contains(sources) {
            throw ValidationError("--sources is \(sources), a number from 1 to 999 expected")
        }
        if !(0.25...60).contains(seconds) {
            throw ValidationError("--seconds is \(seconds), a number from 0.25 to 60 expected")
        }
        if !(8_000...96_000).contains(rate) {
            throw ValidationError("--rate is \(rate), a number from 8000 to 96000 expected")
        }
        if ratios == nil {
            throw ValidationError("--snr is \(snr), different whole numbers from -60 to 60 between commas expected")
        }
    }

    /// What was made, in JSON.
    private struct Report: Encodable {
        let corpus = "sirens"
        let seed: UInt64
        let files: Int
        let sources: Int
        let seconds: Double
        let rate: Int
        let snr: [Int]
        let output: String
    }

    func run() throws {
        try Failures.reported {
            let corpus = SirenCorpus(
                .init(seed: seed, sourceCount: sources, seconds: seconds, sampleRate: rate, signalToNoise: ratios!))
            let bar = ProgressBar()
            defer { bar.clear() }
            try corpus.write(to: output, replacing: force, pool: threading.pool()) { done in
                bar.show(
                    "making sirens", done: done, of: corpus.entries.count, doneInAll: done,
                    of: corpus.entries.count, unit: "files", note: "")
            }
            let sourceCount = sources * SirenCorpus.Kind.allCases.count
            if json {
                try Standard.json(
                    Report(
                        seed: seed, files: corpus.entries.count, sources: sourceCount, seconds: seconds, rate: rate,
                        snr: ratios!, output: output))
            } else {
                bar.clear()
                Standard.output(
                    "\(output)/\(SirenCorpus.manifestName): \(Formats.grouped(corpus.entries.count)) files of "
                        + "\(Formats.grouped(sourceCount)) sources\n")
            }
        }
    }
}

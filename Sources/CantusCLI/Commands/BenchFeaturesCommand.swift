import ArgumentParser
import Cantus

struct BenchFeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Times the features of sounds on one core.",
        discussion: """
            Example:
              cantus bench features --rate 16000

            The last two lines compute the same spectrogram, by the transform that all features use and as a matrix \
            product; below them stands by how much they differ.
            """)

    @Option(help: ArgumentHelp("Samples a second of the noise that is worked on.", valueName: "Hz"))
    var rate = 44_100

    @Option(help: ArgumentHelp("Seconds of it.", valueName: "n"))
    var seconds = 10

    @Option(help: ArgumentHelp("Runs of each.", valueName: "n"))
    var repeats = 7

    @Flag(help: "Print a JSON object a line.")
    var json = false

    func validate() throws {
        if !(8_000...192_000).contains(rate) {
            throw ValidationError("--rate is \(rate), a number from 8000 to 192000 expected")
        }
        if !(1...600).contains(seconds) {
            throw ValidationError("--seconds is \(seconds), a number from 1 to 600 expected")
        }
        if repeats < 1 { throw ValidationError("--repeats is \(repeats), a number from 1 on expected") }
    }

    func run() throws {
        try Failures.reported {
            let (results, difference) = try FeatureBenchmark.run(
                sampleRate: rate, seconds: seconds, repeats: repeats)
            if json {
                for result in results { try Standard.json(result) }
                try Standard.json(["spectrogram_difference": difference])
                return
            }
            var table = TextTable(columns: [
                .init("features"), .init("transform", .right), .init("hop", .right), .init("channels", .right),
                .init("ms a second", .right), .init("times real time", .right),
            ])
            for result in results {
                table.append([
                    result.name, "\(result.transformLength)", "\(result.hopLength)", "\(result.channels)",
                    Formats.fixed(result.millisecondsPerSecond, decimals: 2),
                    Formats.grouped(Int(result.timesRealTime)),
                ])
            }
            Standard.output(table.rendered(Standard.tableStyle))
            Standard.output("largest difference of the spectrograms: \(difference) of the largest power\n")
        }
    }
}

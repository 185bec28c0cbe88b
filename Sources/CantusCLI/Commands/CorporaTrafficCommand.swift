import ArgumentParser
import Cantus

struct CorporaTrafficCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "web-traffic",
        abstract: "Makes hourly sessions of a web site: trend, daily and weekly seasons, holidays, noise.",
        discussion: """
            Example:
              cantus corpora make web-traffic --seed 1 --output traffic.csv --holidays holidays.csv

            Every hour is its expectation times one plus noise that nothing in the past foretells. So the error of \
            the best of all forecasts is known; it is printed for all hours and for their last tenth. A model that \
            comes near it has learned all that there is to learn.
            """)

    @Option(help: ArgumentHelp("The seed of the noise.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Hours, from Monday, 2 January 2023, on; from 1 to 876600.", valueName: "n"))
    var hours = 17_520

    @Option(help: ArgumentHelp(
        "Standard deviation of the noise in per cent of what is expected, from 0 to 16.", valueName: "n"))
    var noise = 5

    @Option(help: ArgumentHelp("The file to write, as CSV with the columns time and sessions.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("Also write the dates of the holidays, one a line.", valueName: "file"))
    var holidays: String?

    @Flag(help: "Replace the outputs where they stand already.")
    var force = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        if !(1...876_600).contains(hours) {
            throw ValidationError("--hours is \(hours), a number from 1 to 876600 expected")
        }
        if !(0...16).contains(noise) { throw ValidationError("--noise is \(noise), a number from 0 to 16 expected") }
        if holidays == output { throw ValidationError("--output and --holidays name one file") }
    }

    /// What was made, in JSON.
    private struct Report: Encodable {
        struct BestErrors: Encodable {
            let all: TrafficCorpus.BestErrors
            let lastTenth: TrafficCorpus.BestErrors
        }

        let corpus = "web-traffic"
        let seed: UInt64
        let rows: Int
        let from: String
        let to: String
        let output: String
        let holidays: String?
        /// What no forecast can do better than, on average.
        let bestErrors: BestErrors
    }

    func run() throws {
        try Failures.reported {
            for path in [output, holidays].compactMap(\.self) { try OutputFile.check(path, replacing: force) }
            let corpus = TrafficCorpus(.init(seed: seed, hours: hours, noiseThousandths: noise * 10))
            try OutputFile.write(to: output, replacing: force) { writer in
                try corpus.writeCSV { try writer.append($0) }
            }
            if let holidays { try OutputFile.write(corpus.holidayLines, to: holidays, replacing: force) }
            let best = Report.BestErrors(
                all: corpus.bestErrors(in: 0..<hours), lastTenth: corpus.bestErrors(in: hours * 9 / 10..<hours))
            let (from, to) = (corpus.axis.label(at: 0), corpus.axis.label(at: hours - 1))
            if json {
                try Standard.json(
                    Report(
                        seed: seed, rows: hours, from: from, to: to, output: output, holidays: holidays,
                        bestErrors: best))
            } else {
                func errors(_ errors: TrafficCorpus.BestErrors) -> String {
                    "RMSE \(Formats.fixed(errors.rmse, decimals: 1)), MAE \(Formats.fixed(errors.mae, decimals: 1))"
                }
                Standard.output(
                    """
                    \(output): \(Formats.grouped(hours)) hours from \(from) to \(to)
                    the best of all forecasts has \(errors(best.all)); on the last tenth \(errors(best.lastTenth))

                    """)
            }
        }
    }
}

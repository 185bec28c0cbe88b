import ArgumentParser
import Cantus

struct ForecastBacktestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Scores a forecaster from many origins in a row, beside its baselines.",
        discussion: """
            Example:
              cantus forecast backtest traffic.safetensors --data traffic.csv --refit 168 --plot backtest.svg

            A forecast is made at every origin in the test part of the data, of what was known then. Without --refit \
            the model stays as it is; with --refit N it and the baselines are fitted anew to all that lies before, \
            each time N origins have passed. --json prints what `forecast train --json` prints.
            """)

    @Argument(help: "The model file.")
    var model: String

    @Option(help: ArgumentHelp("The series; - reads standard input.", valueName: "file"))
    var data: String

    @Option(
        help: ArgumentHelp(
            "Parts of the data; origins lie in the last (default: as in training).", valueName: "parts"))
    var split: String?

    @Option(help: ArgumentHelp("Steps from one origin to the next (default: 1).", valueName: "n"))
    var stride = 1

    @Option(help: ArgumentHelp("Fits anew after so many origins (default: 0, never).", valueName: "n"))
    var refit = 0

    @Option(help: ArgumentHelp("Where a picture of the forecasts goes, as SVG.", valueName: "file"))
    var plot: String?

    @Option(help: ArgumentHelp("Where a picture of errors by steps ahead goes, as SVG.", valueName: "file"))
    var plotSteps: String?

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Replace pictures where they stand already.")
    var force = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        if stride < 1 { throw ValidationError("--stride is \(stride), a number from 1 on expected") }
        if refit < 0 { throw ValidationError("--refit is \(refit), a number from 0 on expected") }
    }

    func run() throws {
        try Failures.reported {
            let pictures = [plot, plotSteps].compactMap(\.self)
            for path in pictures {
                try OutputFile.check(path, isNoneOf: [data, model])
                try OutputFile.check(path, replacing: force)
            }
            let parts = try split.map { text in
                do throws(SeriesSplit.Problem) {
                    return try SeriesSplit(parsing: text)
                } catch {
                    throw ValidationError("--split: \(error)")
                }
            }
            let forecaster = try Forecaster(contentsOf: model)
            let reading = try SeriesReading.read(path: data, options: forecaster.recipe.reading)
            Interrupts.watch()
            let progress = ForecastProgress()
            let result = try ForecastBacktest(
                forecaster, split: parts, refit: refit, stride: stride, pool: threading.pool()
            ).run(reading, path: data, shouldStop: { Interrupts.isRequested }, report: progress.show)
            if let plot {
                let chart = ForecastChart(result.track, title: "Backtest")
                try OutputFile.write(chart.svg, to: plot, replacing: force)
            }
            if let plotSteps {
                let chart = HorizonChart(result.report, name: result.track.name, step: result.track.axis.step)
                try OutputFile.write(chart.svg, to: plotSteps, replacing: force)
            }
            if json {
                try Standard.json(result.report)
            } else {
                Standard.output(ForecastTable.rendered(result.report, style: Standard.tableStyle))
                if !pictures.isEmpty { Standard.output("\nPictures: \(pictures.joined(separator: ", ")).\n") }
            }
        }
    }
}

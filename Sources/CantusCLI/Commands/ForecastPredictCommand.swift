import ArgumentParser
import Cantus

struct ForecastPredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Forecasts what follows on a series.",
        discussion: """
            Example:
              cantus forecast predict traffic.safetensors --data traffic.csv --steps 24 --plot tomorrow.svg
              tail -f values | cantus forecast predict traffic.safetensors --data - --follow

            Prints CSV: the stamp of each step, the forecast, and the quantiles of its band; of several series a \
            column in front says which. Beyond the model's horizon its own forecasts are read as if they had been \
            seen. --json prints {"quantiles": [...], "series": [{"name", "forecasts": [{"time", "value", \
            "quantiles"}]}]}.

            With --follow a line of standard input is a value, or a stamp and a value; for a model of several series \
            a value of each. Each is answered by a line a series: the forecast of the next step, the value that came, \
            and where it lies in the band that was forecast for it: inside, below or above, far-below or far-above \
            where it is more than 5 widths of the band outside. A value that lies far outside is not read by later \
            forecasts, its own forecast stands for it, until three come in a row. Values follow on --data, or with - \
            on the data that the model was trained on.
            """)

    @Argument(help: "The model file.")
    var model: String

    @Option(help: ArgumentHelp("The series up to now; - reads standard input.", valueName: "file"))
    var data: String

    @Option(help: ArgumentHelp("Steps to forecast (default: the model's horizon).", valueName: "n"))
    var steps: Int?

    @Flag(help: "Read values from standard input, and answer each as it comes.")
    var follow = false

    @Option(help: ArgumentHelp("Where a picture of the forecast goes, as SVG.", valueName: "file"))
    var plot: String?

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Replace the picture where it stands already.")
    var force = false

    @Flag(help: "Print the result as one JSON object; with --follow, one a line.")
    var json = false

    func validate() throws {
        if let steps, !(1...1_000_000).contains(steps) {
            throw ValidationError("--steps is \(steps), a number from 1 to 1000000 expected")
        }
        if follow, steps != nil || plot != nil {
            throw ValidationError("--follow goes with neither --steps nor --plot")
        }
    }

    func run() throws {
        try Failures.reported {
            if let plot {
                try OutputFile.check(plot, isNoneOf: [data, model])
                try OutputFile.check(plot, replacing: force)
            }
            let forecaster = try Forecaster(contentsOf: model)
            if follow { try answer(forecaster) } else { try predict(forecaster) }
        }
    }

    private func predict(_ forecaster: Forecaster) throws {
        let reading = try SeriesReading.read(path: data, options: forecaster.recipe.reading)
        for note in reading.notes.sentences { Standard.error(note + "\n") }
        let predictions = try forecaster.predictions(
            after: reading.table, path: data, steps: steps ?? forecaster.recipe.window.horizon, pool: threading.pool())
        if let plot {
            let chart = ForecastChart(forecaster.track(predictions, after: reading.table), title: "Forecast")
            try OutputFile.write(chart.svg, to: plot, replacing: force)
        }
        if json {
            try Standard.json(
                Result(
                    quantiles: forecaster.quantiles,
                    series: zip(forecaster.names, predictions).map { .init(name: $0, forecasts: $1) }))
            return
        }
        let columns = ForecastColumns(forecaster)
        Standard.output(columns.header)
        for (series, predictions) in predictions.enumerated() {
            Standard.output(predictions.map { columns.line($0, series: series) }.joined())
        }
    }

    private func answer(_ forecaster: Forecaster) throws {
        // Waking a second thread costs more than a forecast does.
        let pool = WorkerPool(threadCount: 1)
        var follower: ForecastFollower
        if data == "-" {
            follower = try ForecastFollower(forecaster, pool: pool)
        } else {
            let reading = try SeriesReading.read(path: data, options: forecaster.recipe.reading)
            follower = try ForecastFollower(forecaster, after: reading.table, path: data, pool: pool)
        }
        Standard.error("the first value, if no stamp is with it, is that of \(follower.nextTime)\n")
        let columns = ForecastColumns(forecaster)
        if !json { Standard.output(columns.followHeader) }
        var (input, reader) = (InputLines(), follower.lineReader(path: InputFile.standardInputName))
        while let lines = try input.next() {
            for text in lines {
                guard let observation = try reader.observation(in: text) else { continue }
                for line in try follower.take(observation, path: InputFile.standardInputName) {
                    if json { try Standard.json(line) } else { Standard.output(columns.line(line)) }
                }
            }
        }
    }

    /// All forecasts in JSON.
    private struct Result: Encodable {
        struct Series: Encodable {
            let name: String
            let forecasts: [Forecaster.Prediction]
        }
        let quantiles: [Double]
        let series: [Series]
    }
}

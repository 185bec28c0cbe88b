import ArgumentParser

struct ForecastCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Forecasts series in time: web traffic, loads, counts.",
        discussion: """
            Input is a table (CSV or TSV with a header) with a column of time and one or several columns of values, or \
            a column that says to which series a row belongs. Columns are found out where they are not named. Stamps \
            are dates with or without a time, Unix seconds, or whole numbers that count steps.
            """,
        subcommands: [ForecastTrainCommand.self, ForecastBacktestCommand.self, ForecastPredictCommand.self])
}

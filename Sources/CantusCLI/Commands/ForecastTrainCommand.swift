import ArgumentParser
import Cantus

struct ForecastTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a forecaster and shows it beside its baselines.",
        discussion: """
            Example:
              cantus forecast train --data traffic.csv --output traffic.safetensors --horizon 24 --plot traffic.svg

            The series are cut in time order: the first 80 % train, the next 10 % choose (penalties, scaling, epochs, \
            the model), the last 10 % are scored, every window of them. With --model auto two linear models, a GRU and \
            a convolutional network are tried, and the simplest is saved whose error on the validation part is within \
            one standard error of the least. Networks stand beside ridge regression on the window, whose errors they \
            learn. Forecasts of data that are never negative are kept from falling below zero (target.nonNegative=off \
            lets them), and for such data the scaler log(1 + x) is tried beside the plain one (scaling.kind).

            Behind every epoch the state goes to OUTPUT.checkpoint (with auto to OUTPUT.MODEL.checkpoint), from which \
            --resume goes on. The same recipe, seed and number of replicas (by default one a thread) give the same file.

            --json prints {"model": {"name", "rmse", "mae", "smape", "wape", "mase", "r2", "scaled_mse", "scaled_mae", \
            "per_horizon_mae", "quantiles"}, "baselines": [the same], "windows": {"train", "validation", "test"}, \
            "seconds", "parameters", "tried", "remarks"}; what cannot be told is null.
            """)

    @Option(help: ArgumentHelp("The series: a table; - reads standard input.", valueName: "file"))
    var data: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Where the model goes.", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Columns of values, with commas between (default: all that hold numbers).", valueName: "column,..."))
    var value: String?

    @Option(help: ArgumentHelp("The column of time (default: found by content and name).", valueName: "column"))
    var time: String?

    @Option(
        help: ArgumentHelp(
            "Which number comes first in dates like 01/02/2020: dayFirst or monthFirst (default: as a day above 12 "
                + "shows it).", valueName: "order"))
    var dateOrder: String?

    @Option(
        help: ArgumentHelp(
            "The column that names the series of a row (default: found by name).", valueName: "column"))
    var series: String?

    @Option(
        help: ArgumentHelp("How missing values are filled: \(fills) (default: linear).", valueName: "rule"))
    var fill: String?

    @Option(help: ArgumentHelp("A file of holidays, one date a line.", valueName: "file"))
    var holidays: String?

    @Option(help: ArgumentHelp("Steps that a forecast is made from (default: 168).", valueName: "n"))
    var lookback: Int?

    @Option(help: ArgumentHelp("Steps that are forecast (default: 1).", valueName: "n"))
    var horizon: Int?

    @Option(help: ArgumentHelp("Steps between those two (default: 0).", valueName: "n"))
    var gap: Int?

    @Option(help: ArgumentHelp("Steps from one window to the next (default: 1).", valueName: "n"))
    var stride: Int?

    @Option(help: ArgumentHelp("The model: \(kinds) or auto (default: auto).", valueName: "name"))
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Three shares, three numbers of steps, or the two dates at which validation and test begin "
                + "(default: 0.8,0.1,0.1).", valueName: "parts"))
    var split: String?

    @Option(
        help: ArgumentHelp(
            "Quantiles of the band, with commas between; none for points alone (default: 0.1,0.5,0.9).",
            valueName: "q,..."))
    var quantiles: String?

    @Option(help: ArgumentHelp("Passes over the windows (default: about 2,500 steps, from 5 to 40).", valueName: "n"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Decides everything random (default: 1).", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Where a picture of the test part goes, as SVG.", valueName: "file"))
    var plot: String?

    @OptionGroup var options: TrainingRunOptions

    private static let kinds = ForecastRecipe.Model.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    private static let fills = FillRule.allCases.map(\.rawValue).joined(separator: ", ")

    func run() throws {
        try Failures.reported {
            let recipes = try ForecastRecipe.recipes(settings: flags + options.settings)
            try ForecastTrainingRun(recipes, data: data, output: output, plot: plot, options: options).run()
        }
    }

    /// The flags as settings of the recipe.
    private var flags: [RecipeSetting] {
        func number(_ value: Int?) -> ConfigurationValue? { value.map { .number(Double($0)) } }
        func text(_ value: String?) -> ConfigurationValue? { value.map { .text($0) } }
        let values: [(String, String, ConfigurationValue?)] = [
            ("series.value", "--value", text(value)), ("series.time", "--time", text(time)),
            ("series.dateOrder", "--date-order", text(dateOrder)),
            ("series.id", "--series", text(series)), ("series.fill", "--fill", text(fill)),
            ("calendar.holidays", "--holidays", text(holidays)), ("window.lookback", "--lookback", number(lookback)),
            ("window.horizon", "--horizon", number(horizon)), ("window.gap", "--gap", number(gap)),
            ("window.stride", "--stride", number(stride)), ("model.kind", "--model", text(model)),
            ("split", "--split", text(split)),
            ("target.quantiles", "--quantiles", quantiles == "none" ? .list([]) : text(quantiles)),
            ("training.epochs", "--epochs", number(epochs)), ("seed", "--seed", seed.map { .text(String($0)) }),
        ]
        return values.compactMap { key, place, value in value.map { RecipeSetting(key, $0, place: place) } }
    }
}

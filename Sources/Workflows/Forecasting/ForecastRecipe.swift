import TimeSeries
import Training

/// How a forecaster is trained: reading, windows, scaling, calendar, model, what is forecast, parts of the data and
/// training.
public struct ForecastRecipe: Recipe {
    public static let job = "forecast"

    /// What is read from a file.
    public struct Series: Codable, Hashable, Sendable {
        /// The columns of values; none for all that hold numbers.
        public var value: ColumnNames
        /// The column of stamps; empty for what is plainly meant.
        public var time: String
        /// Which number comes first in dates like `01/02/2020`.
        public var dateOrder: DateOrderChoice
        /// The column that says to which series a row belongs; empty for none, or what is plainly meant.
        public var id: String
        /// The step of time, as in `1 hour`; empty for the most frequent distance of stamps.
        public var step: String
        /// The stamp of the first row of a file without stamps; needs `step`.
        public var start: String
        public var fill: FillRule
        public var duplicates: DuplicateRule
        /// What becomes of values far outside of the training part's range, as inputs and while training.
        public var outliers: OutlierRule
    }

    /// Which steps a forecast is made from, and which it is for.
    public struct Window: Codable, Hashable, Sendable {
        /// Steps that a forecast is made from.
        public var lookback: Int
        /// Steps between the last of these and the first that is forecast.
        public var gap: Int
        /// Steps that are forecast.
        public var horizon: Int
        /// Steps from one window to the next.
        public var stride: Int
    }

    /// How values become numbers of one size.
    public struct Scaling: Codable, Hashable, Sendable {
        public var kind: ScalingChoice
        /// What is done to each window besides.
        public var window: WindowNormalization
    }

    /// What is known of steps to come.
    public struct Calendar: Codable, Hashable, Sendable {
        /// Whether the mean course over day, week, month and holidays is taken off before the model, and put back on
        /// its forecasts.
        public var profile: ProfileChoice
        /// Whether the model reads the calendar of each step beside its value.
        public var inputs: Bool
        /// What it reads: `hour`, `weekday`, `monthDay`, `month`, `yearDay`, `holiday`, `season:24`; none for those
        /// that vary from step to step and may come again within the data.
        public var parts: ColumnNames
        /// How that becomes numbers.
        public var encoding: CalendarFeatures.Encoding
        /// A file of holidays, one date a line; empty for none.
        public var holidays: String
    }

    /// What is forecast.
    public struct Target: Codable, Hashable, Sendable {
        /// The error that a point forecast is trained to keep small.
        public var loss: PointLoss
        /// The quantiles of the band, ascending; none for points alone.
        public var quantiles: [Double]
        public var bands: BandMethod
        /// Whether forecasts are kept from falling below zero.
        public var nonNegative: NonNegativeRule
    }

    public var series: Series
    public var window: Window
    public var scaling: Scaling
    public var calendar: Calendar
    public var model: Model
    public var target: Target
    /// Three shares (`0.8,0.1,0.1`), three numbers of steps, or the dates at which validation and test begin.
    public var split: SeriesSplit
    public var training: TrainingOptions
    /// Decides the first weights, the order of examples and dropout.
    public var seed: UInt64

    public static let choices: [String: [String]] = [
        "series.dateOrder": DateOrderChoice.allCases.map(\.rawValue),
        "series.fill": FillRule.allCases.map(\.rawValue),
        "series.duplicates": DuplicateRule.allCases.map(\.rawValue),
        "series.outliers": OutlierRule.allCases.map(\.rawValue),
        "scaling.kind": ScalingChoice.allCases.map(\.rawValue),
        "scaling.window": WindowNormalization.allCases.map(\.rawValue),
        "calendar.encoding": CalendarFeatures.Encoding.allCases.map(\.rawValue),
        "calendar.profile": ProfileChoice.allCases.map(\.rawValue),
        "model.kind": Model.Kind.allCases.map(\.rawValue) + [autoKind],
        "model.start": Model.Start.allCases.map(\.rawValue),
        "model.skip": Model.Skip.allCases.map(\.rawValue),
        "model.strategy": Model.Strategy.allCases.map(\.rawValue),
        "target.loss": PointLoss.allCases.map(\.rawValue),
        "target.bands": BandMethod.allCases.map(\.rawValue),
        "target.nonNegative": NonNegativeRule.allCases.map(\.rawValue),
    ].merging(TrainingOptions.choices) { $1 }

    public static let groupsByKind = TrainingOptions.groupsByKind

    /// The defaults for a kind of model.
    public init(_ kind: Model.Kind = .linear) {
        series = Series(
            value: ColumnNames(), time: "", dateOrder: .auto, id: "", step: "", start: "", fill: .linear,
            duplicates: .last, outliers: .clip)
        window = Window(lookback: 168, gap: 0, horizon: 1, stride: 1)
        scaling = Scaling(kind: .auto, window: kind.usualNormalization)
        calendar = Calendar(
            profile: .auto, inputs: !kind.isLinear && kind != .transformer, parts: ColumnNames(), encoding: .cyclic,
            holidays: "")
        model = Model(kind)
        target = Target(loss: .squared, quantiles: [0.1, 0.5, 0.9], bands: .auto, nonNegative: .auto)
        split = .standard
        training = TrainingOptions(
            epochs: 0, batchSize: 0, learningRate: kind.usualLearningRate, schedule: .linear, maximumGradientNorm: 1,
            patience: 5, replicas: 0)
        seed = 1
    }

    public static func defaults(for settings: [RecipeSetting]) -> ForecastRecipe {
        var recipe = ForecastRecipe(settings.kind("model.kind") ?? .linear)
        recipe.training.chooseKinds(settings)
        return recipe
    }
}

/// Which number comes first in dates that end with their year.
public enum DateOrderChoice: String, Codable, Hashable, Sendable, CaseIterable {
    /// As the column shows it by a day above 12.
    case auto
    /// `31/01/2020`
    case dayFirst
    /// `01/31/2020`
    case monthFirst

    init(_ order: DateOrder) { self = order == .dayFirst ? .dayFirst : .monthFirst }

    /// The order; nil where it is left open.
    var order: DateOrder? { DateOrder(rawValue: rawValue) }
}

/// What becomes of values far outside of the range that the training part has.
public enum OutlierRule: String, Codable, Hashable, Sendable, CaseIterable {
    /// Where a model reads them or learns from them, they are brought to the edge of a wide range around the training
    /// part's; scores are taken on the values as they are.
    case clip
    /// They stay as they are.
    case keep
}

/// Which scaler is used.
public enum ScalingChoice: String, Codable, Hashable, Sendable, CaseIterable {
    /// Standard, or the logarithm where the data are not negative and it forecasts the validation part better.
    case auto
    case none, standard, minMax, robust, logarithm

    /// The scaler; nil where it is left open.
    var kind: SeriesScaler.Kind? { SeriesScaler.Kind(rawValue: rawValue) }
}

/// Whether the calendar's profile is taken off.
public enum ProfileChoice: String, Codable, Hashable, Sendable, CaseIterable {
    /// Where it forecasts the validation part better.
    case auto
    case on, off
}

/// The error of a point forecast.
public enum PointLoss: String, Codable, Hashable, Sendable, CaseIterable {
    /// Its best forecast is the mean.
    case squared
    /// Its best forecast is the median.
    case absolute
    /// Squared up to one standard deviation of the training part, absolute beyond.
    case huber
}

/// Where the quantiles of a band come from.
public enum BandMethod: String, Codable, Hashable, Sendable, CaseIterable {
    /// Pinball where the model is trained in steps and forecasts all steps at once, residuals elsewhere.
    case auto
    /// From the errors of the validation part, step by step of the horizon.
    case residuals
    /// From a layer of their own that is trained with the pinball loss, then moved so that the validation part is
    /// covered as it should be.
    case pinball
}

/// Whether forecasts are kept from falling below zero.
public enum NonNegativeRule: String, Codable, Hashable, Sendable, CaseIterable {
    /// Where the training part has no negative value.
    case auto
    case on, off
}

/// Names of columns and the like; on a command line with commas between.
public struct ColumnNames: Codable, Hashable, Sendable {
    public var names: [String]

    public init(_ names: [String] = []) { self.names = names }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            names = text.split(separator: ",").map(String.init)
        } else {
            names = try container.decode([String].self)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(names)
    }
}

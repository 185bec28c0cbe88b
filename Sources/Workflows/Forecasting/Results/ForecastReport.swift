/// What a training or a backtest of a forecaster came to: the model beside its baselines.
public struct ForecastReport: Encodable, Sendable {
    /// Windows of each part, over all series.
    public struct Windows: Codable, Hashable, Sendable {
        public let train, validation, test: Int

        public init(train: Int, validation: Int, test: Int) {
            (self.train, self.validation, self.test) = (train, validation, test)
        }
    }

    /// A model that was tried, and its error on the validation part (`ForecastLine.error`).
    public struct Trial: Codable, Hashable, Sendable {
        public let name: String
        public let error: Double
        /// Numbers that were fitted.
        public let parameters: Int
        public let seconds: Double
    }

    public let model: ForecastLine
    public let baselines: [ForecastLine]
    public let windows: Windows
    /// The models of which one was taken; the one model where there was no choice.
    public let tried: [Trial]
    /// Weights of the model.
    public let parameters: Int
    /// The whole work, the baselines included.
    public let seconds: Double
    /// What the reader should know besides.
    public let remarks: [String]

    /// The lines in the order of the table.
    public var lines: [ForecastLine] { [model] + baselines }

    /// What a person should take from the table.
    public var verdict: String {
        func best(_ error: KeyPath<ForecastLine, Double>) -> ForecastLine? {
            baselines.min { $0[keyPath: error] < $1[keyPath: error] }
        }
        guard let byMAE = best(\.mae), let byRMSE = best(\.rmse) else { return "" }
        func difference(_ error: KeyPath<ForecastLine, Double>, _ baseline: ForecastLine) -> Double {
            let (own, other) = (model[keyPath: error], baseline[keyPath: error])
            return other > 0 ? 100 * (own / other - 1) : own > 0 ? 100 : 0
        }
        let (mae, rmse) = (difference(\.mae, byMAE), difference(\.rmse, byRMSE))
        func words(_ percent: Double, _ name: String, _ baseline: ForecastLine) -> String {
            let rounded = (abs(percent) * 10).rounded() / 10
            let where_ = rounded == 0 ? "as large as" : "\(rounded) % \(percent < 0 ? "below" : "above")"
            return "\(name) is \(where_) that of the best baseline (\(baseline.name))"
        }
        let text = "\(words(mae, "The model's MAE", byMAE)); \(words(rmse, "its RMSE", byRMSE))."
        if mae > 0.05, rmse > 0.05 {
            return text
                + " The model loses: until more data or another recipe helps, the baseline is the better choice."
        }
        return text
    }
}

import Training

/// What a training or an evaluation of a tagger came to: the model beside its baselines.
public struct TagReport: Encodable, Sendable {
    /// One line of the table.
    public struct Line: Codable, Hashable, Sendable {
        public let name: String
        public let metrics: MultiLabelMetrics

        public init(name: String, metrics: MultiLabelMetrics) {
            (self.name, self.metrics) = (name, metrics)
        }

        private enum Key: String, CodingKey { case name }

        public init(from decoder: any Decoder) throws {
            name = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .name)
            metrics = try MultiLabelMetrics(from: decoder)
        }

        public func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(name, forKey: .name)
            try metrics.encode(to: encoder)
        }
    }

    /// Rows of each part; an evaluation has seen those of its own file alone.
    public struct Rows: Encodable, Sendable {
        public var train = 0, validation = 0, threshold = 0, test = 0
    }

    /// Where the scores come from.
    public enum Part: String, Encodable, Sendable {
        /// Rows that nothing was fitted on.
        case test
        /// Rows that early stopping looked at: there was no test part.
        case validation
    }

    public let model: Line
    public let baselines: [Line]
    public let rows: Rows
    public let scoredPart: Part
    public let labels: Int
    /// Weights of the model.
    public let parameters: Int
    /// The whole work, the baselines included.
    public let seconds: Double
    /// What the reader should know besides.
    public let remarks: [String]

    private enum CodingKeys: String, CodingKey {
        case model, baselines, rows, labels, parameters, seconds, remarks
        case scoredPart = "scored_part"
    }

    /// The lines in the order of the table.
    public var lines: [Line] { [model] + baselines }

    /// What a person should take from the table.
    public var verdict: String {
        guard let best = baselines.max(by: { $0.metrics.microF1 < $1.metrics.microF1 }) else { return "" }
        let difference = model.metrics.microF1 - best.metrics.microF1
        let points = (abs(difference) * 1000).rounded() / 10
        if difference > 0.0005 {
            return "The model is \(points) points of micro-F1 above the best baseline (\(best.name))."
        }
        if difference < -0.0005 {
            return "The model loses: \(best.name) is \(points) points of micro-F1 above it. "
                + "More data, more epochs or another recipe may help; until then the baseline is the better choice."
        }
        return "The model and the best baseline (\(best.name)) are level in micro-F1."
    }
}

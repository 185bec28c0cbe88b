/// What a comparison of taggers came to: every model and every baseline with what it took.
public struct TagComparisonReport: Encodable, Sendable {
    /// One model or baseline.
    public struct Entry: Encodable, Sendable {
        public let line: TagReport.Line
        /// Numbers that were fitted.
        public let parameters: Int
        /// Fitting and scoring.
        public let seconds: Double
        /// The best micro-F1 on the validation part, which decides what is kept; baselines do not look at it.
        public let validationMicroF1: Double?

        private enum Key: String, CodingKey {
            case parameters, seconds
            case validationMicroF1 = "validation_micro_f1"
        }

        public func encode(to encoder: any Encoder) throws {
            try line.encode(to: encoder)
            var values = encoder.container(keyedBy: Key.self)
            try values.encode(parameters, forKey: .parameters)
            try values.encode(seconds, forKey: .seconds)
            try values.encodeIfPresent(validationMicroF1, forKey: .validationMicroF1)
        }
    }

    /// In the order in which they were trained.
    public let models: [Entry]
    public let baselines: [Entry]
    /// The name of the model that is kept.
    public let saved: String
    public let rows: TagReport.Rows
    public let scoredPart: TagReport.Part
    public let labels: Int
    /// The whole work.
    public let seconds: Double
    /// What the reader should know besides.
    public let remarks: [String]

    private enum CodingKeys: String, CodingKey {
        case models, baselines, saved, rows, labels, seconds, remarks
        case scoredPart = "scored_part"
    }

    /// All lines, the best micro-F1 first.
    public var ranking: [Entry] {
        (models + baselines).enumerated().sorted { first, second in
            let (a, b) = (first.element.line.metrics.microF1, second.element.line.metrics.microF1)
            return a != b ? a > b : first.offset < second.offset
        }.map(\.element)
    }

    /// What a person should take from the table.
    public var verdict: String {
        var text = "\(saved) is saved: of the models it has the highest micro-F1 on the validation part."
        guard let best = baselines.max(by: { $0.line.metrics.microF1 < $1.line.metrics.microF1 }) else { return text }
        let losing = models.filter { $0.line.metrics.microF1 <= best.line.metrics.microF1 }.map(\.line.name)
        if losing.isEmpty {
            text += " All models are above the best baseline (\(best.line.name))."
        } else {
            text += " Not above the best baseline (\(best.line.name)): \(losing.joined(separator: ", "))."
        }
        return text
    }
}

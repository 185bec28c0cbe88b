/// What a training or an evaluation of a classifier came to: the model beside its baselines.
public struct AudioReport: Encodable, Sendable {
    /// One line of the table.
    public struct Line: Codable, Hashable, Sendable {
        public let name: String
        public let metrics: AudioMetrics

        public init(name: String, metrics: AudioMetrics) { (self.name, self.metrics) = (name, metrics) }
    }

    /// Files of each part; an evaluation has seen those of its own data alone.
    public struct Files: Encodable, Hashable, Sendable {
        public var train = 0, validation = 0, test = 0

        package init(train: Int = 0, validation: Int = 0, test: Int = 0) {
            (self.train, self.validation, self.test) = (train, validation, test)
        }
    }

    /// Where the scores come from.
    public enum Origin: String, Encodable, Sendable {
        /// Files that nothing was fitted on.
        case test
        /// Every file once, each scored by a model that was trained on the other folds.
        case folds
        /// Files that early stopping looked at: there was no test part.
        case validation
    }

    /// One fold of a cross-validation.
    public struct Fold: Encodable, Sendable {
        /// The group or the number of the fold that was held out.
        public let name: String
        public let files: Files
        public let model: Line
        public let baselines: [Line]

        package init(name: String, files: Files, model: Line, baselines: [Line]) {
            (self.name, self.files, self.model, self.baselines) = (name, files, model, baselines)
        }
    }

    /// Mean and spread of a model's accuracy on files over the folds.
    public struct Spread: Encodable, Hashable, Sendable {
        public let name: String
        public let mean: Double
        /// The standard deviation over the folds, with n - 1.
        public let deviation: Double
        public let least: Double

        package init(name: String, mean: Double, deviation: Double, least: Double) {
            (self.name, self.mean, self.deviation, self.least) = (name, mean, deviation, least)
        }
    }

    /// The files that have one value of an attribute, such as a signal-to-noise ratio.
    public struct Part: Encodable, Sendable {
        public let value: String
        public let files: Int
        /// The model, then its baselines.
        public let lines: [Line]
    }

    public let model: Line
    public let baselines: [Line]
    public let folds: [Fold]
    /// The attribute whose values make the parts; nil where none was asked for.
    public let attribute: String?
    /// In the order of the values.
    public let parts: [Part]
    public let files: Files
    public let scoredPart: Origin
    /// Weights of the model.
    public let parameters: Int
    /// The whole work, the baselines included.
    public let seconds: Double
    /// What the reader should know besides.
    public let remarks: [String]

    package init(
        model: Line, baselines: [Line], folds: [Fold], attribute: String?, parts: [Part], files: Files,
        scoredPart: Origin, parameters: Int, seconds: Double, remarks: [String]
    ) {
        (self.model, self.baselines, self.folds) = (model, baselines, folds)
        (self.attribute, self.parts, self.files, self.scoredPart) = (attribute, parts, files, scoredPart)
        (self.parameters, self.seconds, self.remarks) = (parameters, seconds, remarks)
    }

    /// The lines in the order of the table.
    public var lines: [Line] { [model] + baselines }

    /// Files that the scores were taken on.
    public var scoredFiles: Int {
        switch scoredPart {
        case .test: files.test
        case .folds: folds.reduce(0) { $0 + $1.files.test }
        case .validation: files.validation
        }
    }

    /// Of the model and every baseline; empty without folds.
    public var spreads: [Spread] {
        guard !folds.isEmpty else { return [] }
        return lines.indices.map { place in
            let scores = folds.map { ([$0.model] + $0.baselines)[place].metrics.fileAccuracy }
            let mean = scores.reduce(0, +) / Double(scores.count)
            let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            return Spread(
                name: lines[place].name, mean: mean,
                deviation: (squares / Double(max(scores.count - 1, 1))).squareRoot(), least: scores.min() ?? 0)
        }
    }

    /// What a person should take from the table.
    public var verdict: String {
        guard let best = baselines.max(by: { $0.metrics.fileAccuracy < $1.metrics.fileAccuracy }) else { return "" }
        let difference = model.metrics.fileAccuracy - best.metrics.fileAccuracy
        let points = (abs(difference) * 1000).rounded() / 10
        if difference > 0.0005 {
            return "The model is \(points) points of accuracy on files above the best baseline (\(best.name))."
        }
        if difference < -0.0005 {
            return "The model loses: \(best.name) is \(points) points of accuracy on files above it. "
                + "More data, more epochs or another recipe may help; until then the baseline is the better choice."
        }
        return "The model and the best baseline (\(best.name)) are level in accuracy on files."
    }
}

extension AudioReport {
    private enum CodingKeys: String, CodingKey {
        case model, baselines, folds, spreads, parts, files, parameters, seconds, remarks, verdict
        case attribute = "by"
        case scoredPart = "scored_part"
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(model, forKey: .model)
        try values.encode(baselines, forKey: .baselines)
        try values.encode(folds, forKey: .folds)
        try values.encode(spreads, forKey: .spreads)
        try values.encodeIfPresent(attribute, forKey: .attribute)
        if attribute != nil { try values.encode(parts, forKey: .parts) }
        try values.encode(files, forKey: .files)
        try values.encode(scoredPart, forKey: .scoredPart)
        try values.encode(parameters, forKey: .parameters)
        try values.encode(seconds, forKey: .seconds)
        try values.encode(remarks, forKey: .remarks)
        try values.encode(verdict, forKey: .verdict)
    }
}

extension AudioReport.Line {
    private enum CodingKeys: String, CodingKey {
        case name, accuracy, labels, confusion
        case macroF1 = "macro_f1"
        case fileAccuracy = "file_accuracy"
        case fileMacroF1 = "file_macro_f1"
        case fileConfusion = "file_confusion"
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        let labels = try values.decode([String].self, forKey: .labels)
        func matrix(_ key: CodingKeys) throws -> [[Int]] {
            let rows = try values.decode([[Int]].self, forKey: key)
            guard !labels.isEmpty, rows.count == labels.count,
                rows.allSatisfy({ $0.count == labels.count && $0.allSatisfy { (0...1 << 40).contains($0) } })
            else {
                throw DecodingError.dataCorruptedError(
                    forKey: key, in: values, debugDescription: "a row and a column a label expected")
            }
            return rows
        }
        metrics = AudioMetrics(
            labels: labels, chunks: try matrix(.confusion), files: try matrix(.fileConfusion))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(metrics.accuracy, forKey: .accuracy)
        try values.encode(metrics.macroF1, forKey: .macroF1)
        try values.encode(metrics.fileAccuracy, forKey: .fileAccuracy)
        try values.encode(metrics.fileMacroF1, forKey: .fileMacroF1)
        try values.encode(metrics.labels, forKey: .labels)
        try values.encode(metrics.counts(\.chunks), forKey: .confusion)
        try values.encode(metrics.counts(\.files), forKey: .fileConfusion)
    }
}

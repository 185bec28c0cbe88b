import Files
import Kernels
import Tables
import Training

/// Scores a trained tagger on labelled rows, beside its baselines.
public struct TagEvaluation {
    public let tagger: Tagger
    private let pool: WorkerPool

    public init(_ tagger: Tagger, pool: WorkerPool) { (self.tagger, self.pool) = (tagger, pool) }

    /// The model and its baselines on `rows`.
    ///
    /// The most frequent labels are in the model file. The linear baseline is not: it is fitted anew where `training`
    /// gives the rows that the model was trained on, on the same part of them.
    ///
    /// - Parameters:
    ///   - path: The file of the rows, for messages.
    ///   - training: The rows and the file that the model was trained on.
    public func run(
        _ rows: LabeledTexts, path: String, training: (rows: LabeledTexts, path: String)?
    ) throws -> TagReport {
        let clock = ContinuousClock()
        let start = clock.now
        guard !rows.rows.isEmpty else {
            throw FileError.malformed(InputFile.displayName(path), .file, "no rows found, at least 1 expected")
        }
        let scored = ScoredRows(rows, labels: tagger.labels)
        let probabilities = try tagger.probabilities(of: rows.rows.map(\.text), pool: pool)
        var baselines: [TagReport.Line] = []
        var remarks = scored.remarks
        if let training {
            let data = try TagData(
                training.rows, path: training.path, test: rows, recipe: tagger.recipe, pool: pool,
                dropsHeldOutRows: true)
            guard Array(data.labels[..<data.knownLabels]) == tagger.labels else {
                throw FileError.malformed(
                    InputFile.displayName(training.path), .file,
                    "\(data.knownLabels) labels found that are not the model's \(tagger.labels.count); the file that "
                        + "it was trained on is expected")
            }
            baselines = TagBaselines.lines(data, scoring: data.test, pool: pool)
        } else {
            let name = TagBaselines.mostFrequentName
            let threshold = tagger.baselines.first { $0.name == name }?.metrics.threshold ?? tagger.threshold
            let scores = (0..<rows.rows.count).flatMap { _ in tagger.labelFrequencies }
            let thresholds = LabelThresholds(threshold, labelCount: tagger.labels.count)
            baselines = [.init(name: name, metrics: scored.metrics(scores, thresholds: thresholds))]
            remarks.append("The linear baseline is fitted, too, where --train gives the rows the model was trained on.")
        }
        return TagReport(
            model: .init(
                name: tagger.recipe.model.kind.rawValue,
                metrics: scored.metrics(probabilities, thresholds: tagger.thresholds)),
            baselines: baselines, rows: .init(test: rows.rows.count), scoredPart: .test, labels: tagger.labels.count,
            parameters: tagger.parameters.weightCount, seconds: start.duration(to: clock.now) / .seconds(1),
            remarks: remarks)
    }
}

/// Labelled rows beside a model's labels; labels that the model does not know count as missed.
private struct ScoredRows {
    let truths: [[Int32]]
    let known: Int
    let unknown: Int

    init(_ rows: LabeledTexts, labels: [String]) {
        var numbers = Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($1, Int32($0)) })
        truths = rows.rows.map { row in
            row.labels.map { label in
                if let number = numbers[label] { return number }
                let number = Int32(numbers.count)
                numbers[label] = number
                return number
            }
        }
        known = labels.count
        unknown = numbers.count - labels.count
    }

    func metrics(_ scores: [Float], thresholds: LabelThresholds) -> MultiLabelMetrics {
        MultiLabelMetrics(scores: scores, truths: truths, thresholds: thresholds, labelCount: known + unknown)
    }

    var remarks: [String] {
        switch unknown {
        case 0: []
        case 1: ["1 label of these rows is not among the model's \(known); it counts as missed."]
        default: ["\(unknown) labels of these rows are not among the model's \(known); they count as missed."]
        }
    }
}

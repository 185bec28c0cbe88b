import Files
import Kernels
import Tables
import Training

/// Trains one tagger for each of several recipes on the same parts of the same rows, and keeps the best.
///
/// The best is the one with the highest score on the validation part, the earliest of equals: the test part, on which
/// all are compared, must not have a say in which is taken.
public struct TagComparison {
    /// What a comparison is about to do and does.
    public enum Event: Sendable {
        /// The data are read and cut into parts, and the baselines are being fitted.
        case baselines(rows: TagReport.Rows, labels: Int)
        /// The next model: its number, the first of `count` is 1.
        case model(TagRecipe.Model.Kind, number: Int, of: Int, parameters: Int, epochs: Int)
        case trainer(Trainer.Event)
    }

    private let recipes: [TagRecipe]
    private let checkpointPath: ((TagRecipe.Model.Kind) -> String)?
    private let resumes: Bool
    private let pool: WorkerPool

    /// - Parameters:
    ///   - recipes: One for each kind of model, alike in all that decides about the data.
    ///   - checkpointPath: Where the state of a model's training goes behind every epoch; nowhere where nil. It stays
    ///     when the model is done, so that a comparison can go on at the next one.
    ///   - resumes: Whether to go on from the checkpoints that stand there.
    public init(
        _ recipes: [TagRecipe], checkpointPath: ((TagRecipe.Model.Kind) -> String)? = nil, resumes: Bool = false,
        pool: WorkerPool
    ) {
        precondition(!recipes.isEmpty, "no recipes to compare")
        for recipe in recipes {
            precondition(recipe.hasDataOf(recipes[0]), "recipes whose data differ cannot be compared")
        }
        (self.recipes, self.checkpointPath, self.resumes, self.pool) = (recipes, checkpointPath, resumes, pool)
    }

    /// Trains on `rows`, scores on `test`, or on the last share of `rows` where there is none.
    ///
    /// - Throws: as `TagTraining.run` does.
    public func run(
        _ rows: LabeledTexts, path: String, test: LabeledTexts?, shouldStop: () -> Bool = { false },
        report: (Event) -> Void = { _ in }
    ) throws -> (tagger: Tagger, report: TagComparisonReport) {
        let clock = ContinuousClock()
        let start = clock.now
        let data = try TagData(rows, path: path, test: test, recipe: recipes[0], pool: pool)
        report(.baselines(rows: data.rowCounts, labels: data.knownLabels))
        let baselines = TagBaselines.fitted(data, scoring: data.scored, pool: pool)
        var models: [TagComparisonReport.Entry] = []
        var best: (tagger: Tagger, score: Double)?
        for (index, recipe) in recipes.enumerated() {
            let start = clock.now
            let recipe = recipe.resolved(
                threads: pool.threadCount, trainingRows: data.training.count, hasTestFile: test != nil)
            let kind = recipe.model.kind
            let fitting = try TagFitting(data, recipe: recipe, pool: pool)
            let parameters = fitting.parameters.weightCount
            report(
                .model(
                    kind, number: index + 1, of: recipes.count, parameters: parameters, epochs: recipe.training.epochs))
            let checkpoint = try checkpointPath.map { try fitting.checkpoint(path: $0(kind), resumes: resumes) }
            let history = try fitting.train(checkpoint, shouldStop: shouldStop) { report(.trainer($0)) }
            let tagger = try fitting.tagger(history, baselines: baselines.map(\.line))
            let score = history.best?.validationScore ?? 0
            models.append(
                TagComparisonReport.Entry(
                    line: .init(name: kind.rawValue, metrics: tagger.metrics), parameters: parameters,
                    seconds: start.duration(to: clock.now) / .seconds(1), validationMicroF1: score))
            if best.map({ score > $0.score }) ?? true { best = (tagger, score) }
        }
        let saved = best!.tagger
        let result = TagComparisonReport(
            models: models, baselines: baselines, saved: saved.recipe.model.kind.rawValue, rows: data.rowCounts,
            scoredPart: data.scoredPart, labels: data.knownLabels, seconds: start.duration(to: clock.now) / .seconds(1),
            remarks: data.remarks(recipe: recipes[0]))
        return (saved, result)
    }
}

extension TagRecipe {
    /// Whether another recipe reads the same columns, makes the same words of them and cuts them into the same parts.
    fileprivate func hasDataOf(_ other: TagRecipe) -> Bool {
        columns == other.columns && text == other.text && split == other.split && seed == other.seed
    }
}

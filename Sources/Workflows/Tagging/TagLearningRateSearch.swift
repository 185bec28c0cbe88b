import Files
import Kernels
import Tables
import Training

/// Finds out which learning rate suits a tagger and its data, by a short training in which it rises.
public struct TagLearningRateSearch {
    /// What a search is about to do and does.
    public enum Event: Sendable {
        /// The data are read and cut into parts, of which the training part is used.
        case prepared(trainingRows: Int, labels: Int, parameters: Int)
        /// A step is done.
        case point(LearningRateCurve.Point, number: Int)
    }

    private let recipe: TagRecipe
    private let pool: WorkerPool

    public init(_ recipe: TagRecipe, pool: WorkerPool) { (self.recipe, self.pool) = (recipe, pool) }

    /// Takes one step at each of `steps` learning rates from `first` to `last`.
    ///
    /// - Parameters:
    ///   - path: The file of the rows, for messages.
    ///   - shouldStop: Asked before every step; true ends the search with `TrainingError.interrupted`.
    /// - Throws: as `TagTraining.run` does.
    public func run(
        _ rows: LabeledTexts, path: String, from first: Double, to last: Double, steps: Int,
        shouldStop: () -> Bool = { false }, report: (Event) -> Void = { _ in }
    ) throws -> LearningRateReport {
        let data = try TagData(rows, path: path, test: nil, recipe: recipe, pool: pool)
        let resolved = recipe.resolved(
            threads: pool.threadCount, trainingRows: data.training.count, hasTestFile: false)
        let fitting = try TagFitting(data, recipe: resolved, pool: pool)
        report(
            .prepared(
                trainingRows: data.training.count, labels: data.knownLabels,
                parameters: fitting.parameters.weightCount))
        var number = 0
        let curve = try fitting.learningRateCurve(from: first, to: last, steps: steps, shouldStop: shouldStop) {
            number += 1
            report(.point($0, number: number))
        }
        return LearningRateReport(curve, learningRate: recipe.training.learningRate, plannedSteps: steps)
    }
}

/// How the loss went while the learning rate rose, and what follows from it.
public struct LearningRateReport: Encodable, Sendable {
    public let curve: LearningRateCurve
    /// The learning rate of the recipe.
    public let learningRate: Double
    /// Whether the curve ends early, for a loss that exploded.
    public let exploded: Bool

    public init(_ curve: LearningRateCurve, learningRate: Double, plannedSteps: Int) {
        (self.curve, self.learningRate) = (curve, learningRate)
        exploded = curve.points.count < plannedSteps
    }

    private enum Key: String, CodingKey { case points, suggestion, learningRate, exploded }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(curve.points, forKey: .points)
        try values.encodeIfPresent(curve.suggestion, forKey: .suggestion)
        try values.encode(learningRate, forKey: .learningRate)
        try values.encode(exploded, forKey: .exploded)
    }
}

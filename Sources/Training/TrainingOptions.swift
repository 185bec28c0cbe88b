/// How a model is trained.
public struct TrainingOptions: Codable, Hashable, Sendable {
    /// Passes over the training examples, at most; 0 leaves it to the job.
    public var epochs: Int
    /// Examples in a step; 0 leaves it to the job.
    public var batchSize: Int
    /// Adam's learning rate at the start.
    public var learningRate: Double
    /// What becomes of the learning rate over the planned steps.
    public var schedule: LearningRateSchedule
    /// Gradients with a larger global norm are scaled down to it; 0 turns that off.
    public var maximumGradientNorm: Double
    /// Epochs without a better validation score after which training stops; 0 turns that off.
    public var patience: Int
    /// Replicas that share out a batch; 0 stands for one a thread. Their number is part of the result: see `Replicas`.
    public var replicas: Int

    public init(
        epochs: Int, batchSize: Int, learningRate: Double, schedule: LearningRateSchedule, maximumGradientNorm: Double,
        patience: Int, replicas: Int
    ) {
        self.epochs = epochs
        self.batchSize = batchSize
        self.learningRate = learningRate
        self.schedule = schedule
        self.maximumGradientNorm = maximumGradientNorm
        self.patience = patience
        self.replicas = replicas
    }
}

/// The course of the learning rate over a training.
public enum LearningRateSchedule: String, Codable, Hashable, Sendable, CaseIterable {
    /// The same throughout.
    case constant
    /// Falls in a straight line to zero at the last planned step.
    case linear

    /// The factor on the learning rate at a step; the first of `total` is 0.
    public func factor(step: Int, of total: Int) -> Double {
        switch self {
        case .constant: 1
        case .linear: max(0, 1 - Double(step) / Double(max(total, 1)))
        }
    }
}

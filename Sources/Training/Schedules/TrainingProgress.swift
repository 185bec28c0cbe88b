/// Where a training stands when it asks for the learning rate of its next step.
public struct TrainingProgress: Hashable, Sendable {
    /// Steps that are done.
    public var step: Int
    /// Steps of the whole training, if nothing ends it early.
    public var plannedSteps: Int
    public var stepsPerEpoch: Int
    /// The validation scores of the epochs that are done; higher is better.
    public var scores: [Double]

    public init(step: Int, of plannedSteps: Int, stepsPerEpoch: Int = 1, scores: [Double] = []) {
        (self.step, self.plannedSteps) = (step, plannedSteps)
        (self.stepsPerEpoch, self.scores) = (stepsPerEpoch, scores)
    }

    /// Epochs that are done, with the part of the one that runs.
    var epochs: Double { Double(step) / Double(max(stepsPerEpoch, 1)) }

    /// The share of the planned steps that is done, at most 1.
    var share: Double { min(1, Double(step) / Double(max(plannedSteps, 1))) }
}

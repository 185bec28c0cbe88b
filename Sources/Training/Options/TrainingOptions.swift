/// How a model is trained.
public struct TrainingOptions: Codable, Hashable, Sendable {
    /// Passes over the training examples, at most; 0 leaves it to the job.
    public var epochs: Int
    /// Examples in a batch; 0 leaves it to the job.
    public var batchSize: Int
    /// Batches whose gradients are added up before the weights change, as if they were one.
    public var accumulatedBatches: Int
    /// The learning rate that the schedule's factor is for.
    public var learningRate: Double
    public var optimizer: OptimizerDescription
    /// What becomes of the learning rate over the planned steps.
    public var schedule: LearningRateSchedule
    /// Epochs, parts of them allowed, in which the learning rate rises in a straight line before the schedule begins.
    public var warmUpEpochs: Double
    /// Factors on the learning rate of parameters whose names match.
    public var learningRateFactors: LearningRateFactors
    /// Parameters that stay as they are; those that `!` takes out are trained, though they were frozen before.
    public var frozen: ParameterPatterns
    /// Elements of gradients are brought into plus or minus this number; 0 turns that off.
    public var maximumGradientValue: Double
    /// A parameter's gradient with a larger norm is scaled down to it; 0 turns that off.
    public var maximumParameterGradientNorm: Double
    /// Gradients with a larger global norm are scaled down to it; 0 turns that off.
    public var maximumGradientNorm: Double
    /// Times the sum of all magnitudes it is added to the loss; see `GradientPenalty`.
    public var l1: Double
    /// Times half the sum of all squares it is added to the loss.
    public var l2: Double
    /// The share of the averaged weights that each step keeps; 0 for no average. See `AveragedWeights`.
    public var averageDecay: Double
    /// Epochs without a better validation score after which training stops; 0 turns that off.
    public var patience: Int
    /// To stopping, a score is better where it is above the best by more than this.
    public var minimumImprovement: Double
    /// Replicas that share out a batch; 0 stands for one a thread. Their number is part of the result: see `Replicas`.
    public var replicas: Int

    public init(
        epochs: Int, batchSize: Int, accumulatedBatches: Int = 1, learningRate: Double,
        optimizer: OptimizerDescription = .adam(), schedule: LearningRateSchedule = .constant,
        warmUpEpochs: Double = 0, learningRateFactors: LearningRateFactors = LearningRateFactors(),
        frozen: ParameterPatterns = [], maximumGradientValue: Double = 0, maximumParameterGradientNorm: Double = 0,
        maximumGradientNorm: Double = 0, l1: Double = 0, l2: Double = 0, averageDecay: Double = 0, patience: Int = 0,
        minimumImprovement: Double = 0, replicas: Int = 0
    ) {
        (self.epochs, self.batchSize, self.accumulatedBatches) = (epochs, batchSize, accumulatedBatches)
        (self.learningRate, self.optimizer, self.schedule) = (learningRate, optimizer, schedule)
        (self.warmUpEpochs, self.learningRateFactors, self.frozen) = (warmUpEpochs, learningRateFactors, frozen)
        (self.maximumGradientValue, self.maximumGradientNorm) = (maximumGradientValue, maximumGradientNorm)
        self.maximumParameterGradientNorm = maximumParameterGradientNorm
        (self.l1, self.l2, self.averageDecay) = (l1, l2, averageDecay)
        (self.patience, self.minimumImprovement, self.replicas) = (patience, minimumImprovement, replicas)
    }

    /// The learning rate of the next step: first the warm-up's, w of its W steps being done
    ///
    ///     learning rate * (w + 1) / (W + 1)
    ///
    /// then the schedule's over the steps that remain.
    public func learningRate(at progress: TrainingProgress) -> Double {
        let rise = min(
            Int((warmUpEpochs * Double(progress.stepsPerEpoch)).rounded()), max(progress.plannedSteps, 0))
        if progress.step < rise { return learningRate * Double(progress.step + 1) / Double(rise + 1) }
        var rest = progress
        rest.step -= rise
        rest.plannedSteps -= rise
        return learningRate * schedule.factor(at: rest)
    }
}

extension TrainingOptions {
    /// What the values have to be, keys as in recipes.
    package var limits: [OptionLimit] {
        func wholes(_ key: String, _ value: Int, most: Int) -> [OptionLimit] {
            [
                OptionLimit(key, value, value >= 0, "a whole number from 0 on"),
                OptionLimit(key, value, value <= most, "at most \(most)"),
            ]
        }
        return wholes("epochs", epochs, most: 1 << 20)
            + wholes("batchSize", batchSize, most: 1 << 20)
            + wholes("patience", patience, most: .max)
            // Every replica keeps gradients of its own.
            + wholes("replicas", replicas, most: 256)
            + [
                OptionLimit(
                    "accumulatedBatches", accumulatedBatches, (1...1 << 20).contains(accumulatedBatches),
                    "a whole number from 1 to \(1 << 20)"),
                .aboveZero("learningRate", learningRate),
                OptionLimit(
                    "warmUpEpochs", warmUpEpochs, (0...Double(1 << 20)).contains(warmUpEpochs),
                    "a number from 0 to \(1 << 20)"),
                .fromZeroOn("maximumGradientValue", maximumGradientValue),
                .fromZeroOn("maximumParameterGradientNorm", maximumParameterGradientNorm),
                .fromZeroOn("maximumGradientNorm", maximumGradientNorm),
                .fromZeroOn("l1", l1), .fromZeroOn("l2", l2),
                .coefficient("averageDecay", averageDecay),
                .fromZeroOn("minimumImprovement", minimumImprovement),
            ]
            + optimizer.limits.map { $0.within("optimizer") } + schedule.limits.map { $0.within("schedule") }
    }
}

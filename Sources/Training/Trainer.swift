import Kernels
import Layers
import Tensors

/// Trains a model: epochs of shuffled batches, validation behind each, the best weights at the end.
///
/// Everything random follows from the seed and from the number of the epoch or step. A training that is killed and
/// resumed from the checkpoint of its last whole epoch ends with the very bytes that it would have ended with.
public final class Trainer {
    /// The mean loss of some examples, on the context's tape.
    public typealias Loss = @Sendable (_ rows: [Int32], _ context: Context) -> Tensor

    /// What validation found, finite numbers; a higher score is better.
    public struct Validation: Sendable {
        public let loss: Double
        public let score: Double

        public init(loss: Double, score: Double) {
            self.loss = loss
            self.score = score
        }
    }

    /// What a training tells while it runs.
    public enum Event: Sendable {
        /// A step is done: examples seen in this epoch, of how many, and the mean loss of the epoch so far.
        case step(epoch: Int, examples: Int, of: Int, loss: Double)
        case epoch(History.Epoch, isBest: Bool)
        /// Training starts behind this epoch of an earlier run.
        case resumed(epoch: Int)
    }

    public let parameters: Parameters
    public let options: TrainingOptions
    let optimizer: any Optimizer
    let replicas: Replicas
    private let seed: UInt64
    private let rules: GradientRules
    private let averages: AveragedWeights?
    private let bestWeights: [Tensor]
    private var history = History()
    private var time = 0  // steps done

    /// - Parameter options: `replicas` 0 stands for one a thread of `pool`.
    public init(_ parameters: Parameters, options: TrainingOptions, seed: UInt64, pool: WorkerPool) {
        (self.parameters, self.options, self.seed) = (parameters, options, seed)
        optimizer = options.optimizer.optimizer(for: parameters)
        replicas = Replicas(
            options.replicas > 0 ? options.replicas : pool.threadCount, parameters: parameters, optimizer: optimizer,
            pool: pool)
        rules = GradientRules(options)
        averages =
            options.averageDecay > 0 ? AveragedWeights(parameters, decay: options.averageDecay, pool: pool) : nil
        bestWeights = parameters.map { Tensor(uninitialized: $0.shape) }
    }

    /// Trains, and leaves the parameters with the weights of the best epoch.
    ///
    /// - Parameters:
    ///   - loader: The training examples.
    ///   - checkpoint: Where the state goes behind every epoch; and where it is taken up again, if `checkpoint.resumes`
    ///     and one is there.
    ///   - shouldStop: Asked before every step; true ends training with `TrainingError.interrupted`, the last
    ///     checkpoint standing.
    /// - Throws: `TrainingError`; `FileError` where the checkpoint cannot be read or written.
    public func fit(
        _ loader: DataLoader, checkpoint: Checkpoint? = nil, shouldStop: () -> Bool = { false },
        report: (Event) -> Void = { _ in }, loss: @escaping Loss, validate: () -> Validation
    ) throws -> History {
        try fit(course(loader, loss), checkpoint, shouldStop: shouldStop, report: report, validate: validate)
    }

    func fit(
        _ course: Course, _ checkpoint: Checkpoint?, shouldStop: () -> Bool, report: (Event) -> Void,
        validate: () -> Validation
    ) throws -> History {
        try Processor.flushingDenormals {
            try train(course, checkpoint, shouldStop: shouldStop, report: report, validate: validate)
        }
    }

    private func train(
        _ course: Course, _ checkpoint: Checkpoint?, shouldStop: () -> Bool, report: (Event) -> Void,
        validate: () -> Validation
    ) throws -> History {
        let factors = try learningRateFactors()
        if time == 0 { averages?.start() }
        if let checkpoint, let state = try checkpoint.load(into: tensors) {
            (history, time) = (state.history, state.steps)
            report(.resumed(epoch: history.epochs.count))
        }
        let (steps, overflow) = options.epochs.multipliedReportingOverflow(by: course.stepsPerEpoch)
        var progress = TrainingProgress(step: time, of: overflow ? .max : steps, stepsPerEpoch: course.stepsPerEpoch)
        while history.epochs.count < options.epochs,
            !history.hasStalled(patience: options.patience, minimumImprovement: options.minimumImprovement)
        {
            let number = history.epochs.count + 1
            progress.scores = history.epochs.map(\.validationScore)
            var totals = EpochTotals(parameters, learningRate: options.learningRate)
            for step in course.epoch(number) {
                guard !shouldStop() else { throw TrainingError.interrupted }
                progress.step = time
                let rate = options.learningRate(at: progress)
                time += 1
                totals.add(
                    try self.step(step.shares(), learningRate: rate, factors: factors, time: time),
                    examples: step.examples, learningRate: rate)
                averages?.update(time: time)
                report(.step(epoch: number, examples: totals.examples, of: course.examples, loss: totals.loss))
            }
            try finish(totals.epoch(number, try self.validation(validate)), checkpoint, report)
        }
        if !history.epochs.isEmpty {
            for (best, parameter) in zip(bestWeights, parameters) { parameter.assign(best) }
        }
        return history
    }

    /// One step of the optimizer; its random numbers follow from its number.
    func step(
        _ shares: [[Replicas.Share]], learningRate: Double, factors: [Double], time: Int
    ) throws -> Replicas.Step {
        try replicas.step(
            shares, learningRate: learningRate, factors: factors, rules: rules,
            seed: SeededGenerator.derive(seed, [SeededGenerator.key("step"), UInt64(time)]), time: time)
    }

    /// What validation finds, with the averaged weights where there are some; these then stand in the parameters.
    private func validation(_ validate: () -> Validation) throws -> Validation {
        averages?.exchange()
        let validation = validate()
        guard validation.loss.isFinite, validation.score.isFinite else {
            throw TrainingError.notFinite(.validation, step: time, gradientNorms: [])
        }
        return validation
    }

    /// Ends an epoch: keeps the weights if they are the best, and the state in the checkpoint.
    private func finish(_ epoch: History.Epoch, _ checkpoint: Checkpoint?, _ report: (Event) -> Void) throws {
        history.epochs.append(epoch)
        let isBest = history.best == epoch
        if isBest { for (best, parameter) in zip(bestWeights, parameters) { best.copy(from: parameter.value) } }
        averages?.exchange()
        try checkpoint?.save(TrainingState(history: history, steps: time), tensors)
        report(.epoch(epoch, isBest: isBest))
    }

    /// All that a checkpoint holds besides numbers: weights, the best ones so far, their average, the optimizer's
    /// memory.
    private var tensors: [(name: String, tensor: Tensor)] {
        parameters.map { ("parameter.\($0.name)", $0.value) }
            + zip(parameters, bestWeights).map { ("best.\($0.name)", $1) } + (averages?.state ?? []) + optimizer.state
    }

    /// Freezes and unfreezes what the options name, and returns the factor on each parameter's learning rate.
    ///
    /// - Throws: `TrainingError` for a name that no parameter has, and where nothing is left to train.
    func learningRateFactors() throws -> [Double] {
        let names = parameters.map(\.name)
        let patterns = options.frozen.items.map { ($0.pattern, "frozen") }
            + options.learningRateFactors.factors.map { ($0.pattern, "learningRateFactors") }
        for (pattern, option) in patterns where !names.contains(where: pattern.matches) {
            throw TrainingError.unmatchedPattern(pattern, option: option, parameters: names)
        }
        for parameter in parameters {
            if let isFrozen = options.frozen.decision(on: parameter.name) { parameter.isFrozen = isFrozen }
        }
        guard parameters.count == 0 || parameters.contains(where: { !$0.isFrozen }) else {
            throw TrainingError.nothingToTrain
        }
        return names.map(options.learningRateFactors.factor)
    }
}

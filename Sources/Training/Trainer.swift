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
    private let seed: UInt64
    private let pool: WorkerPool
    private let optimizer: any Optimizer
    private let replicas: Replicas
    private let bestWeights: [Tensor]
    private var history = History()
    private var time = 0  // steps done

    /// - Parameter options: `replicas` 0 stands for one a thread of `pool`.
    public init(_ parameters: Parameters, options: TrainingOptions, seed: UInt64, pool: WorkerPool) {
        (self.parameters, self.options, self.seed, self.pool) = (parameters, options, seed, pool)
        let adam = Adam(for: parameters)
        optimizer = adam
        replicas = Replicas(
            options.replicas > 0 ? options.replicas : pool.threadCount, parameters: parameters, optimizer: adam,
            pool: pool)
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
        try Processor.flushingDenormals {
            try train(loader, checkpoint, shouldStop: shouldStop, report: report, loss: loss, validate: validate)
        }
    }

    private func train(
        _ loader: DataLoader, _ checkpoint: Checkpoint?, shouldStop: () -> Bool, report: (Event) -> Void,
        loss: @escaping Loss, validate: () -> Validation
    ) throws -> History {
        if let checkpoint, let state = try checkpoint.load(into: tensors) {
            (history, time) = (state.history, state.steps)
            report(.resumed(epoch: history.epochs.count))
        }
        let (steps, overflow) = options.epochs.multipliedReportingOverflow(by: loader.batchCount)
        let plannedSteps = overflow ? Int.max : steps
        while history.epochs.count < options.epochs, !history.hasStalled(patience: options.patience) {
            let number = history.epochs.count + 1
            var (lossSum, normSum, examples) = (0.0, 0.0, 0)
            var rate = options.learningRate
            let batches = loader.batches(epoch: number)
            for batch in batches {
                guard !shouldStop() else { throw TrainingError.interrupted }
                rate = options.learningRate * options.schedule.factor(step: time, of: plannedSteps)
                time += 1
                let step = try replicas.step(
                    rows: batch, learningRate: rate, maximumNorm: options.maximumGradientNorm,
                    seed: SeededGenerator.derive(seed, [SeededGenerator.key("step"), UInt64(time)]), time: time,
                    loss: loss)
                examples += batch.count
                lossSum += step.loss * Double(batch.count)
                normSum += step.gradientNorm
                report(.step(epoch: number, examples: examples, of: loader.count, loss: lossSum / Double(examples)))
            }
            let validation = validate()
            guard validation.loss.isFinite, validation.score.isFinite else {
                throw TrainingError.notFinite(.validation, step: time)
            }
            let epoch = History.Epoch(
                number: number, trainingLoss: lossSum / Double(max(examples, 1)), validationLoss: validation.loss,
                validationScore: validation.score, learningRate: rate,
                gradientNorm: normSum / Double(max(batches.count, 1)))
            history.epochs.append(epoch)
            let isBest = history.best == epoch
            if isBest { for (best, parameter) in zip(bestWeights, parameters) { best.copy(from: parameter.value) } }
            try checkpoint?.save(TrainingState(history: history, steps: time), tensors)
            report(.epoch(epoch, isBest: isBest))
        }
        if !history.epochs.isEmpty {
            for (best, parameter) in zip(bestWeights, parameters) { parameter.assign(best) }
        }
        return history
    }

    /// All that a checkpoint holds besides numbers: weights, the best ones so far, the optimizer's memory.
    private var tensors: [(name: String, tensor: Tensor)] {
        parameters.map { ("parameter.\($0.name)", $0.value) }
            + zip(parameters, bestWeights).map { ("best.\($0.name)", $1) } + optimizer.state
    }
}

extension Tensor {
    /// Replaces all elements by those of a tensor of the same shape.
    fileprivate func copy(from other: Tensor) {
        precondition(shape == other.shape, "\(other.shape) copied to \(shape)")
        mutablePointer.update(from: other.pointer, count: count)
    }
}

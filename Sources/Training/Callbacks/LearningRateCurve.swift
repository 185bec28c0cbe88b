import Glibc
import Kernels
import Layers
import Tensors

/// How the loss goes while the learning rate rises from step to step (Smith 2017, "Cyclical learning rates for training
/// neural networks"): a learning rate is to be chosen where it falls steeply.
public struct LearningRateCurve: Codable, Hashable, Sendable {
    public struct Point: Codable, Hashable, Sendable {
        public let learningRate: Double
        /// The loss of the step's batch, before the step.
        public let loss: Double
        /// The exponential moving average of the losses so far.
        public let smoothedLoss: Double
    }

    /// Step by step; the curve ends early where the loss explodes.
    public let points: [Point]

    /// The rate at which the smoothed loss falls the most for a given rise of the rate's logarithm; nil where the loss
    /// does not fall.
    ///
    /// How steeply it falls is the difference of its means over the fifth of the points before and the fifth behind: the
    /// batches' own losses differ by more than a step or two change them.
    public var suggestion: Double? {
        let losses = points.map(\.smoothedLoss)
        guard let lowest = losses.indices.min(by: { losses[$0] < losses[$1] }), lowest >= 2 else { return nil }
        let reach = max(1, points.count / 5)
        func mean(_ range: Range<Int>) -> Double {
            let part = losses[range.clamped(to: losses.indices)]
            return part.reduce(0, +) / Double(part.count)
        }
        func slope(_ index: Int) -> Double { mean(index + 1..<index + 1 + reach) - mean(index - reach..<index) }
        // Where a whole fifth fits before; the loss before the first steps says nothing about rates.
        let first = min(reach, lowest - 1)
        guard let steepest = (first..<lowest).min(by: { slope($0) < slope($1) }), slope(steepest) < 0 else {
            return nil
        }
        return points[steepest].learningRate
    }

    /// The rate from which on the smoothed loss stays more than a tenth above its least: too large a one; nil where it
    /// does not rise so far.
    public var limit: Double? {
        let least = points.map(\.smoothedLoss).min() ?? 0
        guard let last = points.lastIndex(where: { $0.smoothedLoss <= least + 0.1 * abs(least) }),
            last + 1 < points.count
        else { return nil }
        return points[last + 1].learningRate
    }

    /// The share of the smoothed loss that each step keeps.
    static let smoothing = 0.9
    /// Where the smoothed loss is this many times its least, the curve ends.
    static let explosion = 4.0
}

extension Trainer {
    /// Tries out learning rates that rise exponentially, one step each, and puts weights and optimizer back as they
    /// were.
    ///
    /// - Parameters:
    ///   - loader: The training examples; they come again and again where there are fewer batches than steps.
    ///   - first: The learning rate of the first step.
    ///   - last: The learning rate of the last.
    ///   - shouldStop: Asked before every step; true ends the search with `TrainingError.interrupted`.
    ///   - report: Told of every step.
    /// - Throws: `TrainingError` where options name parameters that are not there.
    public func learningRateCurve(
        _ loader: DataLoader, from first: Double = 1e-6, to last: Double = 1, steps: Int = 100,
        shouldStop: () -> Bool = { false }, report: (LearningRateCurve.Point) -> Void = { _ in }, loss: @escaping Loss
    ) throws -> LearningRateCurve {
        precondition(0 < first && first < last && steps > 1, "\(steps) learning rates from \(first) to \(last)")
        let factors = try learningRateFactors()
        let kept = parameters.map(\.value) + optimizer.state.map(\.tensor)
        let copies = kept.map { tensor in
            let copy = Tensor(uninitialized: tensor.shape)
            copy.copy(from: tensor)
            return copy
        }
        defer { for (tensor, copy) in zip(kept, copies) { tensor.copy(from: copy) } }
        return try Processor.flushingDenormals {
            try sweep(
                course(loader, loss), from: first, to: last, steps: steps, factors: factors, shouldStop: shouldStop,
                report: report)
        }
    }

    private func sweep(
        _ course: Course, from first: Double, to last: Double, steps: Int, factors: [Double], shouldStop: () -> Bool,
        report: (LearningRateCurve.Point) -> Void
    ) throws -> LearningRateCurve {
        var points: [LearningRateCurve.Point] = []
        var least = Double.infinity
        var (epoch, waiting) = (0, [Course.Step]()[...])
        for index in 0..<steps where course.stepsPerEpoch > 0 {
            guard !shouldStop() else { throw TrainingError.interrupted }
            if waiting.isEmpty {
                epoch += 1
                waiting = course.epoch(epoch)[...]
            }
            let rate = first * pow(last / first, Double(index) / Double(steps - 1))
            let found: Replicas.Step
            do {
                found = try step(waiting.removeFirst().shares(), learningRate: rate, factors: factors, time: index + 1)
            } catch TrainingError.notFinite {
                break
            }
            let before = points.last?.smoothedLoss ?? found.loss
            let smoothed = before + (1 - LearningRateCurve.smoothing) * (found.loss - before)
            points.append(.init(learningRate: rate, loss: found.loss, smoothedLoss: smoothed))
            report(points[points.count - 1])
            least = min(least, smoothed)
            if smoothed > LearningRateCurve.explosion * least, least > 0 { break }
        }
        return LearningRateCurve(points: points)
    }
}

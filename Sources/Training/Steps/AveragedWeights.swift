import Kernels
import Layers
import Tensors

/// An exponential moving average of the weights (Polyak and Juditsky 1992, "Acceleration of stochastic approximation by
/// averaging"), which wanders less than the weights themselves:
///
///     a += (1 - d) (w - a) after each step t, with d = min(decay, (1 + t) / (10 + t))
///
/// The average starts as the first weights; the smaller d of the first steps lets it forget them. Validation and the
/// model that training ends with have the averages in the place of the weights; the steps go on from the weights.
final class AveragedWeights {
    private let parameters: Parameters
    private let decay: Double
    private let pool: WorkerPool
    private let averages: [Tensor]
    private static let chunk = 16_384

    init(_ parameters: Parameters, decay: Double, pool: WorkerPool) {
        (self.parameters, self.decay, self.pool) = (parameters, decay, pool)
        averages = parameters.map { Tensor(uninitialized: $0.shape) }
    }

    /// Begins with the weights as they are.
    func start() {
        for (parameter, average) in zip(parameters, averages) { average.copy(from: parameter.value) }
    }

    /// Takes in the weights behind a step.
    func update(time: Int) {
        let share = 1 - min(decay, Double(1 + time) / Double(10 + time))
        forEachChunk { weights, average, count in
            GradientKernels.move(average, towards: weights, by: share, count: count)
        }
    }

    /// Puts the averages in the place of the weights, and the weights in theirs; a second time undoes it.
    func exchange() {
        forEachChunk { weights, average, count in
            for index in 0..<count { swap(&weights[index], &average[index]) }
        }
    }

    var state: [(name: String, tensor: Tensor)] { zip(parameters, averages).map { ("average.\($0.name)", $1) } }

    /// Calls `body` with pieces of the weights that are trained and of their averages, on all threads.
    private func forEachChunk(
        _ body: @Sendable (_ weights: UnsafeMutablePointer<Float>, _ average: UnsafeMutablePointer<Float>, _ count: Int)
            -> Void
    ) {
        for (parameter, average) in zip(parameters, averages) where !parameter.isFrozen {
            let (count, value) = (parameter.shape.count, parameter.value)
            pool.run((count + Self.chunk - 1) / Self.chunk) { index in
                let start = index * Self.chunk
                body(value.mutablePointer + start, average.mutablePointer + start, min(Self.chunk, count - start))
            }
        }
    }
}

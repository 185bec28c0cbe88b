import Kernels
import Layers
import Tensors

/// Adam with weight decay that does not pass through the moments (Loshchilov and Hutter 2019, "Decoupled weight decay
/// regularization"):
///
///     w -= learning rate * weight decay * w, then Adam's step
///
/// A parameter whose gradient is kept by rows is stepped, and decays, in the rows that the batch touched.
public final class AdamW: Optimizer, @unchecked Sendable {
    public struct Options: Codable, Hashable, Sendable {
        /// The share of the first moment that each step keeps.
        public var beta1: Double
        /// The share of the second moment that each step keeps.
        public var beta2: Double
        public var epsilon: Double
        /// Times the learning rate, the share that weights lose in each step.
        public var weightDecay: Double

        public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0.01) {
            (self.beta1, self.beta2, self.epsilon, self.weightDecay) = (beta1, beta2, epsilon, weightDecay)
        }

        var limits: [OptionLimit] {
            [
                .coefficient("beta1", beta1), .coefficient("beta2", beta2), .aboveZero("epsilon", epsilon),
                .fromZeroOn("weightDecay", weightDecay),
            ]
        }
    }

    public let options: Options
    private let firstMoment: OptimizerMemory
    private let secondMoment: OptimizerMemory

    public init(for parameters: Parameters, _ options: Options = Options()) {
        self.options = options
        firstMoment = OptimizerMemory("adamw.first", for: parameters)
        secondMoment = OptimizerMemory("adamw.second", for: parameters)
    }

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        let kernel = AdamKernel(
            learningRate: learningRate, beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon,
            weightDecay: .decoupled(options.weightDecay), gradientScale: gradientScale, time: time)
        let weights = chunk.weights
        let (first, second) = (firstMoment.pointer(chunk.parameter), secondMoment.pointer(chunk.parameter))
        chunk.forEachRun(in: gradients, reading: [weights, first, second]) { gradient, offset, count in
            kernel.update(
                weights: weights + offset, gradient: gradient, firstMoment: first + offset,
                secondMoment: second + offset, count: count)
        }
    }

    package var state: [(name: String, tensor: Tensor)] { firstMoment.state + secondMoment.state }
}

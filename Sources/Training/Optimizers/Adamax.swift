import Kernels
import Layers
import Tensors

/// Adamax (Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 2): Adam with the largest
/// magnitude in the place of the root mean square.
///
///     m = beta1 m + (1 - beta1) g          u = max(beta2 u, |g| + epsilon)
///     w -= learning rate * m / (1 - beta1^t) / u
///
/// A parameter whose gradient is kept by rows is stepped in the rows that the batch touched; m and u of other rows
/// wait.
public final class Adamax: Optimizer, @unchecked Sendable {
    public struct Options: Codable, Hashable, Sendable {
        /// The share of the first moment that each step keeps.
        public var beta1: Double
        /// The share of the largest magnitude that each step keeps.
        public var beta2: Double
        public var epsilon: Double
        /// Times the weights it is added to the gradient.
        public var weightDecay: Double

        public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0) {
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
    private let norm: OptimizerMemory

    public init(for parameters: Parameters, _ options: Options = Options()) {
        self.options = options
        firstMoment = OptimizerMemory("adamax.first", for: parameters)
        norm = OptimizerMemory("adamax.norm", for: parameters)
    }

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        let kernel = AdamaxKernel(
            learningRate: learningRate, beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon,
            weightDecay: options.weightDecay, gradientScale: gradientScale, time: time)
        let weights = chunk.weights
        let (first, norm) = (firstMoment.pointer(chunk.parameter), norm.pointer(chunk.parameter))
        chunk.forEachRun(in: gradients, reading: [weights, first, norm]) { gradient, offset, count in
            kernel.update(
                weights: weights + offset, gradient: gradient, firstMoment: first + offset, norm: norm + offset,
                count: count)
        }
    }

    package var state: [(name: String, tensor: Tensor)] { firstMoment.state + norm.state }
}

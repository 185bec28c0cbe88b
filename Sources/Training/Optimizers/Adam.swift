import Kernels
import Layers
import Tensors

/// Adam (Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1):
///
///     m = beta1 m + (1 - beta1) g          v = beta2 v + (1 - beta2) g^2
///     w -= learning rate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
///
/// A parameter whose gradient is kept by rows is stepped in the rows that the batch touched and in no others, as
/// PyTorch's SparseAdam does: the moments of other rows wait, while t counts the steps of all.
public final class Adam: Optimizer, @unchecked Sendable {
    public struct Options: Codable, Hashable, Sendable {
        /// The share of the first moment that each step keeps.
        public var beta1: Double
        /// The share of the second moment that each step keeps.
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
    private let secondMoment: OptimizerMemory

    public init(for parameters: Parameters, _ options: Options = Options()) {
        self.options = options
        firstMoment = OptimizerMemory("adam.first", for: parameters)
        secondMoment = OptimizerMemory("adam.second", for: parameters)
    }

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        let kernel = AdamKernel(
            learningRate: learningRate, beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon,
            weightDecay: .coupled(options.weightDecay), gradientScale: gradientScale, time: time)
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

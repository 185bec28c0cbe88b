import Glibc
import Kernels
import Layers
import Tensors

/// Nadam (Dozat 2016, "Incorporating Nesterov momentum into Adam"), with the rising momentum of the paper as PyTorch
/// computes it:
///
///     mu_t = beta1 (1 - 0.96^(t momentum decay) / 2)          M_t = mu_1 mu_2 ... mu_t
///     m = beta1 m + (1 - beta1) g          v = beta2 v + (1 - beta2) g^2
///     n = mu_{t+1} m / (1 - M_{t+1}) + (1 - mu_t) g / (1 - M_t)
///     w -= learning rate * n / (sqrt(v / (1 - beta2^t)) + epsilon)
///
/// A parameter whose gradient is kept by rows is stepped in the rows that the batch touched; the moments of other rows
/// wait, while t counts the steps of all.
public final class Nadam: Optimizer, @unchecked Sendable {
    public struct Options: Codable, Hashable, Sendable {
        /// The share of the first moment that each step keeps.
        public var beta1: Double
        /// The share of the second moment that each step keeps.
        public var beta2: Double
        public var epsilon: Double
        /// How fast the momentum rises from half of beta1 to beta1.
        public var momentumDecay: Double
        /// Times the weights it is added to the gradient.
        public var weightDecay: Double

        public init(
            beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, momentumDecay: Double = 0.004,
            weightDecay: Double = 0
        ) {
            (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
            (self.momentumDecay, self.weightDecay) = (momentumDecay, weightDecay)
        }

        var limits: [OptionLimit] {
            [
                .coefficient("beta1", beta1), .coefficient("beta2", beta2), .aboveZero("epsilon", epsilon),
                .fromZeroOn("momentumDecay", momentumDecay), .fromZeroOn("weightDecay", weightDecay),
            ]
        }

        /// mu_t
        func momentum(_ time: Int) -> Double { beta1 * (1 - 0.5 * pow(0.96, Double(time) * momentumDecay)) }
    }

    public let options: Options
    private let firstMoment: OptimizerMemory
    private let secondMoment: OptimizerMemory
    /// M_t
    private var momentumProduct = (time: 0, value: 1.0)

    public init(for parameters: Parameters, _ options: Options = Options()) {
        self.options = options
        firstMoment = OptimizerMemory("nadam.first", for: parameters)
        secondMoment = OptimizerMemory("nadam.second", for: parameters)
    }

    /// The product follows from the number of steps; behind a gap, as when training is taken up again, it is multiplied
    /// up anew, in the same order and so to the same bits.
    package func prepare(time: Int) {
        if time <= momentumProduct.time { momentumProduct = (0, 1) }
        while momentumProduct.time < time {
            momentumProduct.time += 1
            momentumProduct.value *= options.momentum(momentumProduct.time)
        }
    }

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        let kernel = NadamKernel(
            learningRate: learningRate, beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon,
            momentum: options.momentum(time), nextMomentum: options.momentum(time + 1),
            momentumProduct: momentumProduct.value, weightDecay: options.weightDecay, gradientScale: gradientScale,
            time: time)
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

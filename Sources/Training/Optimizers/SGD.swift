import Kernels
import Layers
import Tensors

/// Stochastic gradient descent, with momentum (Polyak 1964) and Nesterov's look ahead in the form of Sutskever et al.
/// 2013, "On the importance of initialization and momentum in deep learning":
///
///     v = momentum v + g          w -= learning rate * v, or with Nesterov learning rate * (g + momentum v)
///
/// The velocity holds no learning rate, as in PyTorch. A parameter whose gradient is kept by rows is stepped in the
/// rows that the batch touched: without momentum and weight decay this is the dense step exactly; with momentum the
/// velocity of other rows waits, and does not move them.
public final class SGD: Optimizer, @unchecked Sendable {
    public struct Options: Codable, Hashable, Sendable {
        /// The share of the velocity that each step keeps; 0 for none.
        public var momentum: Double
        /// Whether to step with the gradient as it will be further along the velocity.
        public var nesterov: Bool
        /// Times the weights it is added to the gradient.
        public var weightDecay: Double

        public init(momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0) {
            (self.momentum, self.nesterov, self.weightDecay) = (momentum, nesterov, weightDecay)
        }

        var limits: [OptionLimit] {
            [
                .coefficient("momentum", momentum), .fromZeroOn("weightDecay", weightDecay),
                OptionLimit("nesterov", nesterov, !nesterov || momentum > 0, "false where momentum is 0"),
            ]
        }
    }

    public let options: Options
    private let velocity: OptimizerMemory?

    public init(for parameters: Parameters, _ options: Options = Options()) {
        self.options = options
        velocity = options.momentum > 0 ? OptimizerMemory("sgd.velocity", for: parameters) : nil
    }

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        let kernel = SGDKernel(
            learningRate: learningRate, momentum: options.momentum, nesterov: options.nesterov,
            weightDecay: options.weightDecay, gradientScale: gradientScale)
        let (weights, velocity) = (chunk.weights, velocity?.pointer(chunk.parameter))
        chunk.forEachRun(in: gradients, reading: [weights, velocity].compactMap { $0 }) { gradient, offset, count in
            kernel.update(
                weights: weights + offset, gradient: gradient, velocity: velocity.map { $0 + offset }, count: count)
        }
    }

    package var state: [(name: String, tensor: Tensor)] { velocity?.state ?? [] }
}

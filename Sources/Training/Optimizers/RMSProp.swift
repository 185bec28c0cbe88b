import Kernels
import Layers
import Tensors

/// RMSProp (Tieleman and Hinton 2012, "Lecture 6.5: divide the gradient by a running average of its recent magnitude"),
/// with PyTorch's options:
///
///     v = alpha v + (1 - alpha) g^2          d = g / (sqrt(v) + epsilon)          w -= learning rate * d
///
/// Centred, the root is that of the variance, sqrt(v - m^2) with m = alpha m + (1 - alpha) g (Graves 2013, "Generating
/// sequences with recurrent neural networks"). With momentum b = momentum b + d steps in the place of d. A parameter
/// whose gradient is kept by rows is stepped in the rows that the batch touched; the averages of other rows wait.
public final class RMSProp: Optimizer, @unchecked Sendable {
    public struct Options: Codable, Hashable, Sendable {
        /// The share of the averages that each step keeps.
        public var alpha: Double
        public var epsilon: Double
        /// Whether the gradient's mean is taken off its mean square.
        public var centered: Bool
        /// The share of the velocity that each step keeps; 0 for none.
        public var momentum: Double
        /// Times the weights it is added to the gradient.
        public var weightDecay: Double

        public init(
            alpha: Double = 0.99, epsilon: Double = 1e-8, centered: Bool = false, momentum: Double = 0,
            weightDecay: Double = 0
        ) {
            (self.alpha, self.epsilon, self.centered) = (alpha, epsilon, centered)
            (self.momentum, self.weightDecay) = (momentum, weightDecay)
        }

        var limits: [OptionLimit] {
            [
                .coefficient("alpha", alpha), .aboveZero("epsilon", epsilon), .coefficient("momentum", momentum),
                .fromZeroOn("weightDecay", weightDecay),
            ]
        }
    }

    public let options: Options
    private let squares: OptimizerMemory
    private let mean: OptimizerMemory?
    private let velocity: OptimizerMemory?

    public init(for parameters: Parameters, _ options: Options = Options()) {
        self.options = options
        squares = OptimizerMemory("rmsprop.squares", for: parameters)
        mean = options.centered ? OptimizerMemory("rmsprop.mean", for: parameters) : nil
        velocity = options.momentum > 0 ? OptimizerMemory("rmsprop.velocity", for: parameters) : nil
    }

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        let kernel = RMSPropKernel(
            learningRate: learningRate, alpha: options.alpha, epsilon: options.epsilon, momentum: options.momentum,
            weightDecay: options.weightDecay, gradientScale: gradientScale)
        let (weights, squares) = (chunk.weights, squares.pointer(chunk.parameter))
        let (mean, velocity) = (mean?.pointer(chunk.parameter), velocity?.pointer(chunk.parameter))
        let read = [weights, squares, mean, velocity].compactMap { $0 }
        chunk.forEachRun(in: gradients, reading: read) { gradient, offset, count in
            kernel.update(
                weights: weights + offset, gradient: gradient, squares: squares + offset,
                mean: mean.map { $0 + offset }, velocity: velocity.map { $0 + offset }, count: count)
        }
    }

    package var state: [(name: String, tensor: Tensor)] {
        squares.state + (mean?.state ?? []) + (velocity?.state ?? [])
    }
}

import Kernels
import Layers
import Tensors

/// AdaGrad (Duchi et al. 2011, "Adaptive subgradient methods for online learning and stochastic optimization"):
///
///     s += g^2          w -= learning rate * g / (sqrt(s) + epsilon)
///
/// A parameter whose gradient is kept by rows is stepped in the rows that the batch touched. Without weight decay this
/// is the dense step exactly, since a gradient of zero changes nothing: rare rows keep their large steps, which is what
/// AdaGrad is for.
public final class AdaGrad: Optimizer, @unchecked Sendable {
    public struct Options: Codable, Hashable, Sendable {
        public var epsilon: Double
        /// Times the weights it is added to the gradient.
        public var weightDecay: Double

        public init(epsilon: Double = 1e-10, weightDecay: Double = 0) {
            (self.epsilon, self.weightDecay) = (epsilon, weightDecay)
        }

        var limits: [OptionLimit] { [.aboveZero("epsilon", epsilon), .fromZeroOn("weightDecay", weightDecay)] }
    }

    public let options: Options
    private let squares: OptimizerMemory

    public init(for parameters: Parameters, _ options: Options = Options()) {
        self.options = options
        squares = OptimizerMemory("adagrad.squares", for: parameters)
    }

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        let kernel = AdaGradKernel(
            learningRate: learningRate, epsilon: options.epsilon, weightDecay: options.weightDecay,
            gradientScale: gradientScale)
        let (weights, squares) = (chunk.weights, squares.pointer(chunk.parameter))
        chunk.forEachRun(in: gradients, reading: [weights, squares]) { gradient, offset, count in
            kernel.update(
                weights: weights + offset, gradient: gradient, squares: squares + offset, count: count)
        }
    }

    package var state: [(name: String, tensor: Tensor)] { squares.state }
}

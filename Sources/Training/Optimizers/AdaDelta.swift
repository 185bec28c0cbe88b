import Kernels
import Layers
import Tensors

/// AdaDelta (Zeiler 2012, "ADADELTA: an adaptive learning rate method"):
///
///     v = rho v + (1 - rho) g^2          d = sqrt(u + epsilon) / sqrt(v + epsilon) g
///     u = rho u + (1 - rho) d^2          w -= learning rate * d
///
/// The steps have the weights' own unit; a learning rate of 1 is the method as published. A parameter whose gradient is
/// kept by rows is stepped in the rows that the batch touched; the averages of other rows wait.
public final class AdaDelta: Optimizer, @unchecked Sendable {
    public struct Options: Codable, Hashable, Sendable {
        /// The share of the averages that each step keeps.
        public var rho: Double
        public var epsilon: Double
        /// Times the weights it is added to the gradient.
        public var weightDecay: Double

        public init(rho: Double = 0.9, epsilon: Double = 1e-6, weightDecay: Double = 0) {
            (self.rho, self.epsilon, self.weightDecay) = (rho, epsilon, weightDecay)
        }

        var limits: [OptionLimit] {
            [.coefficient("rho", rho), .aboveZero("epsilon", epsilon), .fromZeroOn("weightDecay", weightDecay)]
        }
    }

    public let options: Options
    private let gradientSquares: OptimizerMemory
    private let changeSquares: OptimizerMemory

    public init(for parameters: Parameters, _ options: Options = Options()) {
        self.options = options
        gradientSquares = OptimizerMemory("adadelta.gradients", for: parameters)
        changeSquares = OptimizerMemory("adadelta.changes", for: parameters)
    }

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        let kernel = AdaDeltaKernel(
            learningRate: learningRate, rho: options.rho, epsilon: options.epsilon, weightDecay: options.weightDecay,
            gradientScale: gradientScale)
        let weights = chunk.weights
        let (squares, changes) = (gradientSquares.pointer(chunk.parameter), changeSquares.pointer(chunk.parameter))
        chunk.forEachRun(in: gradients, reading: [weights, squares, changes]) { gradient, offset, count in
            kernel.update(
                weights: weights + offset, gradient: gradient, gradientSquares: squares + offset,
                changeSquares: changes + offset, count: count)
        }
    }

    package var state: [(name: String, tensor: Tensor)] { gradientSquares.state + changeSquares.state }
}

import Kernels
import Layers
import Tensors

/// Adam (Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1):
///
///     m = beta1 m + (1 - beta1) g          v = beta2 v + (1 - beta2) g^2
///     w -= learning rate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)
///
/// A parameter whose gradient is kept by rows is stepped in the rows that the batch touched and in no others, as
/// PyTorch's SparseAdam does.
public final class Adam: Optimizer, @unchecked Sendable {
    public let beta1: Double
    public let beta2: Double
    public let epsilon: Double
    private let parameters: Parameters
    private let firstMoments: [Tensor]
    private let secondMoments: [Tensor]

    public init(for parameters: Parameters, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        (self.parameters, self.beta1, self.beta2, self.epsilon) = (parameters, beta1, beta2, epsilon)
        firstMoments = parameters.map { Tensor(zeros: $0.shape) }
        secondMoments = parameters.map { Tensor(zeros: $0.shape) }
    }

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        let kernel = AdamKernel(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, gradientScale: gradientScale,
            time: time)
        let index = chunk.parameter.index
        chunk.forEachRun(in: gradients) { gradient, offset, count in
            kernel.update(
                weights: chunk.parameter.value.mutablePointer + offset, gradient: gradient,
                firstMoment: firstMoments[index].mutablePointer + offset,
                secondMoment: secondMoments[index].mutablePointer + offset, count: count)
        }
    }

    package var state: [(name: String, tensor: Tensor)] {
        parameters.flatMap { parameter in
            [
                ("adam.first.\(parameter.name)", firstMoments[parameter.index]),
                ("adam.second.\(parameter.name)", secondMoments[parameter.index]),
            ]
        }
    }
}

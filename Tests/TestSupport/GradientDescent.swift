import Layers
import Tensors
import Training

/// The plainest optimizer: w -= learning rate * g. It shows the gradients that a step hands out.
package final class GradientDescent: Optimizer {
    package init() {}

    package func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        chunk.forEachRun(in: gradients) { gradient, offset, count in
            let weights = chunk.parameter.value.mutablePointer + offset
            for index in 0..<count { weights[index] -= Float(learningRate * gradientScale * Double(gradient[index])) }
        }
    }

    package var state: [(name: String, tensor: Tensor)] { [] }
}

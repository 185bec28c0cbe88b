import Layers
import Tensors
import Training

/// The plainest optimizer: w -= learning rate * g. It shows the gradients that a step hands out.
final class GradientDescent: Optimizer {
    func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int
    ) {
        chunk.forEachRun(in: gradients) { gradient, offset, count in
            let weights = chunk.parameter.value.mutablePointer + offset
            for index in 0..<count { weights[index] -= Float(learningRate * gradientScale * Double(gradient[index])) }
        }
    }

    var state: [(name: String, tensor: Tensor)] { [] }
}

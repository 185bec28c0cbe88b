import Kernels
import Layers
import Tensors

/// Turns gradients into changes of weights.
package protocol Optimizer: AnyObject {
    /// Changes the weights of one chunk.
    ///
    /// - Parameters:
    ///   - chunk: Which weights; no two calls of one step overlap, and they may run on several threads.
    ///   - gradientScale: Multiplies the gradient first.
    ///   - time: The number of the step; the first is 1.
    func update(
        _ chunk: GradientChunk, _ gradients: Gradients, learningRate: Double, gradientScale: Double, time: Int)

    /// What it remembers between steps, by name, in a fixed order: for checkpoints.
    var state: [(name: String, tensor: Tensor)] { get }
}

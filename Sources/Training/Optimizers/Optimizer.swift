import Kernels
import Layers
import Tensors

/// Turns gradients into changes of weights.
package protocol Optimizer: AnyObject {
    /// Gets ready for a step, before the chunks of the step are updated.
    ///
    /// - Parameter time: The number of the step; the first is 1.
    func prepare(time: Int)

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

extension Optimizer {
    package func prepare(time: Int) {}
}

/// What an optimizer remembers for each weight: an array for each parameter, zeros at first.
package struct OptimizerMemory: Sendable {
    private let name: String
    private let parameters: Parameters
    private let arrays: [Tensor]

    /// - Parameter name: What checkpoints call it, `adam.first`.
    init(_ name: String, for parameters: Parameters) {
        (self.name, self.parameters) = (name, parameters)
        arrays = parameters.map { Tensor(zeros: $0.shape) }
    }

    /// The numbers for a parameter's weights.
    func pointer(_ parameter: Parameter) -> UnsafeMutablePointer<Float> { arrays[parameter.index].mutablePointer }

    var state: [(name: String, tensor: Tensor)] {
        zip(parameters, arrays).map { ("\(name).\($0.name)", $1) }
    }
}

import Kernels
import Tensors

/// How the numbers of a new parameter are drawn.
public enum Initializer: Hashable, Sendable {
    /// All equal.
    case constant(Float)
    /// Normal with mean 0.
    case normal(standardDeviation: Float)
    /// Uniform in [-bound, bound].
    case uniform(bound: Float)
    /// Uniform with bound sqrt(6 / (inputs + outputs)) for weights `[outputs, inputs]` (Glorot and Bengio 2010).
    case glorotUniform

    public static let zeros = Initializer.constant(0)

    func fill(_ tensor: Tensor, using generator: inout SeededGenerator) {
        let pointer = tensor.mutablePointer
        func fill(_ draw: () -> Double) {
            for index in 0..<tensor.count { pointer[index] = Float(draw()) }
        }
        switch self {
        case .constant(let value):
            pointer.update(repeating: value, count: tensor.count)
        case .normal(let deviation):
            fill { generator.normal() * Double(deviation) }
        case .uniform(let bound):
            fill { (2 * generator.uniform() - 1) * Double(bound) }
        case .glorotUniform:
            let bound = (6 / Double(tensor.shape.rows + tensor.shape.columns)).squareRoot()
            fill { (2 * generator.uniform() - 1) * bound }
        }
    }
}

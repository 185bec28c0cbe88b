import Kernels
import Tensors

/// How the numbers of a new parameter are drawn.
///
/// Of weights `[outputs, inputs]`, or `[outputs, inputs, width]` of a convolution, the inputs of a unit are inputs *
/// width and the outputs outputs * width, as PyTorch counts them.
public enum Initializer: Hashable, Sendable {
    /// All equal.
    case constant(Float)
    /// Normal with mean 0.
    case normal(standardDeviation: Float)
    /// Uniform in [-bound, bound].
    case uniform(bound: Float)
    /// Uniform with bound sqrt(6 / (inputs + outputs)) (Glorot and Bengio 2010, "Understanding the difficulty of
    /// training deep feedforward neural networks"; Xavier).
    case glorotUniform
    /// Normal with variance 2 / (inputs + outputs).
    case glorotNormal
    /// Uniform with bound sqrt(6 / inputs), for units that a ReLU follows (He et al. 2015, "Delving deep into
    /// rectifiers"; Kaiming).
    case heUniform
    /// Normal with variance 2 / inputs.
    case heNormal
    /// Rows at right angles to each other, of length `gain`: W W^T = gain^2 I. Where rows are more than columns, these
    /// are the columns (Saxe et al. 2014, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    /// networks").
    case orthogonal(gain: Float = 1)

    public static let zeros = Initializer.constant(0)

    func fill(_ tensor: Tensor, using generator: inout SeededGenerator) {
        let pointer = tensor.mutablePointer
        func fill(_ draw: () -> Double) {
            for index in 0..<tensor.count { pointer[index] = Float(draw()) }
        }
        func fillUniformly(_ bound: Double) { fill { (2 * generator.uniform() - 1) * bound } }
        func fillNormally(_ deviation: Double) { fill { generator.normal() * deviation } }
        switch self {
        case .constant(let value):
            pointer.update(repeating: value, count: tensor.count)
        case .normal(let deviation):
            fillNormally(Double(deviation))
        case .uniform(let bound):
            fillUniformly(Double(bound))
        case .glorotUniform:
            let fan = Fan(tensor.shape)
            fillUniformly((6 / Double(fan.inputs + fan.outputs)).squareRoot())
        case .glorotNormal:
            let fan = Fan(tensor.shape)
            fillNormally((2 / Double(fan.inputs + fan.outputs)).squareRoot())
        case .heUniform:
            fillUniformly((6 / Double(Fan(tensor.shape).inputs)).squareRoot())
        case .heNormal:
            fillNormally((2 / Double(Fan(tensor.shape).inputs)).squareRoot())
        case .orthogonal(let gain):
            let fan = Fan(tensor.shape)
            let matrix = OrthogonalMatrix(rows: tensor.shape[0], columns: fan.inputs, using: &generator)
            for index in 0..<tensor.count { pointer[index] = gain * Float(matrix[index]) }
        }
    }
}

/// How many numbers go into a unit, and how many units a number goes into.
private struct Fan {
    let inputs: Int
    let outputs: Int

    init(_ shape: Shape) {
        precondition(shape.rank >= 2, "weights [outputs, inputs, ...] are expected, not \(shape)")
        let width = shape.array[2...].reduce(1, *)
        (inputs, outputs) = (shape[1] * width, shape[0] * width)
    }
}

/// A matrix with orthonormal rows, or columns where these are fewer: the Q of the QR decomposition of a normal matrix,
/// whose R has a positive diagonal, so that no direction is preferred (Mezzadri 2007, "How to generate random matrices
/// from the classical compact groups").
private struct OrthogonalMatrix {
    private let columns: Int
    private let vectors: [[Double]]
    private let vectorsAreRows: Bool

    init(rows: Int, columns: Int, using generator: inout SeededGenerator) {
        self.columns = columns
        vectorsAreRows = rows <= columns
        var vectors: [[Double]] = []
        for _ in 0..<min(rows, columns) {
            var vector = (0..<max(rows, columns)).map { _ in generator.normal() }
            // Gram and Schmidt: what points along earlier vectors is taken off; twice, as rounding leaves some of it.
            for _ in 0..<2 {
                for other in vectors {
                    let along = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
                    for index in vector.indices { vector[index] -= along * other[index] }
                }
            }
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            vectors.append(vector.map { $0 / length })
        }
        self.vectors = vectors
    }

    /// The element at a place of the row-major matrix.
    subscript(index: Int) -> Double {
        let (row, column) = (index / columns, index % columns)
        return vectorsAreRows ? vectors[row][column] : vectors[column][row]
    }
}

import Cantus
import Testing

/// One line of the conformance table: a layer with one set of options, a plain version of it in Double, and what
/// holds for it.
///
/// The table's tests build the layer anew, in several sizes, from its parameters' names and initialisers; each check
/// is in `LayerCase+...`.
public struct LayerCase: Sendable, CustomTestStringConvertible {
    /// How many sequences, of how many steps.
    public struct Size: Hashable, Sendable, CustomStringConvertible {
        public let rows: Int
        public let steps: Int

        public init(rows: Int, steps: Int) { (self.rows, self.steps) = (rows, steps) }

        public var description: String { "\(rows) rows of \(steps) steps" }
    }

    /// What the plain version is given.
    public struct Call {
        public let size: Size
        /// The elements of each input.
        public let inputs: [[Double]]
        /// The valid steps of each row; all of them where the layer was called without lengths.
        public let lengths: [Int]
        /// The elements of each parameter, by name.
        public let parameters: [String: [Double]]

        public var x: [Double] { inputs[0] }
        public subscript(name: String) -> [Double] { parameters[name]! }
    }

    /// What becomes of the time axis, `[N, T, ...]`.
    public enum Time: Sendable {
        /// Lengths mean nothing to the layer: it is called without.
        case ignored
        /// One output a row of the batch, whatever its length: `[N, ...]`.
        case summarized
        /// An output for each step: `[N, T', ...]`, zeros behind a row's last; T' is told by `outputSteps`.
        case kept
    }

    /// The layer at work: inputs, lengths, context to output.
    public typealias Function = @Sendable (_ inputs: [Tensor], _ lengths: IndexTensor?, _ context: Context) -> Tensor

    public let name: String
    let time: Time
    /// The fewest steps that the layer takes, in tests of short sequences.
    let minimumSteps: Int
    /// Whether what comes of a row depends on the others of its batch: under batch normalisation, or where a mask is
    /// drawn for all of them.
    let mixesRows: Bool
    /// The file under `Tests/Fixtures/layers` with PyTorch's values.
    public let fixture: String?
    let inputs: @Sendable (Size) -> [Shape]
    let outputSteps: @Sendable (Int) -> Int
    let make: @Sendable (Scope) -> Function
    let reference: @Sendable (Call) -> [Double]

    /// - Parameters:
    ///   - fixture: A file with `input` (or `input0`, `input1`, ...), maybe `lengths`, every parameter by its name,
    ///     `output`, `upstream`, and the gradients of sum(upstream * output): `grad_` before the name of each.
    ///   - inputs: The shapes of the inputs in a size; the first axis of each is N.
    ///   - outputSteps: The steps that come of a number of steps.
    ///   - make: Builds the layer.
    ///   - reference: The same in Double, written as plainly as possible; behind a row's length, zeros.
    public init(
        _ name: String, time: Time, minimumSteps: Int = 1, mixesRows: Bool = false, fixture: String? = nil,
        inputs: @escaping @Sendable (Size) -> [Shape],
        outputSteps: @escaping @Sendable (Int) -> Int = { $0 }, make: @escaping @Sendable (Scope) -> Function,
        reference: @escaping @Sendable (Call) -> [Double]
    ) {
        self.name = name
        self.time = time
        self.minimumSteps = minimumSteps
        self.mixesRows = mixesRows
        self.fixture = fixture
        self.inputs = inputs
        self.outputSteps = outputSteps
        self.make = make
        self.reference = reference
    }

    public var testDescription: String { name }

    /// The layer with its parameters, all of them moved a little: a bias that starts at zero would hide its mistakes.
    func build(seed: UInt64 = 3) -> (function: Function, parameters: Parameters) {
        let parameters = Parameters(.seed(seed))
        let function = make(parameters.scope)
        for parameter in parameters {
            let moved = zip(parameter.value.elements, randomFloats(parameter.shape.count, seed: seed + 1, scale: 0.1))
            parameter.assign(Tensor(moved.map { $0 + $1 }, parameter.shape))
        }
        return (function, parameters)
    }

    /// Random inputs in a size.
    func draw(_ size: Size, seed: UInt64 = 17) -> [Tensor] {
        inputs(size).enumerated().map { randomTensor($1, seed: seed + UInt64($0)) }
    }
}

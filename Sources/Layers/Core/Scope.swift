import Kernels
import Tensors

/// The parameters of a model in the order in which its layers asked for them.
public final class Parameters: Sequence, @unchecked Sendable {
    /// What new parameters hold.
    public enum Start: Sendable {
        /// Random numbers, by each parameter's initialiser. Each parameter has a stream of its own, from the seed and
        /// its name, so that adding a layer does not change another's numbers.
        case seed(UInt64)
        /// Anything: the caller assigns all of them.
        case uninitialized
    }

    private let start: Start
    private var list: [Parameter] = []
    private var byName: [String: Int] = [:]

    public init(_ start: Start) { self.start = start }

    /// Where a model begins to create its parameters.
    public var scope: Scope { Scope(parameters: self, path: "") }

    public var count: Int { list.count }
    public subscript(index: Int) -> Parameter { list[index] }
    public subscript(name: String) -> Parameter? { byName[name].map { list[$0] } }
    public func makeIterator() -> IndexingIterator<[Parameter]> { list.makeIterator() }

    /// The number of weights in all parameters, buffers left out.
    public var weightCount: Int { list.reduce(0) { $0 + ($1.isBuffer ? 0 : $1.shape.count) } }

    fileprivate func create(
        _ name: String, _ shape: Shape, _ initializer: Initializer, _ gradientKind: Parameter.GradientKind,
        isBuffer: Bool
    ) -> Parameter {
        precondition(byName[name] == nil, "two parameters have the name \(name)")
        let parameter = Parameter(
            name: name, shape: shape, gradientKind: gradientKind, isBuffer: isBuffer, index: list.count)
        if case .seed(let seed) = start {
            var generator = SeededGenerator(seed: seed, keys: SeededGenerator.key(name))
            initializer.fill(parameter.value, using: &generator)
        }
        byName[name] = list.count
        list.append(parameter)
        return parameter
    }
}

/// Names and creates parameters while a layer is built.
///
/// Initialising, loading, freezing and saving share this one path, in registration order:
///
///     let head = Linear(inputs: 128, outputs: 10, scope: parameters.scope["head"])   // head.weight, head.bias
public struct Scope {
    private let parameters: Parameters
    /// The names from the model to here, joined by dots; empty for the whole model.
    public let path: String

    fileprivate init(parameters: Parameters, path: String) {
        self.parameters = parameters
        self.path = path
    }

    /// The scope of a child.
    public subscript(name: String) -> Scope { Scope(parameters: parameters, path: joined(name)) }

    /// Creates a parameter.
    public func parameter(
        _ name: String, _ shape: Shape, _ initializer: Initializer, gradientKind: Parameter.GradientKind = .dense
    ) -> Parameter { parameters.create(joined(name), shape, initializer, gradientKind, isBuffer: false) }

    /// Creates a buffer: state that a layer gathers in training.
    public func buffer(_ name: String, _ shape: Shape, _ initializer: Initializer) -> Parameter {
        parameters.create(joined(name), shape, initializer, .dense, isBuffer: true)
    }

    private func joined(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}

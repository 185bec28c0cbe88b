import Tensors

/// What a model is made of, layer by layer: how many weights, how much memory, and of a chain of layers what each
/// puts out.
public struct Summary: Encodable, Sendable {
    /// One array of weights.
    public struct Weight: Encodable, Sendable {
        /// Within the layer: `weight`.
        public let name: String
        public let shape: [Int]
        /// Whether optimizers leave it as it is.
        public let isFrozen: Bool

        public var count: Int { shape.reduce(1, *) }
    }

    /// One layer.
    public struct Line: Encodable, Sendable {
        /// The path of names that its parameters begin with; empty for the model itself.
        public let name: String
        /// Its type; nil where parameters alone are known.
        public let kind: String?
        /// The shape of what it puts out; nil where the layer was not run.
        public let output: [Int]?
        public let weights: [Weight]
        /// The number of weights.
        public let parameters: Int
        /// Those among them that optimizers leave as they are.
        public let frozen: Int
        /// The memory of the weights.
        public let bytes: Int
        /// The memory of the output, which training keeps until gradients have been computed; a fused layer keeps
        /// more inside.
        public let outputBytes: Int?

        init(name: String, kind: String? = nil, output: Shape? = nil, weights: [Weight]) {
            (self.name, self.kind, self.output, self.weights) = (name, kind, output?.array, weights)
            parameters = weights.reduce(0) { $0 + $1.count }
            frozen = weights.reduce(0) { $0 + ($1.isFrozen ? $1.count : 0) }
            bytes = parameters * MemoryLayout<Float>.size
            outputBytes = output.map { $0.count * MemoryLayout<Float>.size }
        }
    }

    public let lines: [Line]
    public let parameters: Int
    public let frozen: Int
    public let bytes: Int
    /// Of all layers that were run; nil where none was.
    public let outputBytes: Int?

    public init(lines: [Line]) {
        self.lines = lines
        parameters = lines.reduce(0) { $0 + $1.parameters }
        frozen = lines.reduce(0) { $0 + $1.frozen }
        bytes = lines.reduce(0) { $0 + $1.bytes }
        let outputs = lines.compactMap(\.outputBytes)
        outputBytes = outputs.isEmpty ? nil : outputs.reduce(0, +)
    }

    /// A summary of weights by their full names: those with a path in common make up a layer.
    public init(weights: [(name: String, shape: [Int], isFrozen: Bool)]) {
        var paths: [String] = []
        var byPath: [String: [Weight]] = [:]
        for (name, shape, isFrozen) in weights {
            let (path, last) = Self.split(name)
            if byPath[path] == nil { paths.append(path) }
            byPath[path, default: []].append(Weight(name: last, shape: shape, isFrozen: isFrozen))
        }
        self.init(lines: paths.map { Line(name: $0, weights: byPath[$0]!) })
    }

    /// The path of the layer that a parameter is of.
    static func layer(of parameter: String) -> String { split(parameter).path }

    private static func split(_ name: String) -> (path: String, last: String) {
        guard let dot = name.lastIndex(of: ".") else { return ("", name) }
        return (String(name[..<dot]), String(name[name.index(after: dot)...]))
    }
}

extension Parameters {
    /// The layers of a model as the names of its parameters tell them.
    public func summary() -> Summary { Summary(weights: map(\.summarized)) }
}

extension Parameter {
    fileprivate var summarized: (name: String, shape: [Int], isFrozen: Bool) { (name, shape.array, isFrozen) }
}

extension Sequential {
    /// The layers of this chain, those of chains within it too, with what each puts out for an input of zeros.
    ///
    ///     print(model.summary(of: parameters, input: [1, 20, 5]).table().rendered())
    ///
    /// - Parameters:
    ///   - parameters: Of the whole model; those of layers outside of the chain stand before or behind it, as they
    ///     were created.
    ///   - input: With N, `[N, T, D]` for sequences.
    public func summary(of parameters: Parameters, input: Shape) -> Summary {
        let leaves = leaves
        var outputs: [Shape] = []
        Sequential.run(leaves.map(\.layer), on: Tensor(zeros: input), lengths: nil, .inference) {
            outputs.append($0.shape)
        }
        var claimed: Set<Int> = []
        let lines = zip(leaves, outputs).map { leaf, output in
            let prefix = leaf.name + "."
            let own = parameters.filter { $0.name.hasPrefix(prefix) }
            claimed.formUnion(own.map(\.index))
            let weights = own.map { parameter in
                Summary.Weight(
                    name: String(parameter.name.dropFirst(prefix.count)), shape: parameter.shape.array,
                    isFrozen: parameter.isFrozen)
            }
            let kind = (leaf.layer as? any CustomStringConvertible)?.description ?? "\(type(of: leaf.layer))"
            return Summary.Line(name: leaf.name, kind: kind, output: output, weights: weights)
        }
        let first = claimed.min() ?? parameters.count
        let others = parameters.filter { !claimed.contains($0.index) }
        let before = Summary(weights: others.filter { $0.index < first }.map(\.summarized))
        let behind = Summary(weights: others.filter { $0.index > first }.map(\.summarized))
        return Summary(lines: before.lines + lines + behind.lines)
    }

    /// All layers in the order in which they run, with the paths of their parameters.
    private var leaves: [(name: String, layer: any Layer)] {
        layers.enumerated().flatMap { index, layer in
            (layer as? Sequential)?.leaves ?? [(path.isEmpty ? "\(index)" : "\(path).\(index)", layer)]
        }
    }
}

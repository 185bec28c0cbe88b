import Tensors

/// Layers one after the other, each on what the one before it put out.
///
///     let model = Sequential(scope: parameters.scope) {
///         Child { Linear(inputs: 5, outputs: 7, scope: $0) }    // 0.weight, 0.bias
///         Activation.relu
///         Child { Linear(inputs: 7, outputs: 2, scope: $0) }    // 2.weight, 2.bias
///     }
///
/// - Input: that of the first layer
/// - Output: that of the last
///
/// Children are numbered from 0, those without parameters too, so that names are those of PyTorch's nn.Sequential.
/// Lengths are handed from layer to layer; those that ignore them compute padded steps like others, which changes
/// nothing as long as finite numbers stand there. Without children it is the identity.
public struct Sequential: Layer {
    public let layers: [any Layer]
    /// The path of names that the parameters begin with; empty for the whole model.
    let path: String

    public init(scope: Scope, @LayerBuilder _ children: () -> [Child]) {
        path = scope.path
        layers = children().enumerated().map { $1.make(scope["\($0)"]) }
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        Self.run(layers, on: x, lengths: lengths, context)
    }

    /// Runs layers in order, and shows what each puts out.
    @discardableResult
    static func run(
        _ layers: [any Layer], on x: Tensor, lengths: IndexTensor?, _ context: Context,
        observing: (_ output: Tensor) -> Void = { _ in }
    ) -> Tensor {
        var (x, lengths) = (x, lengths)
        for layer in layers {
            let steps = x.shape.rank > 1 ? x.shape[1] : 0
            x = layer(x, lengths: lengths, context)
            lengths = layer.lengths(after: lengths, steps: steps)
            observing(x)
        }
        return x
    }

    // How many steps a layer makes of some, only its lengths tell: one more row, which has all steps, goes along.
    public func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? {
        guard let lengths else { return nil }
        var elements = lengths.elements + [Int32(steps)]
        for layer in layers {
            let steps = Int(elements[elements.count - 1])
            guard let next = layer.lengths(after: IndexTensor(elements, [elements.count]), steps: steps)
            else { return nil }
            elements = next.elements
        }
        return IndexTensor(Array(elements.dropLast()), lengths.shape)
    }
}

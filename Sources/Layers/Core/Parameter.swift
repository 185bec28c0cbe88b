import Tensors

/// An array of weights that training adjusts, or a buffer.
///
/// Layers refer to their parameters and never change them; an optimizer does, between steps.
public final class Parameter: @unchecked Sendable {
    /// How its gradient is kept.
    public enum GradientKind: Sendable {
        /// An array of the parameter's shape.
        case dense
        /// The rows that a batch touched; an optimizer steps these alone.
        case rows
    }

    /// The path of names from the model to this parameter: `encoder.weight_ih_l0`.
    public let name: String
    public let shape: Shape
    public let gradientKind: GradientKind
    /// Whether this is a buffer: changed by what layers see in training (`Gradients.updateBuffers`), not by gradients,
    /// of which it has none; saved and loaded like weights.
    public let isBuffer: Bool
    /// The place in registration order.
    public let index: Int
    /// The weights. They are changed in place.
    public let value: Tensor
    /// Whether optimizers leave it as it is. A buffer always counts as frozen.
    public var isFrozen: Bool {
        get { isBuffer || wasFrozen }
        set { wasFrozen = newValue }
    }
    private var wasFrozen = false

    init(name: String, shape: Shape, gradientKind: GradientKind, isBuffer: Bool, index: Int) {
        self.name = name
        self.shape = shape
        self.gradientKind = gradientKind
        self.isBuffer = isBuffer
        self.index = index
        value = Tensor(uninitialized: shape)
    }

    /// Replaces all weights by others of the same shape.
    package func assign(_ other: Tensor) {
        precondition(other.shape == shape, "\(name) has the shape \(shape), not \(other.shape)")
        value.mutablePointer.update(from: other.pointer, count: shape.count)
    }
}

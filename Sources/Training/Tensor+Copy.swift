import Tensors

extension Tensor {
    /// Replaces all elements by those of a tensor of the same shape.
    func copy(from other: Tensor) {
        precondition(shape == other.shape, "\(other.shape) copied to \(shape)")
        mutablePointer.update(from: other.pointer, count: count)
    }
}

import Kernels
import Tensors

/// Random inputs and targets, the same in every run.
enum RandomBatch {
    /// Normal numbers.
    static func normal(_ shape: Shape) -> Tensor {
        var generator = SeededGenerator(seed: 1)
        return Tensor((0..<shape.count).map { _ in Float(generator.normal()) }, shape)
    }

    /// Zeros and ones.
    static func binary(_ shape: Shape) -> Tensor {
        var generator = SeededGenerator(seed: 2)
        return Tensor((0..<shape.count).map { _ in generator.uniform() < 0.5 ? 0 : 1 }, shape)
    }

    /// Numbers below `count`.
    static func identifiers(below count: Int, _ shape: Shape, seed: UInt64 = 3) -> IndexTensor {
        var generator = SeededGenerator(seed: seed)
        return IndexTensor((0..<shape.count).map { _ in Int32(generator.index(below: count)) }, shape)
    }
}

import Kernels
import Tensors

/// The steps of one head, transposed block by block: the second factor of products with other steps.
struct TransposedHead {
    private let width, steps, block, stride: Int
    private let panels: Tensor  // [blocks, D, stride]

    /// - Parameters:
    ///   - heads: Such as will stand here, one at a time.
    ///   - block: The steps of a block.
    init(of heads: HeadColumns, block: Int) {
        (width, steps, self.block) = (heads.width, heads.steps, min(block, heads.steps))
        stride = PackedProduct.padded(self.block)
        panels = Tensor(uninitialized: [(steps + block - 1) / block, width, stride])
    }

    /// Takes in the first `count` steps of a head.
    func load(_ heads: HeadColumns, row: Int, head: Int, count: Int) {
        for start in Swift.stride(from: 0, to: count, by: block) {
            Rows.transpose(
                heads.matrix(row: row, head: head, steps: start..<min(start + block, count)),
                into: panels.mutablePointer + start / block * width * stride, stride: stride)
        }
    }

    /// The steps of one block, `[D, steps]`, with room for whole vectors.
    func callAsFunction(_ range: Range<Int>) -> Matrix {
        Matrix(
            panels.pointer + range.lowerBound / block * width * stride, rows: width, columns: range.count,
            stride: stride)
    }
}

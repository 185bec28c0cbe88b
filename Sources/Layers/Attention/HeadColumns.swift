import Kernels
import Tensors

/// Heads side by side in the last axis of a tensor `[N, T, C]`, from a column on: queries, keys, values or outputs.
///
/// One projection may make several of them in one tensor; products read and write each in its place.
package struct HeadColumns {
    package let tensor: Tensor
    package let firstColumn: Int
    package let heads: Int
    /// The features of one head.
    package let width: Int

    package init(_ tensor: Tensor, firstColumn: Int = 0, heads: Int, width: Int) {
        precondition(
            tensor.shape.rank == 3 && firstColumn + heads * width <= tensor.shape[2],
            "\(heads) heads of width \(width) from column \(firstColumn) of \(tensor.shape)")
        (self.tensor, self.firstColumn, self.heads, self.width) = (tensor, firstColumn, heads, width)
    }

    /// All columns, in equal heads.
    package init(_ tensor: Tensor, heads: Int) {
        precondition(
            tensor.shape.rank == 3 && tensor.shape[2] % heads == 0, "\(heads) heads side by side in \(tensor.shape)")
        self.init(tensor, heads: heads, width: tensor.shape[2] / heads)
    }

    var rows: Int { tensor.shape[0] }
    var steps: Int { tensor.shape[1] }

    /// The features of one head in some steps of a row, `[steps, width]`.
    func matrix(row: Int, head: Int, steps: Range<Int>) -> Matrix {
        Matrix(
            tensor.pointer + offset(row, head, steps.lowerBound), rows: steps.count, columns: width,
            stride: tensor.shape[2])
    }

    /// The same part of another array of the tensor's shape: its gradient.
    func matrix(of array: UnsafeMutablePointer<Float>, row: Int, head: Int, steps: Range<Int>) -> MutableMatrix {
        MutableMatrix(
            array + offset(row, head, steps.lowerBound), rows: steps.count, columns: width, stride: tensor.shape[2])
    }

    private func offset(_ row: Int, _ head: Int, _ step: Int) -> Int {
        (row * steps + step) * tensor.shape[2] + firstColumn + head * width
    }
}

import Kernels
import Tensors

/// Rows of heads as whole vectors of 16 features, which products take: where they stand if the width is a multiple of
/// 16, else in a copy that is filled up with zeros.
struct WholeVectors {
    let width: Int
    private let copy: Tensor?  // [rows, width]

    /// - Parameters:
    ///   - width: The features of a head.
    ///   - rows: The most rows that are asked for at a time.
    init(width: Int, rows: Int) {
        self.width = PackedProduct.padded(width)
        copy = width == self.width ? nil : Tensor(zeros: [rows, self.width])
    }

    /// The rows of a matrix, until the next call.
    func callAsFunction(_ matrix: Matrix) -> Matrix {
        guard let copy else { return matrix }
        for row in 0..<matrix.rows {
            (copy.mutablePointer + row * width)
                .update(from: matrix.pointer + row * matrix.stride, count: matrix.columns)
        }
        return Matrix(copy.pointer, rows: matrix.rows, columns: width)
    }

    /// Calls `body` with rows that it writes in the place of those of a matrix.
    func writing(_ matrix: MutableMatrix, _ body: (MutableMatrix) -> Void) {
        guard let copy else { return body(matrix) }
        body(MutableMatrix(copy.mutablePointer, rows: matrix.rows, columns: width))
        for row in 0..<matrix.rows {
            (matrix.pointer + row * matrix.stride)
                .update(from: copy.pointer + row * width, count: matrix.columns)
        }
    }

    /// Calls `body` with rows that it adds to in the place of those of a matrix; with nil where there is none.
    func adding(to matrix: MutableMatrix?, _ body: (MutableMatrix?) -> Void) {
        guard let copy, let matrix else { return body(matrix) }
        copy.mutablePointer.update(repeating: 0, count: matrix.rows * width)
        body(MutableMatrix(copy.mutablePointer, rows: matrix.rows, columns: width))
        for row in 0..<matrix.rows {
            Vector.add(copy.pointer + row * width, to: matrix.pointer + row * matrix.stride, count: matrix.columns)
        }
    }
}

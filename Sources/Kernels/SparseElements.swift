import CKernels

/// The elements of a matrix that are not zero, row by row and column by column, in room that the caller gives.
package struct SparseElements {
    private let byRow, byColumn: UnsafeMutablePointer<cantus_element>
    private let rowEnds, columnEnds: UnsafeMutablePointer<Int32>
    private let rows, columns: Int

    /// The fewest columns that products with other matrices have.
    package static let leastWidth = Int(cantus_sparse_columns)

    /// Words of 4 bytes that a matrix without a zero needs.
    package static func room(rows: Int, columns: Int) -> Int { 4 * rows * columns + rows + columns }

    /// Room for matrices of so many columns and at most so many rows.
    package init(rows: Int, columns: Int, room: UnsafeMutableRawPointer) {
        (self.rows, self.columns) = (rows, columns)
        byRow = room.bindMemory(to: cantus_element.self, capacity: 2 * rows * columns)
        byColumn = byRow + rows * columns
        rowEnds = UnsafeMutableRawPointer(byColumn + rows * columns)
            .bindMemory(to: Int32.self, capacity: rows + columns)
        columnEnds = rowEnds + rows
    }

    /// How many elements are not zero: in each column, and in all.
    package static func count(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, columns: Int, into counts: UnsafeMutablePointer<Int32>
    ) -> Int { cantus_count_nonzero(x, stride, rows, columns, counts) }

    /// Collects those of a matrix.
    ///
    /// - Parameter counts: What `count` found in each column.
    package func collect(
        _ x: UnsafePointer<Float>, stride: Int, rows: Int, counts: UnsafePointer<Int32>
    ) {
        precondition(rows <= self.rows, "\(rows) rows in room for \(self.rows)")
        cantus_collect_nonzero(x, stride, rows, columns, counts, byRow, rowEnds, byColumn, columnEnds)
    }

    /// y `[rows, width]` += the matrix times b `[columns, width]`, rows `bStride` and `yStride` elements apart, which
    /// may be fewer than their width.
    package func addProduct(
        rows: Int, _ b: UnsafePointer<Float>, stride bStride: Int, to y: UnsafeMutablePointer<Float>,
        stride yStride: Int, width: Int
    ) {
        precondition(width >= Self.leastWidth, "rows of \(width) elements; \(Self.leastWidth) are the fewest")
        cantus_add_sparse_product(byRow, rowEnds, rows, b, bStride, y, yStride, width)
    }

    /// y `[columns, width]` += the transposed matrix times b `[rows, width]`.
    package func addTransposedProduct(
        _ b: UnsafePointer<Float>, stride bStride: Int, to y: UnsafeMutablePointer<Float>, stride yStride: Int,
        width: Int
    ) {
        precondition(width >= Self.leastWidth, "rows of \(width) elements; \(Self.leastWidth) are the fewest")
        cantus_add_sparse_product(byColumn, columnEnds, columns, b, bStride, y, yStride, width)
    }
}

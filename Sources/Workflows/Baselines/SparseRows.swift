/// A matrix of which each row holds few numbers, row after row (compressed sparse rows).
///
/// Row r holds `values[i]` in column `columns[i]` for i in `rowStarts[r]..<rowStarts[r + 1]`, columns ascending;
/// everything else is 0.
public struct SparseRows: Hashable, Sendable {
    /// Where each row starts in `columns` and `values`, and at the end their count: [N + 1].
    public private(set) var rowStarts: [Int] = [0]
    /// The column of each value, from 0.
    public private(set) var columns: [Int32] = []
    public private(set) var values: [Float] = []
    /// The width of the matrix.
    public let columnCount: Int

    /// A matrix without rows.
    public init(columnCount: Int) {
        precondition(columnCount >= 0 && columnCount <= Int32.max, "\(columnCount) columns")
        self.columnCount = columnCount
    }

    public var rowCount: Int { rowStarts.count - 1 }

    /// Adds a row of finite values in ascending columns.
    public mutating func append(_ row: some Sequence<(column: Int32, value: Float)>) {
        var previous: Int32 = -1
        for (column, value) in row {
            precondition(
                column > previous && column < columnCount,
                "column \(column) after \(previous) in a matrix of \(columnCount) columns")
            precondition(value.isFinite, "the value of column \(column) is \(value)")
            columns.append(column)
            values.append(value)
            previous = column
        }
        rowStarts.append(columns.count)
    }
}

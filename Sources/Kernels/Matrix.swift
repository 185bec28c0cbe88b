/// A row-major matrix in memory that someone else owns.
public struct Matrix {
    public let pointer: UnsafePointer<Float>
    public let rows: Int
    public let columns: Int
    /// Elements from one row to the next.
    public let stride: Int

    public init(_ pointer: UnsafePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
        self.pointer = pointer
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? max(columns, 1)
        precondition(self.stride >= columns, "rows of \(columns) elements do not fit a stride of \(self.stride)")
    }

    /// Some of its rows.
    package func rows(_ range: Range<Int>) -> Self {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
        return Self(pointer + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }
}

/// A row-major matrix in memory that someone else owns, to be written.
public struct MutableMatrix {
    public let pointer: UnsafeMutablePointer<Float>
    public let rows: Int
    public let columns: Int
    /// Elements from one row to the next.
    public let stride: Int

    public init(_ pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
        self.pointer = pointer
        self.rows = rows
        self.columns = columns
        self.stride = stride ?? max(columns, 1)
        precondition(self.stride >= columns, "rows of \(columns) elements do not fit a stride of \(self.stride)")
    }

    /// Some of its rows.
    package func rows(_ range: Range<Int>) -> Self {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
        return Self(pointer + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
    }
}

/// A sequence of tokens as one-hot vectors: row t is 1 in the column of token t and 0 elsewhere.
///
/// The sparse form is `columns`; `dense()` writes the matrix out. V is the size of the vocabulary, T the number of
/// tokens.
public struct OneHot: Hashable, Sendable {
    /// What becomes of tokens that the vocabulary does not have.
    public enum UnknownTokens: Hashable, Sendable {
        /// Their row is 1 in the column of the unknown entry.
        case ownColumn
        /// Their row is all zeros.
        case zeros
    }

    /// V, the number of columns.
    public let width: Int
    /// [T], the column of the 1 in each row; -1 for a row of zeros.
    public let columns: [Int32]

    /// - Precondition: Every id is in 0..<width, and the width is positive.
    public init(ids: [Int32], width: Int, unknown: UnknownTokens = .ownColumn) {
        precondition(width > 0, "one-hot vectors of width \(width)")
        for id in ids { precondition(id >= 0 && Int(id) < width, "id \(id) in one-hot vectors of width \(width)") }
        self.width = width
        columns = unknown == .ownColumn ? ids : ids.map { $0 == Vocabulary.unknownID ? -1 : $0 }
    }

    /// The one-hot vectors of tokens, as wide as the vocabulary.
    public init(tokens: [String], in vocabulary: Vocabulary, unknown: UnknownTokens = .ownColumn) {
        self.init(ids: vocabulary.ids(of: tokens), width: vocabulary.count, unknown: unknown)
    }

    /// The matrix [T, V], row by row.
    public func dense() -> [Float] {
        var matrix = [Float](repeating: 0, count: columns.count * width)
        for (row, column) in columns.enumerated() where column >= 0 {
            matrix[row * width + Int(column)] = 1
        }
        return matrix
    }
}

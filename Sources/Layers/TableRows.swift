import Kernels
import Tensors

/// The rows of a table `[V, D]` that identifiers name, in their order. Rows of a large table lie far apart, and are
/// asked for a few ahead.
struct TableRows {
    private let table: UnsafePointer<Float>
    private let identifiers: UnsafePointer<Int32>
    private let entries, width, count: Int
    private let owners: (Tensor, IndexTensor)
    private static let rowsAhead = 4

    init(of table: Tensor, _ identifiers: IndexTensor) {
        // Taken once: asking a tensor for its pointer counts a reference.
        (self.table, self.identifiers, owners) = (table.pointer, identifiers.pointer, (table, identifiers))
        (entries, width, count) = (table.shape[0], table.shape[1], identifiers.count)
    }

    /// The row that the identifier at a place names.
    func row(_ place: Int) -> UnsafePointer<Float> {
        let identifier = Int(identifiers[place])
        precondition((0..<entries).contains(identifier), "identifier \(identifier) of \(entries) entries")
        let ahead = Int(identifiers[min(place + Self.rowsAhead, count - 1)])
        Vector.prefetch(table + min(max(ahead, 0), entries - 1) * width, count: width)
        return table + identifier * width
    }
}

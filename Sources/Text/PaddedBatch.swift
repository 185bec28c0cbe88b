/// Sequences of ids side by side, filled up to one length.
///
/// N is the number of sequences, T the length of the longest, at least 1.
public struct PaddedBatch: Hashable, Sendable {
    /// [N, T], row by row: each sequence from the left, then padding.
    public let ids: [Int32]
    /// [N], how many ids of each row are no padding.
    public let lengths: [Int32]
    /// T, the length of every row.
    public let steps: Int

    /// N, the number of sequences.
    public var rows: Int { lengths.count }

    /// - Parameters:
    ///   - sequences: Of any lengths, 0 among them.
    ///   - maximumLength: Longer sequences lose their end; nil keeps all.
    ///   - padding: The id that fills the rows up.
    /// - Precondition: `maximumLength` is at least 1.
    public init(_ sequences: [[Int32]], maximumLength: Int? = nil, padding: Int32 = Vocabulary.paddingID) {
        precondition(maximumLength ?? 1 >= 1, "a maximum length of \(maximumLength ?? 1), at least 1 is expected")
        let limit = maximumLength ?? Int.max
        let kept = sequences.map { min($0.count, limit) }
        let steps = max(1, kept.max() ?? 1)
        var ids = [Int32](repeating: padding, count: sequences.count * steps)
        for (row, sequence) in sequences.enumerated() {
            ids.replaceSubrange(row * steps..<row * steps + kept[row], with: sequence[..<kept[row]])
        }
        self.ids = ids
        self.steps = steps
        lengths = kept.map(Int32.init)
    }
}

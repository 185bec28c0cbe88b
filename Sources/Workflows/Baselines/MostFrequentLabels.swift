/// The baseline that knows only how often each label occurs.
///
/// It scores every row alike: a label's score is the part of the training rows that have it. A tagger that does not
/// beat it has learned nothing from the text.
public struct MostFrequentLabels: Hashable, Sendable {
    /// For each label the part of the training rows that have it, from 0 to 1.
    public let frequencies: [Float]

    /// Counts the labels of the training rows.
    ///
    /// - Parameters:
    ///   - targets: for each training row the indices of its true labels; one named twice counts once.
    ///   - labelCount: L.
    public init(targets: [[Int32]], labelCount: Int) {
        var counts = [Int](repeating: 0, count: labelCount)
        var lastRow = [Int](repeating: -1, count: labelCount)
        for (row, labels) in targets.enumerated() {
            for label in labels.map(Int.init) {
                precondition(
                    label >= 0 && label < labelCount, "row \(row) has label \(label), the labels are 0..<\(labelCount)")
                if lastRow[label] != row { counts[label] += 1 }
                lastRow[label] = row
            }
        }
        frequencies = counts.map { targets.isEmpty ? 0 : Float(Double($0) / Double(targets.count)) }
    }

    /// The scores of any rows: [N, L], row-major.
    public func scores(rowCount: Int) -> [Float] {
        var scores: [Float] = []
        scores.reserveCapacity(rowCount * frequencies.count)
        for _ in 0..<rowCount { scores.append(contentsOf: frequencies) }
        return scores
    }
}

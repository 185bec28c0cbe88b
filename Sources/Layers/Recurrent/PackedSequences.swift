import Tensors

/// A batch of sequences laid out step by step, without its padding.
///
/// Rows are ordered by falling length. The rows that are still running at a step are then the first few, and lie
/// beside each other: step t holds rows `0..<sizes[t]`, from packed row `offsets[t]` on. No work is done on padding.
struct PackedSequences {
    /// Rows N of the batch, and steps T of its tensor.
    let rows: Int
    let steps: Int
    /// The length of the longest row.
    let longest: Int
    /// Packed rows P: the sum of the lengths.
    let total: Int
    private let order: IndexTensor  // [N] the row at each position
    private let lengths: IndexTensor  // [N] by position
    private let sizes: IndexTensor  // [longest]
    private let starts: IndexTensor  // [longest]
    private let places: IndexTensor  // [P] row * T + step of each packed row

    /// - Parameter reversed: Whether each row runs from its last valid step to its first.
    init(rows: Int, steps: Int, lengths: IndexTensor?, reversed: Bool) {
        lengths?.checkLengths(rows: rows, steps: steps)
        func length(_ row: Int) -> Int { lengths.map { Int($0.pointer[row]) } ?? steps }
        let order = IndexTensor(uninitialized: [rows])
        let ordered = IndexTensor(uninitialized: [rows])
        // A counting sort, stable: one pass to count the lengths, one to place the rows.
        let firsts = IndexTensor(uninitialized: [steps + 2])
        firsts.mutablePointer.update(repeating: 0, count: steps + 2)
        for row in 0..<rows { firsts.mutablePointer[steps - length(row) + 1] += 1 }
        for bin in 0...steps { firsts.mutablePointer[bin + 1] += firsts.mutablePointer[bin] }
        for row in 0..<rows {
            let bin = steps - length(row)
            let position = Int(firsts.mutablePointer[bin])
            firsts.mutablePointer[bin] += 1
            order.mutablePointer[position] = Int32(row)
            ordered.mutablePointer[position] = Int32(length(row))
        }
        let longest = rows > 0 ? Int(ordered.pointer[0]) : 0
        let sizes = IndexTensor(uninitialized: [longest])
        let starts = IndexTensor(uninitialized: [longest])
        var (total, running) = (0, rows)
        for step in 0..<longest {
            while running > 0, ordered.pointer[running - 1] <= step { running -= 1 }
            sizes.mutablePointer[step] = Int32(running)
            starts.mutablePointer[step] = Int32(total)
            total += running
        }
        let places = IndexTensor(uninitialized: [total])
        for step in 0..<longest {
            let start = Int(starts.pointer[step])
            for position in 0..<Int(sizes.pointer[step]) {
                let at = reversed ? Int(ordered.pointer[position]) - 1 - step : step
                places.mutablePointer[start + position] = Int32(Int(order.pointer[position]) * steps + at)
            }
        }
        (self.rows, self.steps, self.longest, self.total) = (rows, steps, longest, total)
        (self.order, self.lengths, self.sizes, self.starts, self.places) = (order, ordered, sizes, starts, places)
    }

    /// Rows that run at a step.
    func size(_ step: Int) -> Int { Int(sizes.pointer[step]) }
    /// The first packed row of a step.
    func start(_ step: Int) -> Int { Int(starts.pointer[step]) }
    /// The row of the batch at a position.
    func row(_ position: Int) -> Int { Int(order.pointer[position]) }
    /// The packed row of a position's last step; nil for a row of length zero.
    func last(_ position: Int) -> Int? {
        let length = Int(lengths.pointer[position])
        return length > 0 ? start(length - 1) + position : nil
    }
    /// Whether all rows have one length: every step then holds all of them.
    var isUniform: Bool { total == rows * longest }
    /// Whether no row has padding.
    var isWhole: Bool { total == rows * steps }
    /// The packed rows of some steps.
    func packedRows(_ steps: Range<Int>) -> Range<Int> {
        (steps.lowerBound < longest ? start(steps.lowerBound) : total)
            ..< (steps.upperBound < longest ? start(steps.upperBound) : total)
    }
    /// row * T + step of a packed row.
    func place(_ packed: Int) -> Int { Int(places.pointer[packed]) }

    /// `[N, T, D]` to `[P, D]`.
    func pack(_ x: UnsafePointer<Float>, width: Int, into packed: UnsafeMutablePointer<Float>) {
        for row in 0..<total { (packed + row * width).update(from: x + place(row) * width, count: width) }
    }

    /// `[P, D]`, rows `stride` apart, to `[N, T, D]`, with zeros in the padding.
    func unpack(_ packed: UnsafePointer<Float>, stride: Int, width: Int, into x: UnsafeMutablePointer<Float>) {
        for row in 0..<total { (x + place(row) * width).update(from: packed + row * stride, count: width) }
        for position in 0..<rows {
            let length = Int(lengths.pointer[position])
            (x + (row(position) * steps + length) * width).update(repeating: 0, count: (steps - length) * width)
        }
    }

    /// `[N, D]` from the batch's order to the order of positions, with rows `stride` apart and zeros between them.
    func order(
        _ x: UnsafePointer<Float>, width: Int, into ordered: UnsafeMutablePointer<Float>, stride: Int? = nil
    ) {
        let stride = stride ?? width
        for position in 0..<rows {
            let row = ordered + position * stride
            row.update(from: x + self.row(position) * width, count: width)
            (row + width).update(repeating: 0, count: stride - width)
        }
    }
}

import Kernels

/// Cuts examples into batches of similar length, in an order that is new every epoch.
///
/// An epoch's order follows from the seed and the epoch's number alone, so that a resumed training goes on exactly as
/// it would have. Examples are shuffled, sorted by length within pools of several batches, cut, and the batches
/// shuffled: little padding, without the same neighbours every time. Every example comes once an epoch; the last batch
/// may be smaller, and is not dropped.
public struct DataLoader: Sendable {
    private let lengths: [Int32]
    private let batchSize: Int
    private let seed: UInt64
    /// Batches whose examples are sorted together, at most; small data have several pools all the same, or the same
    /// examples would meet in every epoch.
    private static let batchesInPool = 50

    /// - Parameters:
    ///   - lengths: The length of each example.
    ///   - batchSize: Examples in a batch.
    public init(lengths: [Int32], batchSize: Int, seed: UInt64) {
        precondition(batchSize > 0, "batches of \(batchSize)")
        // Beyond the number of examples a size changes nothing, and sums with it could overflow.
        (self.lengths, self.batchSize, self.seed) = (lengths, min(batchSize, max(lengths.count, 1)), seed)
    }

    /// The number of examples.
    public var count: Int { lengths.count }

    /// The number of batches of an epoch.
    public var batchCount: Int { (count + batchSize - 1) / batchSize }

    /// The batches of an epoch, as indices of examples; within a batch by falling length.
    public func batches(epoch: Int) -> [[Int32]] {
        var generator = SeededGenerator(seed: seed, keys: SeededGenerator.key("epoch"), UInt64(epoch))
        var order = Array(0..<Int32(count))
        generator.shuffle(&order)
        let poolSize = batchSize * min(Self.batchesInPool, max(1, batchCount / 4))
        for start in stride(from: 0, to: count, by: poolSize) {
            sortByLength(&order[start..<min(start + poolSize, count)])
        }
        var batches = cut(order)
        generator.shuffle(&batches)
        return batches
    }

    /// All examples once, sorted by falling length: for evaluation, where order does not matter.
    public func batchesForEvaluation() -> [[Int32]] {
        var order = Array(0..<Int32(count))
        sortByLength(&order[...])
        return cut(order)
    }

    /// Stable, so that the result does not depend on how the sort goes about it.
    private func sortByLength(_ order: inout ArraySlice<Int32>) {
        let places = order.enumerated().sorted { a, b in
            let (x, y) = (lengths[Int(a.element)], lengths[Int(b.element)])
            return x != y ? x > y : a.offset < b.offset
        }
        for (index, place) in zip(order.indices, places) { order[index] = place.element }
    }

    private func cut(_ order: [Int32]) -> [[Int32]] {
        stride(from: 0, to: count, by: batchSize).map { Array(order[$0..<min($0 + batchSize, count)]) }
    }
}

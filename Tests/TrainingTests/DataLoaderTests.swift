import TestSupport
import Testing
import Training

@Suite struct DataLoaderTests {
    /// Lengths from 1 to 40.
    private func randomLengths(_ count: Int) -> [Int32] {
        var generator = SeededGenerator(seed: 6)
        return (0..<count).map { _ in Int32(1 + generator.index(below: 40)) }
    }

    @Test(arguments: [0, 1, 5, 15, 16, 17, 160, 1000], [1, 16]) func everyExampleComesOnce(count: Int, batchSize: Int) {
        let loader = DataLoader(lengths: randomLengths(count), batchSize: batchSize, seed: 3)
        #expect(loader.count == count && loader.batchCount == (count + batchSize - 1) / batchSize)
        for batches in [loader.batches(epoch: 1), loader.batches(epoch: 2), loader.batchesForEvaluation()] {
            #expect(batches.count == loader.batchCount)
            #expect(batches.flatMap { $0 }.sorted() == (0..<Int32(count)).map { $0 })
            // One batch at most is smaller than the others, and none is empty.
            let sizes = batches.map(\.count)
            #expect(sizes.allSatisfy { (1...batchSize).contains($0) })
            #expect(sizes.count { $0 < batchSize } == (count % batchSize == 0 ? 0 : 1))
        }
    }

    @Test func lengthsFallWithinABatch() {
        let lengths = randomLengths(1000)
        let loader = DataLoader(lengths: lengths, batchSize: 16, seed: 3)
        for batch in loader.batches(epoch: 1) {
            let found = batch.map { lengths[Int($0)] }
            #expect(found == found.sorted(by: >))
        }
        let all = loader.batchesForEvaluation().flatMap { $0 }.map { lengths[Int($0)] }
        #expect(all == all.sorted(by: >))
    }

    @Test func orderIsNewEveryEpochAndFollowsFromTheSeed() {
        let lengths = randomLengths(2000)
        func epochs(seed: UInt64) -> [[[Int32]]] {
            let loader = DataLoader(lengths: lengths, batchSize: 8, seed: seed)
            return (1...5).map { loader.batches(epoch: $0) }
        }
        let found = epochs(seed: 1)
        #expect(found == epochs(seed: 1))
        #expect(Set(found).count == 5)
        #expect(Set(found + epochs(seed: 2)).count == 10)
        // Not the same batches in another order either: an example meets others every time.
        let partners = found.map { batches in Set(batches.first { $0.contains(0) }!) }
        #expect(Set(partners).count == 5)
        // The first batch is not the one of the longest examples epoch after epoch.
        #expect(Set(found.map { lengths[Int($0[0][0])] }).count > 1)
    }

    /// Equal lengths leave nothing to sort: the order must be that of the shuffle, and so differ between epochs.
    @Test func equalLengthsStayShuffled() {
        let loader = DataLoader(lengths: [Int32](repeating: 4, count: 64), batchSize: 64, seed: 1)
        #expect(loader.batches(epoch: 1)[0] != (0..<64).map { $0 })
        #expect(loader.batches(epoch: 1) != loader.batches(epoch: 2))
    }

    @Test func batchesHoldSimilarLengths() {
        let lengths = randomLengths(5000)
        /// Steps that are padding, for every step that is not.
        func padding(_ batches: [[Int32]]) -> Double {
            let valid = batches.joined().reduce(0) { $0 + Int(lengths[Int($1)]) }
            let filled = batches.reduce(0) { sum, batch in
                sum + batch.count * Int(batch.map { lengths[Int($0)] }.max() ?? 0)
            }
            return Double(filled - valid) / Double(valid)
        }
        let unsorted = stride(from: 0, to: 5000, by: 32).map { Array(Int32($0)..<Int32(min($0 + 32, 5000))) }
        let loader = DataLoader(lengths: lengths, batchSize: 32, seed: 2)
        let found = padding(loader.batches(epoch: 1))
        #expect(padding(unsorted) > 0.8)
        #expect(found < 0.05, "padding \(found)")
    }

    /// Sizes and seeds come from recipes; none may overflow.
    @Test func anyBatchSizeWorks() {
        let loader = DataLoader(lengths: [3, 1, 2], batchSize: .max, seed: .max)
        #expect(loader.batchCount == 1)
        #expect(loader.batches(epoch: 1) == [[0, 2, 1]])
        #expect(loader.batchesForEvaluation() == [[0, 2, 1]])
        #expect(DataLoader(lengths: [], batchSize: .max, seed: 0).batches(epoch: 1).isEmpty)
    }
}

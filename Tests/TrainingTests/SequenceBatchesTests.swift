import TestSupport
import Testing
import Training

@Suite struct SequenceBatchesTests {
    @Test func streamsAreCutInOrder() {
        let batches = SequenceBatches(lengths: [7, 7, 7], rows: 3, chunkLength: 3, seed: 1)
        #expect(batches.count == 21 && batches.chunkCount == 3)
        let chunks = batches.chunks(epoch: 1)
        #expect(chunks.map(\.streams) == Array(repeating: [0, 1, 2], count: 3))
        #expect(chunks.map { $0.steps[0] } == [0..<3, 3..<6, 6..<7])
        #expect(chunks.allSatisfy { Set($0.steps).count == 1 })
        #expect(chunks.map(\.isFirst) == [true, false, false])
        #expect(chunks.map(\.stepCount) == [9, 9, 3])
    }

    /// Every step of every stream comes once an epoch, in order within its group.
    @Test(arguments: [1, 2, 4, 50], [1, 3, 100]) func everyStepComesOnce(rows: Int, length: Int) {
        let lengths = [5, 12, 0, 7, 7, 1, 9, 30, 2]
        let batches = SequenceBatches(lengths: lengths, rows: rows, chunkLength: length, seed: 3)
        for epoch in 1...3 {
            let chunks = batches.chunks(epoch: epoch)
            #expect(chunks.count == batches.chunkCount && chunks.map(\.stepCount).reduce(0, +) == batches.count)
            var seen = lengths.map { _ in 0 }
            for (index, chunk) in chunks.enumerated() {
                #expect(chunk.streams.count <= rows && chunk.stepCount > 0)
                #expect(chunk.isFirst || chunk.streams == chunks[index - 1].streams)
                for (stream, steps) in zip(chunk.streams, chunk.steps) {
                    #expect(steps.count <= length && steps.lowerBound == seen[Int(stream)])
                    #expect(!chunk.isFirst || steps.lowerBound == 0)
                    seen[Int(stream)] = steps.upperBound
                }
            }
            #expect(seen == lengths)
        }
    }

    @Test func ordersOfGroupsFollowFromSeedAndEpoch() {
        func order(_ seed: UInt64, _ epoch: Int) -> [Int32] {
            SequenceBatches(lengths: Array(repeating: 4, count: 40), rows: 2, chunkLength: 4, seed: seed)
                .chunks(epoch: epoch).map { $0.streams[0] }
        }
        #expect(order(1, 1) == order(1, 1))
        #expect(order(1, 1) != order(1, 2) && order(1, 1) != order(2, 1))
        #expect(order(1, 1).sorted() == order(2, 2).sorted())
    }

    @Test func noStreamsAreNoChunks() {
        for lengths in [[], [0, 0]] {
            let batches = SequenceBatches(lengths: lengths, rows: 2, chunkLength: 3, seed: 1)
            #expect(batches.chunks(epoch: 1) == [] && batches.chunkCount == 0 && batches.count == 0)
        }
    }
}

import Audio
import Kernels
import Testing

@Suite struct ChunkingTests {
    @Test func theRestIsPaddedOrDropped() {
        let padded = Chunking(chunkSeconds: 1, hopSeconds: 0.5)
        let dropped = Chunking(chunkSeconds: 1, hopSeconds: 0.5, rest: .drop)
        #expect(padded.ranges(sampleCount: 22, sampleRate: 10) == [0..<10, 5..<15, 10..<20, 15..<22])
        #expect(dropped.ranges(sampleCount: 22, sampleRate: 10) == [0..<10, 5..<15, 10..<20])
        // What the last whole chunk covers is no rest.
        #expect(padded.ranges(sampleCount: 20, sampleRate: 10) == [0..<10, 5..<15, 10..<20])
        // A sound that is shorter than a chunk has one in both cases; no sound has none.
        #expect(padded.ranges(sampleCount: 3, sampleRate: 10) == [0..<3])
        #expect(dropped.ranges(sampleCount: 3, sampleRate: 10) == [0..<3])
        #expect(padded.ranges(sampleCount: 0, sampleRate: 10) == [])
        // A hop above the length leaves gaps.
        let sparse = Chunking(chunkSeconds: 1, hopSeconds: 2)
        #expect(sparse.ranges(sampleCount: 45, sampleRate: 10) == [0..<10, 20..<30, 40..<45])
        #expect(sparse.ranges(sampleCount: 39, sampleRate: 10) == [0..<10, 20..<30])
    }

    @Test func aChunkIsFilledWithSilence() {
        let chunking = Chunking(chunkSeconds: 0.5, hopSeconds: 0.5)
        let clip = AudioClip(samples: [1, 2, 3, 4, 5, 6, 7], sampleRate: 8)
        #expect(chunking.ranges(sampleCount: 7, sampleRate: 8).map { chunking.chunk($0, of: clip) } == [
            [1, 2, 3, 4], [5, 6, 7, 0],
        ])
    }

    /// Whatever the lengths: chunks are of equal length, in order, and with a hop up to the length and padding every
    /// sample is in one; a stream in blocks of any size gives the same chunks.
    @Test func chunksOfAnyLengthsCoverAndStream() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<500 {
            let (length, hop) = (1 + generator.index(below: 12), 1 + generator.index(below: 15))
            let chunking = Chunking(
                chunkSeconds: Double(length) / 10, hopSeconds: Double(hop) / 10,
                rest: generator.index(below: 2) == 0 ? .pad : .drop)
            let clip = AudioClip(samples: (0..<generator.index(below: 60)).map { Float($0 + 1) }, sampleRate: 10)
            let ranges = chunking.ranges(sampleCount: clip.samples.count, sampleRate: 10)
            #expect(ranges.map(\.lowerBound) == ranges.indices.map { $0 * hop })
            #expect(ranges.allSatisfy { !$0.isEmpty && $0.count <= length && $0.upperBound <= clip.samples.count })
            #expect(ranges.dropLast().allSatisfy { $0.count == length })
            if hop <= length, chunking.rest == .pad {
                #expect(Set(ranges.flatMap { $0 }) == Set(clip.samples.indices))
            }
            var chunker = StreamChunker(chunking, sampleRate: 10)
            var streamed: [StreamChunker.Chunk] = []
            var rest = clip.samples[...]
            while !rest.isEmpty {
                let size = min(rest.count, 1 + generator.index(below: 20))
                streamed += chunker.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            if let last = chunker.finish() { streamed.append(last) }
            #expect(streamed.map(\.start) == ranges.map(\.lowerBound), "\(chunking) of \(clip.samples.count)")
            #expect(streamed.map(\.sampleCount) == ranges.map(\.count))
            #expect(streamed.map(\.samples) == ranges.map { chunking.chunk($0, of: clip) })
        }
    }
}

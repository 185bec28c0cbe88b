/// How a sound is cut into pieces of equal length.
///
/// Chunk k covers the samples from k hops on. What remains behind the last whole chunk makes one more, filled with
/// silence, where `rest` is `.pad`, and is left out where it is `.drop`. A sound that is shorter than one chunk gives
/// one, filled with silence, in both cases: otherwise it would have no say at all. With a hop below the length chunks
/// overlap; with one above it samples between them are passed over.
public struct Chunking: Codable, Hashable, Sendable {
    /// What becomes of samples behind the last whole chunk.
    public enum Rest: String, Codable, CaseIterable, Sendable {
        case pad
        case drop
    }

    public var chunkSeconds: Double
    public var hopSeconds: Double
    public var rest: Rest

    public init(chunkSeconds: Double, hopSeconds: Double, rest: Rest = .pad) {
        self.chunkSeconds = chunkSeconds
        self.hopSeconds = hopSeconds
        self.rest = rest
    }

    /// Samples of a chunk, at least one.
    public func chunkLength(sampleRate: Int) -> Int { max(1, Int((chunkSeconds * Double(sampleRate)).rounded())) }

    /// Samples from the start of a chunk to that of the next, at least one.
    public func hopLength(sampleRate: Int) -> Int { max(1, Int((hopSeconds * Double(sampleRate)).rounded())) }

    /// The samples of each chunk, in order; none for no samples. The last range ends at `sampleCount` where its chunk
    /// is to be filled with silence.
    public func ranges(sampleCount: Int, sampleRate: Int) -> [Range<Int>] {
        guard sampleCount > 0 else { return [] }
        let (length, hop) = (chunkLength(sampleRate: sampleRate), hopLength(sampleRate: sampleRate))
        guard sampleCount >= length else { return [0..<sampleCount] }
        let whole = (sampleCount - length) / hop + 1
        var ranges = (0..<whole).map { $0 * hop..<$0 * hop + length }
        // The rest is what no chunk covers.
        let next = whole * hop
        if rest == .pad, ranges[whole - 1].upperBound < sampleCount, next < sampleCount {
            ranges.append(next..<sampleCount)
        }
        return ranges
    }

    /// One chunk in its full length: the samples of a range of `ranges`, then silence.
    public func chunk(_ range: Range<Int>, of clip: AudioClip) -> [Float] {
        let length = chunkLength(sampleRate: clip.sampleRate)
        var chunk = [Float](clip.samples[range])
        chunk.append(contentsOf: repeatElement(0, count: length - range.count))
        return chunk
    }
}

/// Cuts a stream into chunks as it comes (see `Chunking`): the same chunks as of the whole sound.
public struct StreamChunker: Sendable {
    /// A chunk and where it stands.
    public struct Chunk: Hashable, Sendable {
        /// The first sample of the chunk, counted from the start of the stream.
        public let start: Int
        /// Samples that came from the stream; the rest of the chunk is silence.
        public let sampleCount: Int
        /// The chunk in its full length.
        public let samples: [Float]
    }

    public let chunking: Chunking
    public let sampleRate: Int
    private let chunkLength: Int  // samples
    private let hopLength: Int  // samples
    /// The samples from `start` on.
    private var held: [Float] = []
    /// Where the next chunk starts.
    private var start = 0
    /// Samples between chunks that are still to be passed over.
    private var skip = 0

    public init(_ chunking: Chunking, sampleRate: Int) {
        self.chunking = chunking
        self.sampleRate = sampleRate
        chunkLength = chunking.chunkLength(sampleRate: sampleRate)
        hopLength = chunking.hopLength(sampleRate: sampleRate)
    }

    /// Takes the next samples, and hands out the chunks that they complete.
    public mutating func append(_ samples: [Float]) -> [Chunk] {
        let skipped = min(skip, samples.count)
        skip -= skipped
        held.append(contentsOf: samples[skipped...])
        var chunks: [Chunk] = []
        var used = 0
        while skip == 0, held.count - used >= chunkLength {
            chunks.append(
                Chunk(start: start, sampleCount: chunkLength, samples: Array(held[used..<used + chunkLength])))
            let advance = min(hopLength, held.count - used)
            used += advance
            skip = hopLength - advance
            start += hopLength
        }
        held.removeFirst(used)
        return chunks
    }

    /// The last chunk of a stream that has ended, where there is one (see `Chunking.rest`).
    public mutating func finish() -> Chunk? {
        defer { held = [] }
        let isFirst = start == 0
        // Samples that the chunk before covers make no chunk of their own.
        let covered = isFirst ? 0 : max(0, chunkLength - hopLength)
        guard held.count > covered, isFirst || chunking.rest == .pad else { return nil }
        let padding = [Float](repeating: 0, count: chunkLength - held.count)
        return Chunk(start: start, sampleCount: held.count, samples: held + padding)
    }
}

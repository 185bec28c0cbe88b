import Audio
import Kernels

extension AudioClassifier {
    /// What a whole sound is, by the votes of its chunks.
    public struct Classification: Encodable, Hashable, Sendable {
        public let file: String
        public let seconds: Double
        public let chunks: Int
        /// All labels, the most probable first.
        public let labels: [Prediction]
    }

    /// What one chunk of a stream is.
    public struct Moment: Encodable, Hashable, Sendable {
        /// Seconds from the start of the stream.
        public let start: Double
        public let end: Double
        /// All labels, the most probable first.
        public let labels: [Prediction]
    }

    /// Chunks of a file that are classified at a time, so that memory does not grow with its length.
    private static let blockSize = 64

    /// Classifies a sound file, block by block.
    ///
    /// - Parameter path: The file; `-` for standard input.
    /// - Throws: `FileError` where the file is no sound that can be read, `AudioError`.
    public func classification(of path: String, pool: WorkerPool) throws -> Classification {
        let stream = try SampleStream(file: path, sampleRate: sampleRate)
        var sums = [Double](repeating: 0, count: labels.count)
        var (chunks, samples) = (0, 0)
        try read(stream, blockSize: Self.blockSize) { block in
            let scores = try logProbabilities(of: SoundChunks(block.map(\.sounding)), pool: pool)
            for (place, score) in scores.enumerated() { sums[place % labels.count] += Double(score) }
            chunks += block.count
            samples = max(samples, block.last.map { $0.start + $0.sampleCount } ?? 0)
        }
        return Classification(
            file: path, seconds: Double(samples) / Double(sampleRate), chunks: chunks,
            labels: ranked(sums.map { Float($0 / Double(max(chunks, 1))) }))
    }

    /// Classifies a raw stream as it comes, chunk by chunk.
    ///
    /// - Parameters:
    ///   - path: `-` for standard input.
    ///   - format: How its samples are written; they are brought to the model's rate.
    ///   - body: Called with each chunk as soon as its last sample is there.
    /// - Throws: `FileError` where reading fails, `AudioError`, and what `body` throws.
    public func classify(
        stream path: String, format: PCMFormat, pool: WorkerPool, _ body: (Moment) throws -> Void
    ) throws {
        let stream = try SampleStream(raw: path, format: format, sampleRate: sampleRate)
        try read(stream, blockSize: 1) { block in
            for chunk in block {
                let scores = try logProbabilities(of: SoundChunks([chunk.sounding]), pool: pool)
                let rate = Double(sampleRate)
                try body(
                    Moment(
                        start: Double(chunk.start) / rate, end: Double(chunk.start + chunk.sampleCount) / rate,
                        labels: ranked(scores)))
            }
        }
    }

    /// Cuts a stream into chunks as it comes, and hands out blocks of at least `blockSize`; the last may be smaller.
    private func read(
        _ stream: SampleStream, blockSize: Int, _ body: ([StreamChunker.Chunk]) throws -> Void
    ) throws {
        var chunker = StreamChunker(recipe.chunking, sampleRate: sampleRate)
        var (samples, held): ([Float], [StreamChunker.Chunk]) = ([], [])
        while try stream.read(into: &samples) {
            held += chunker.append(samples)
            guard held.count >= blockSize else { continue }
            try body(held)
            held = []
        }
        if let last = chunker.finish() { held.append(last) }
        if !held.isEmpty { try body(held) }
    }
}

extension StreamChunker.Chunk {
    /// The samples that came from the stream.
    fileprivate var sounding: ArraySlice<Float> { samples[..<sampleCount] }
}

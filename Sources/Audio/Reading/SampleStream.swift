import Files

/// Mono samples at one rate, from a sound file or a raw stream, in blocks: memory does not grow with the length.
///
///     let stream = try SampleStream(file: "street.flac", sampleRate: 16_000)
///     var block: [Float] = []
///     while try stream.read(into: &block) { ... }
public final class SampleStream {
    /// Samples a second of what is read.
    public let sampleRate: Int
    /// The name of the source in messages.
    public var name: String { reader.name }

    private let reader: any FrameReader
    private let resampler: Resampler?
    private var frames: [Float] = []
    private var isAtEnd = false

    /// Opens a sound file; `-` is standard input, which is then copied to a temporary file first.
    ///
    /// - Parameter sampleRate: What the sound is resampled to; nil keeps the file's own rate.
    /// - Throws: `FileError`.
    public convenience init(file path: String, sampleRate: Int? = nil) throws {
        try self.init(AudioFile(path: path), sampleRate: sampleRate)
    }

    /// Opens a raw stream; `-` is standard input.
    ///
    /// - Parameter sampleRate: What the sound is resampled to; nil keeps the stream's own rate.
    /// - Throws: `FileError`.
    public convenience init(raw path: String, format: PCMFormat, sampleRate: Int? = nil) throws {
        try self.init(PCMReader(path: path, format: format), sampleRate: sampleRate)
    }

    init(_ reader: any FrameReader, sampleRate: Int?) throws {
        self.reader = reader
        self.sampleRate = sampleRate ?? reader.sampleRate
        let ratio = Double(self.sampleRate) / Double(reader.sampleRate)
        guard ratio <= Resampler.maximumRatio, ratio >= 1 / Resampler.maximumRatio else {
            throw FileError.malformed(
                reader.name, .file, "\(reader.sampleRate) Hz were found, which cannot be resampled to \(self.sampleRate) Hz")
        }
        resampler = ratio == 1 ? nil : Resampler(from: reader.sampleRate, to: self.sampleRate)
    }

    /// Replaces `block` by the next samples, at least one; false at the end.
    ///
    /// - Throws: `FileError` where decoding fails or a sample is not finite.
    public func read(into block: inout [Float]) throws -> Bool {
        guard let resampler else { return try reader.read(into: &block) }
        block.removeAll(keepingCapacity: true)
        while block.isEmpty, !isAtEnd {
            isAtEnd = try !reader.read(into: &frames)
            if isAtEnd { frames.removeAll(keepingCapacity: true) }
            frames.withUnsafeBufferPointer { resampler.process($0, isLast: isAtEnd, appendingTo: &block) }
        }
        return !block.isEmpty
    }

    /// All samples that are left.
    public func readAll() throws -> [Float] {
        var samples: [Float] = []
        if let count = reader.expectedFrameCount {
            samples.reserveCapacity(Int(Double(count) * (resampler?.ratio ?? 1)) + 1)
        }
        var block: [Float] = []
        while try read(into: &block) { samples.append(contentsOf: block) }
        return samples
    }
}

import Files

/// Mono sound: samples at a rate.
public struct AudioClip: Hashable, Sendable {
    /// Full scale is -1 to 1; floats from a file may lie beyond it.
    public var samples: [Float]
    /// Samples a second.
    public var sampleRate: Int

    public init(samples: [Float], sampleRate: Int) {
        precondition(sampleRate > 0, "a clip of \(sampleRate) samples a second")
        self.samples = samples
        self.sampleRate = sampleRate
    }

    public var seconds: Double { Double(samples.count) / Double(sampleRate) }

    /// Reads a whole sound file (see `AudioFile` for the formats), mixed to mono.
    ///
    /// - Parameters:
    ///   - path: The file; `-` for standard input.
    ///   - sampleRate: What the sound is resampled to; nil keeps the file's own rate.
    /// - Throws: `FileError` where the file cannot be read, is no sound, holds no frame, is cut short, or has a sample
    ///   that is not finite.
    public static func read(path: String, sampleRate: Int? = nil) throws -> AudioClip {
        let stream = try SampleStream(file: path, sampleRate: sampleRate)
        let samples = try stream.readAll()
        guard !samples.isEmpty else {
            throw FileError.malformed(
                InputFile.displayName(path), .file,
                "too few frames to make one sample at \(stream.sampleRate) Hz were found")
        }
        return AudioClip(samples: samples, sampleRate: stream.sampleRate)
    }

    /// This clip at another rate (see `Resampler`).
    public func resampled(to sampleRate: Int) -> AudioClip {
        guard sampleRate != self.sampleRate else { return self }
        let resampler = Resampler(from: self.sampleRate, to: sampleRate)
        var output: [Float] = []
        output.reserveCapacity(Int(Double(samples.count) * resampler.ratio) + 1)
        samples.withUnsafeBufferPointer { resampler.process($0, isLast: true, appendingTo: &output) }
        return AudioClip(samples: output, sampleRate: sampleRate)
    }
}

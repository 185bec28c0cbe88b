/// What the header of a sound file says. No sample is decoded for it.
public struct AudioInfo: Codable, Hashable, Sendable {
    public let path: String
    /// The container, in libsndfile's words: `WAV (Microsoft)`.
    public let format: String
    /// How samples are written, in libsndfile's words: `Signed 16 bit PCM`.
    public let encoding: String
    /// Frames a second.
    public let sampleRate: Int
    public let channelCount: Int
    /// nil where the header does not say.
    public let frameCount: Int?

    public var seconds: Double? { frameCount.map { Double($0) / Double(sampleRate) } }

    /// Reads the header of a file, which must be a sound file that holds a frame and is not cut short.
    ///
    /// - Parameter path: The file; `-` for standard input.
    /// - Throws: `FileError`.
    public static func read(path: String) throws -> AudioInfo { try AudioFile(path: path).info }
}

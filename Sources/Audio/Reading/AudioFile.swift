import CSndFile
import Files
import Glibc

/// A sound file, read through libsndfile in blocks: WAV, FLAC, OGG (Vorbis, Opus), AIFF, AU, CAF, and MP3 where the
/// library was built with it. The content decides, not the name. Any rate, depth and number of channels; channels are
/// mixed to their mean.
final class AudioFile: FrameReader {
    let info: AudioInfo
    private let handle: OpaquePointer
    /// One block of interleaved frames.
    private var interleaved: [Float]
    private var framesRead = 0
    /// Whether the number of frames in the header is an estimate: that of MPEG streams.
    private let isEstimate: Bool

    private static let blockSize = 16_384  // samples of all channels

    /// - Parameter path: The file; `-` for standard input, which is then copied to a temporary file.
    /// - Throws: `FileError`.
    init(path: String) throws {
        let name = InputFile.displayName(path)
        let descriptor = try Self.descriptor(path, name)
        do {
            try ContainerCheck.run(descriptor, name: name)
        } catch {
            close(descriptor)
            throw error
        }
        var header = SF_INFO()
        // The library closes the descriptor, also where it fails.
        guard let handle = sf_open_fd(descriptor, Int32(SFM_READ), &header, 1) else {
            throw FileError.malformed(
                name, .file, "no sound that can be read was found: \(Self.words(sf_strerror(nil)))")
        }
        self.handle = handle
        guard header.samplerate > 0, header.channels > 0 else {
            sf_close(handle)
            throw FileError.malformed(
                name, .file,
                "\(header.channels) channels at \(header.samplerate) Hz were found, at least one of each was expected")
        }
        guard header.frames > 0 else {
            sf_close(handle)
            throw FileError.malformed(name, .file, "the sound has no frame, at least one was expected")
        }
        let container = header.format & Int32(SF_FORMAT_TYPEMASK)
        isEstimate = container == Int32(SF_FORMAT_MPEG)
        info = AudioInfo(
            path: name, format: Self.name(ofFormat: container),
            encoding: Self.name(ofFormat: header.format & Int32(SF_FORMAT_SUBMASK)),
            sampleRate: Int(header.samplerate), channelCount: Int(header.channels),
            frameCount: header.frames == sf_count_t.max ? nil : Int(header.frames))
        let frames = max(1, Self.blockSize / Int(header.channels))
        interleaved = [Float](repeating: 0, count: frames * Int(header.channels))
    }

    deinit { sf_close(handle) }

    var name: String { info.path }
    var sampleRate: Int { info.sampleRate }
    var expectedFrameCount: Int? { info.frameCount }

    func read(into output: inout [Float]) throws -> Bool {
        output.removeAll(keepingCapacity: true)
        let channels = info.channelCount
        let capacity = interleaved.count / channels
        let count = Int(interleaved.withUnsafeMutableBufferPointer {
            sf_readf_float(handle, $0.baseAddress!, sf_count_t(capacity))
        })
        guard count > 0 else {
            try checkEnd()
            return false
        }
        interleaved.withUnsafeBufferPointer { samples in
            let scale = 1 / Float(channels)
            for frame in 0..<count {
                var sum: Float = 0
                for channel in 0..<channels { sum += samples[frame * channels + channel] }
                output.append(channels == 1 ? sum : sum * scale)
            }
        }
        try checkFinite(output, firstFrame: framesRead)
        framesRead += count
        return true
    }

    /// At the end all frames must have come that the header promised.
    private func checkEnd() throws {
        if framesRead == 0 {
            throw FileError.malformed(name, .file, "no frame can be decoded: \(Self.words(sf_strerror(handle)))")
        }
        guard !isEstimate, let expected = info.frameCount, framesRead < expected else { return }
        throw FileError.malformed(
            name, .file, "decoding ends after \(framesRead) of \(expected) frames: the file is cut short or damaged")
    }

    private static func descriptor(_ path: String, _ name: String) throws -> Int32 {
        if path == "-" { return try temporaryFile(StreamedFile(path: path)) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let message = errno == ENOENT ? "no such file" : "cannot be opened: \(InputFile.systemMessage())"
            throw FileError(.missing, path: name, message)
        }
        return descriptor
    }

    /// A file without a name that holds all that a stream does: libsndfile seeks, which a pipe cannot.
    private static func temporaryFile(_ stream: StreamedFile) throws -> Int32 {
        let file = try TemporaryFile()
        try file.append(contentsOf: stream)
        return try file.rewound().duplicatedDescriptor()
    }

    private static func name(ofFormat format: Int32) -> String {
        var entry = SF_FORMAT_INFO()
        entry.format = format
        let status = sf_command(nil, Int32(SFC_GET_FORMAT_INFO), &entry, Int32(MemoryLayout<SF_FORMAT_INFO>.size))
        return status == 0 && entry.name != nil ? String(cString: entry.name) : "unknown"
    }

    /// The library's words as a clause: without white space and full stop at the end.
    private static func words(_ text: UnsafePointer<CChar>?) -> String {
        var words = text.map { String(cString: $0) } ?? "unknown error"
        while let last = words.last, last == "." || last.isWhitespace { words.removeLast() }
        return words
    }
}

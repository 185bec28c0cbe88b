import Files
import Glibc

/// Reads a raw stream, frame by frame, as it comes: a read returns what is there and waits only where nothing is.
final class PCMReader: FrameReader {
    let format: PCMFormat
    let name: String
    private let descriptor: Int32
    private var bytes: [UInt8]
    /// Bytes that are held: the part of a frame whose rest has not come yet.
    private var held = 0
    private var framesRead = 0

    /// - Parameter path: `-` for standard input.
    init(path: String, format: PCMFormat) throws {
        self.format = format
        name = InputFile.displayName(path)
        descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw FileError(
                .missing, path: name,
                errno == ENOENT ? "no such file" : "cannot be opened: \(InputFile.systemMessage())")
        }
        bytes = [UInt8](repeating: 0, count: 4096 * format.frameByteCount)
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    var sampleRate: Int { format.sampleRate }
    var expectedFrameCount: Int? { nil }

    func read(into output: inout [Float]) throws -> Bool {
        output.removeAll(keepingCapacity: true)
        while true {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress! + held, buffer.count - held)
            }
            if got < 0 {
                if errno == EINTR { continue }
                throw FileError(
                    .inputOutput, path: name, place: .byte(framesRead * format.frameByteCount + held),
                    "reading failed: \(InputFile.systemMessage())")
            }
            if got == 0 {
                guard held == 0 else {
                    throw FileError.malformed(
                        name, .byte(framesRead * format.frameByteCount + held),
                        "the stream ends within a frame: \(held) of its \(format.frameByteCount) bytes were found")
                }
                return false
            }
            held += got
            let frames = held / format.frameByteCount
            if frames == 0 { continue }
            try mix(frames, into: &output)
            let used = frames * format.frameByteCount
            bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress!.copyMemory(from: buffer.baseAddress! + used, byteCount: held - used)
            }
            held -= used
            framesRead += frames
            return true
        }
    }

    private func mix(_ frames: Int, into output: inout [Float]) throws {
        let scale = 1 / Float(format.channelCount)
        let width = format.encoding.byteCount
        bytes.withUnsafeBytes { bytes in
            for frame in 0..<frames {
                var sum: Float = 0
                for channel in 0..<format.channelCount {
                    sum += format.sample(bytes.baseAddress! + frame * format.frameByteCount + channel * width)
                }
                output.append(sum * scale)
            }
        }
        try checkFinite(output, firstFrame: framesRead)
    }
}

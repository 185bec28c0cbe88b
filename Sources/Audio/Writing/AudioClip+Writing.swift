import CSndFile
import Files

extension AudioClip {
    /// Containers that a clip can be written in. Samples become whole numbers of 16 bits, cut off at full scale.
    public enum Container: String, CaseIterable, Sendable {
        case wav
        case flac

        fileprivate var format: Int32 {
            Int32(SF_FORMAT_PCM_16) | Int32(self == .wav ? SF_FORMAT_WAV : SF_FORMAT_FLAC)
        }
    }

    /// Writes the clip in one step (see `OutputFile`).
    ///
    /// - Throws: `FileError`.
    public func write(to path: String, as container: Container, replacing: Bool) throws {
        let bytes = try encoded(as: container, name: path)
        try OutputFile.write(to: path, replacing: replacing) { try $0.append(bytes) }
    }

    /// The bytes of the file.
    private func encoded(as container: Container, name: String) throws -> [UInt8] {
        let memory = MemoryFile()
        var calls = MemoryFile.calls
        var header = SF_INFO()
        header.samplerate = Int32(sampleRate)
        header.channels = 1
        header.format = container.format
        let argument = Unmanaged.passUnretained(memory).toOpaque()
        guard let handle = sf_open_virtual(&calls, Int32(SFM_WRITE), &header, argument) else {
            throw FileError(
                .cannotCreate, path: name,
                "\(sampleRate) Hz cannot be written as \(container.rawValue): \(String(cString: sf_strerror(nil)))")
        }
        sf_command(handle, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
        let written = samples.withUnsafeBufferPointer { sf_writef_float(handle, $0.baseAddress, sf_count_t($0.count)) }
        let status = sf_close(handle)
        guard written == samples.count, status == 0 else {
            throw FileError(.inputOutput, path: name, "encoding failed after \(written) of \(samples.count) samples")
        }
        return memory.bytes
    }
}

/// A file in memory, as libsndfile writes it.
private final class MemoryFile {
    var bytes: [UInt8] = []
    private var place = 0

    static var calls: SF_VIRTUAL_IO {
        SF_VIRTUAL_IO(
            get_filelen: { sf_count_t(MemoryFile.of($0).bytes.count) },
            seek: { MemoryFile.of($2).seek(Int($0), from: $1) },
            read: { MemoryFile.of($2).read($0!, Int($1)) },
            write: { MemoryFile.of($2).write($0!, Int($1)) },
            tell: { sf_count_t(MemoryFile.of($0).place) })
    }

    private static func of(_ argument: UnsafeMutableRawPointer?) -> MemoryFile {
        Unmanaged<MemoryFile>.fromOpaque(argument!).takeUnretainedValue()
    }

    private func seek(_ offset: Int, from origin: Int32) -> sf_count_t {
        switch origin {
        case Int32(SF_SEEK_SET): place = offset
        case Int32(SF_SEEK_CUR): place += offset
        default: place = bytes.count + offset
        }
        return sf_count_t(place)
    }

    private func read(_ target: UnsafeMutableRawPointer, _ count: Int) -> sf_count_t {
        let count = max(0, min(count, bytes.count - place))
        bytes.withUnsafeBytes { target.copyMemory(from: $0.baseAddress! + place, byteCount: count) }
        place += count
        return sf_count_t(count)
    }

    private func write(_ source: UnsafeRawPointer, _ count: Int) -> sf_count_t {
        if place + count > bytes.count {
            bytes.append(contentsOf: repeatElement(0, count: place + count - bytes.count))
        }
        bytes.withUnsafeMutableBytes { ($0.baseAddress! + place).copyMemory(from: source, byteCount: count) }
        place += count
        return sf_count_t(count)
    }
}

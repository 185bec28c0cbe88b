import Files
import Glibc

/// Looks for WAV and AIFF files that were cut short: libsndfile takes what is there for the whole.
///
/// The chunks of the file are walked up to the one with the samples, and its promised length is held to what follows.
/// Lengths of 0 and of 2 GiB and more are what programs write who do not know the length yet: such files are taken as
/// they are. Other containers pass; damage in them shows as they are decoded.
enum ContainerCheck {
    private static let longestPromise = 0x7FFF_0000  // bytes

    /// - Parameter descriptor: An open file; where it stands is left at its start.
    static func run(_ descriptor: Int32, name: String) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw FileError(.inputOutput, path: name, "cannot be examined: \(InputFile.systemMessage())")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw FileError(.missing, path: name, "a folder was found, a file was expected")
        }
        let size = Int(status.st_size)
        guard size > 0 || status.st_mode & S_IFMT != S_IFREG else {
            throw FileError.malformed(name, .file, "the file is empty, a sound file was expected")
        }
        guard let head = bytes(descriptor, at: 0, count: 12) else { return }
        switch (tag(head, 0), tag(head, 8)) {
        case ("RIFF", "WAVE"): try walk(descriptor, size, "data", bigEndian: false, name)
        case ("FORM", "AIFF"), ("FORM", "AIFC"): try walk(descriptor, size, "SSND", bigEndian: true, name)
        default: return
        }
    }

    private static func walk(
        _ descriptor: Int32, _ size: Int, _ wanted: String, bigEndian: Bool, _ name: String
    ) throws {
        var offset = 12
        while let header = bytes(descriptor, at: offset, count: 8) {
            let digits = bigEndian ? Array(header[4..<8]) : header[4..<8].reversed()
            let length = digits.reduce(0) { $0 << 8 | Int($1) }
            let start = offset + 8
            if tag(header, 0) == wanted {
                guard length > 0, length < longestPromise, start + length > size else { return }
                throw FileError.malformed(
                    name, .byte(size),
                    "the file ends after \(size - start) of \(length) bytes of samples: it is cut short")
            }
            // Chunks start at even places.
            offset = start + length + length % 2
        }
        throw FileError.malformed(
            name, .byte(size), "the file ends before its samples: no chunk \"\(wanted)\" was found")
    }

    private static func tag(_ bytes: [UInt8], _ start: Int) -> String {
        String(decoding: bytes[start..<start + 4], as: UTF8.self)
    }

    /// nil where the file has fewer.
    private static func bytes(_ descriptor: Int32, at offset: Int, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress!, count, off_t(offset)) }
        return got == count ? bytes : nil
    }
}

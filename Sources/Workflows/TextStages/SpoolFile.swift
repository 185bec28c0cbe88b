import Files
import Glibc

/// A file without a name for what has to be read more than once. It is gone when this object is, and when the process
/// ends in whatever way.
final class SpoolFile {
    private let descriptor: Int32
    private let name: String

    /// - Throws: `FileError` where the folder for temporary files (`TMPDIR`, or else `/tmp`) takes no file.
    init() throws {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        name = (folder.isEmpty ? "/tmp" : folder) + "/cantus.XXXXXX"
        var path = Array(name.utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path: name, "cannot be created: \(InputFile.systemMessage())")
        }
        unlink(path)
    }

    deinit { close(descriptor) }

    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let written = write(descriptor, base, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw FileError(.inputOutput, path: name, "writing failed: \(InputFile.systemMessage())")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Reads from the start; one reader at a time.
    func reader() -> TextReader {
        lseek(descriptor, 0, SEEK_SET)
        return TextReader(descriptor: descriptor, name: name, owner: self)
    }
}

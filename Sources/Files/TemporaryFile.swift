import Glibc

/// A file without a name for what has to be read more than once. It is gone when this object and its `contents` are,
/// and when the process ends in whatever way.
package final class TemporaryFile: Sendable {
    /// What was written, to be read.
    package let contents: StreamedFile

    /// - Throws: `FileError` where the folder for temporary files (`TMPDIR`, or else `/tmp`) takes no file.
    package init() throws {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        // mkstemp puts letters and digits of its own in the place of the last six.
        let name = (folder.isEmpty ? "/tmp" : folder) + "/cantus." + String(repeating: "X", count: 6)
        var path = Array(name.utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path: name, "cannot be created: \(InputFile.systemMessage())")
        }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        contents = StreamedFile(descriptor: descriptor, name: name)
    }

    /// Writes at the end.
    package func append(_ bytes: UnsafeRawBufferPointer) throws { try contents.append(bytes) }

    /// Copies all that is left of a stream.
    package func append(contentsOf stream: StreamedFile) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { buffer.deallocate() }
        var offset = 0
        while case let count = try stream.read(into: buffer, offset: offset), count > 0 {
            try append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += count
        }
    }

    /// The contents from their start; one reader at a time.
    package func rewound() -> StreamedFile {
        contents.rewind()
        return contents
    }
}

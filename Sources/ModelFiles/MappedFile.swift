import Files
import Glibc

/// The content of a file, mapped into memory: opening costs no copy and pages are read when they are touched.
///
/// A process that shortens the file in place while it is mapped makes later reads fail with a bus error; replacing
/// it, as `OutputFile` does, is safe.
final class MappedFile: Sendable {
    // The mapping is read-only and lives until `deinit`.
    nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

    /// Maps a regular file that is not empty; nil for anything else, which must be read instead.
    ///
    /// - Throws: `FileError` of kind `.missing` where there is no such file or it cannot be opened, `.inputOutput`
    ///   where it cannot be mapped.
    init?(path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let message = errno == ENOENT ? "no such file" : "cannot be opened: \(InputFile.systemMessage())"
            throw FileError(.missing, path: path, message)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw FileError(.inputOutput, path: path, "cannot be examined: \(InputFile.systemMessage())")
        }
        guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else { return nil }
        let count = Int(status.st_size)
        guard let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw FileError(.inputOutput, path: path, "cannot be mapped: \(InputFile.systemMessage())")
        }
        bytes = UnsafeRawBufferPointer(start: base, count: count)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

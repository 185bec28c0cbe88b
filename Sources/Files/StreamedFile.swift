import Glibc

/// A file, or standard input, that is read in pieces: for input that may be larger than memory.
package final class StreamedFile: Sendable {
    private let descriptor: Int32
    private let closes: Bool
    /// The name in messages.
    package let name: String

    /// - Parameter path: A file, or `-` for standard input.
    /// - Throws: `FileError` of kind `.missing` where there is no such file, it cannot be opened or is a folder.
    package init(path: String) throws {
        name = InputFile.displayName(path)
        closes = path != "-"
        if closes { try Self.check(path) }
        descriptor = closes ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO
        guard descriptor >= 0 else { throw Self.missing(path) }
    }

    /// Takes a descriptor over.
    init(descriptor: Int32, name: String) { (self.descriptor, self.name, closes) = (descriptor, name, true) }

    deinit { if closes { close(descriptor) } }

    /// Looks at a path without opening it.
    ///
    /// - Throws: `FileError` of kind `.missing` where there is no file.
    package static func check(_ path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw missing(path) }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw FileError(.missing, path: path, "a folder was found, a file was expected")
        }
    }

    private static func missing(_ path: String) -> FileError {
        let message = errno == ENOENT ? "no such file" : "cannot be opened: \(InputFile.systemMessage())"
        return FileError(.missing, path: path, message)
    }

    /// The size in bytes; nil for what has no end yet, as a pipe.
    package var size: Int? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Reads what comes next, at most as much as there is room for; 0 at the end.
    ///
    /// - Parameter offset: The bytes before it, for the message.
    /// - Throws: `FileError` where reading fails.
    package func read(into buffer: UnsafeMutableRawBufferPointer, offset: Int) throws -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw failure(at: offset) }
        }
    }

    /// Reads from a place on until the buffer is full or the file ends; for files with a size.
    ///
    /// - Returns: The bytes read.
    /// - Throws: `FileError` where reading fails.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        var done = 0
        while done < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, offset + done)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(at: offset + done)
            }
            done += count
        }
        return done
    }

    private func failure(at offset: Int) -> FileError {
        FileError(.inputOutput, path: name, place: .byte(offset), "reading failed: \(InputFile.systemMessage())")
    }

    /// Writes at the end.
    func append(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let count = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(.inputOutput, path: name, "writing failed: \(InputFile.systemMessage())")
            }
            done += count
        }
    }

    /// Another descriptor of the same open file, for a library that closes it; the file lives as long as either.
    package func duplicatedDescriptor() throws -> Int32 {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else {
            throw FileError(.inputOutput, path: name, "cannot be opened again: \(InputFile.systemMessage())")
        }
        return copy
    }

    /// Goes back to the start.
    func rewind() { lseek(descriptor, 0, SEEK_SET) }
}

import Glibc

/// Reading whole files and standard input as bytes.
public enum InputFile {
    /// The name under which standard input appears in messages.
    public static let standardInputName = "standard input"

    /// The name of a path in messages: `-` stands for standard input.
    public static func displayName(_ path: String) -> String {
        path == "-" ? standardInputName : path
    }

    /// All bytes of a file, or of standard input for `-`.
    ///
    /// - Throws: `FileError` of kind `.missing` where there is no such file or it cannot be opened, `.inputOutput`
    ///   where reading fails.
    public static func bytes(at path: String) throws -> [UInt8] {
        let name = displayName(path)
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let message = errno == ENOENT ? "no such file" : "cannot be opened: \(systemMessage())"
            throw FileError(.missing, path: name, message)
        }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw FileError(.inputOutput, path: name, "cannot be examined: \(systemMessage())")
        }
        guard status.st_mode & S_IFMT != S_IFDIR else {
            throw FileError(.missing, path: name, "a folder was found, a file was expected")
        }
        // A regular file tells its size; one byte more lets the end be seen without growing.
        let block = 1 << 16
        var bytes = [UInt8](repeating: 0, count: max(block, Int(status.st_size) + 1))
        var count = 0
        while true {
            if count == bytes.count { bytes.append(contentsOf: repeatElement(0, count: bytes.count)) }
            let got = bytes.withUnsafeMutableBytes { buffer in
                read(descriptor, buffer.baseAddress! + count, buffer.count - count)
            }
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw FileError(.inputOutput, path: name, place: .byte(count), "reading failed: \(systemMessage())")
            }
            count += got
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// The operating system's words for the last error.
    package static func systemMessage() -> String { String(cString: strerror(errno)) }
}

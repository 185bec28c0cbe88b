import Glibc

/// Writing files so that a reader never sees half of one.
///
/// The content goes to a temporary file in the same folder, is flushed to the disk and renamed over the target:
/// after a crash the old file or the new one is there, whole.
public enum OutputFile {
    /// Fails early where `path` could not be written later.
    ///
    /// Long work calls this before it starts.
    /// - Throws: `FileError` of kind `.cannotCreate` where the file stands already and `replacing` is false, where its
    ///   folder does not exist or may not be written, or where a folder has its name.
    public static func check(_ path: String, replacing: Bool) throws {
        guard !path.isEmpty else { throw FileError(.cannotCreate, path: "\"\"", "the name is empty") }
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT != S_IFDIR else {
                throw FileError(.cannotCreate, path: path, "a folder has this name")
            }
            guard replacing else {
                throw FileError(.cannotCreate, path: path, "the file exists; --force replaces it")
            }
        }
        let folder = folder(of: path)
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError(.cannotCreate, path: path, "its folder \(folder) does not exist")
        }
        guard access(folder, W_OK) == 0 else {
            throw FileError(.cannotCreate, path: path, "its folder \(folder) may not be written")
        }
    }

    /// Writes what `body` appends to `path` in one step: wholly or not at all.
    ///
    /// - Parameter flushes: Whether the content must have reached the disk; false for what can be made again.
    /// - Throws: `FileError` of kind `.cannotCreate` as `check` does, `.inputOutput` where writing fails, and what
    ///   `body` throws; the temporary file is then gone and an older file at `path` is as it was.
    public static func write(
        to path: String, replacing: Bool, flushes: Bool = true, _ body: (inout Writer) throws -> Void
    ) throws {
        try check(path, replacing: replacing)
        let temporary = partialName(path)
        // What a killed process left is removed; a link that someone put there is not followed.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw FileError(.cannotCreate, path: path, "cannot be created: \(InputFile.systemMessage())")
        }
        do {
            var writer = Writer(descriptor: descriptor, path: path)
            try body(&writer)
            try writer.flush()
            guard !flushes || fsync(descriptor) == 0 else {
                throw FileError(.inputOutput, path: path, "flushing failed: \(InputFile.systemMessage())")
            }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        close(descriptor)
        guard rename(temporary, path) == 0 else {
            let message = InputFile.systemMessage()
            unlink(temporary)
            throw FileError(.cannotCreate, path: path, "cannot be put in place: \(message)")
        }
    }

    /// Writes a text to `path` in one step.
    public static func write(_ text: String, to path: String, replacing: Bool) throws {
        try write(to: path, replacing: replacing) { try $0.append(text) }
    }

    /// Fails where an output is one of the inputs, under whatever name: not even --force may cost someone the data.
    ///
    /// - Throws: `FileError` of kind `.cannotCreate`.
    public static func check(_ path: String, isNoneOf inputs: [String]) throws {
        func file(_ path: String) -> (device: dev_t, number: ino_t)? {
            var status = stat()
            return stat(path, &status) == 0 ? (status.st_dev, status.st_ino) : nil
        }
        guard let output = file(path) else { return }
        for input in inputs {
            guard let other = file(input), other == output else { continue }
            throw FileError(.cannotCreate, path: path, "this is the input \(input); another name is expected")
        }
    }

    /// What a file is called while it is written. The name is always the same, so that what a killed process left behind
    /// is replaced by the next.
    private static func partialName(_ path: String) -> String { "\(path).partial" }

    /// Removes a file, and what a killed process may have left of it; one that is not there is no error.
    public static func remove(_ path: String) throws {
        unlink(partialName(path))
        guard unlink(path) == 0 || errno == ENOENT else {
            throw FileError(.inputOutput, path: path, "cannot be removed: \(InputFile.systemMessage())")
        }
    }

    /// Whether a file stands at `path`.
    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension OutputFile {
    /// Appends to a file that is being written, through a buffer.
    public struct Writer {
        private let descriptor: Int32
        private let path: String
        private var buffer: [UInt8] = []
        private static let capacity = 1 << 16  // bytes

        fileprivate init(descriptor: Int32, path: String) {
            self.descriptor = descriptor
            self.path = path
            buffer.reserveCapacity(Self.capacity)
        }

        public mutating func append(_ text: String) throws {
            var text = text
            try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
        }

        public mutating func append(_ bytes: [UInt8]) throws {
            try bytes.withUnsafeBytes { try append($0) }
        }

        public mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
            if buffer.count + bytes.count > Self.capacity { try flush() }
            if bytes.count >= Self.capacity {
                try writeAll(bytes)
            } else {
                buffer.append(contentsOf: bytes)
            }
        }

        fileprivate mutating func flush() throws {
            try buffer.withUnsafeBytes { try writeAll($0) }
            buffer.removeAll(keepingCapacity: true)
        }

        private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
            var rest = bytes
            while let base = rest.baseAddress, !rest.isEmpty {
                let written = Glibc.write(descriptor, base, rest.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    throw FileError(.inputOutput, path: path, "writing failed: \(InputFile.systemMessage())")
                }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            }
        }
    }
}

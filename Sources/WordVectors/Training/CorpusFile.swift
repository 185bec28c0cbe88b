import Files
import Glibc
import Tables

/// A corpus on disk, read in blocks of whole lines, so that memory does not grow with it.
///
/// Standard input is copied to a temporary file first, as a corpus is read more than once.
final class CorpusFile {
    private let descriptor: Int32
    private let name: String
    /// Bytes that are read at a time.
    static let blockSize = 1 << 22

    /// - Throws: `FileError` where there is no such file or it is empty.
    init(path: String) throws {
        name = InputFile.displayName(path)
        if path == "-" {
            descriptor = try TemporaryFile.open()
            try Self.spool(from: STDIN_FILENO, to: descriptor, name: name)
        } else {
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                throw FileError(
                    .missing, path: name,
                    errno == ENOENT ? "no such file" : "cannot be opened: \(InputFile.systemMessage())")
            }
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw FileError(.missing, path: name, "a regular file was expected; pipes are read with -")
        }
        guard status.st_size > 0 else { throw FileError.malformed(name, .file, "the corpus is empty") }
    }

    deinit { close(descriptor) }

    /// Hands out the corpus in blocks, several at a time for as many threads.
    ///
    /// A block ends behind a line, or in a line that is longer than a block, behind a word.
    /// - Throws: `FileError` where reading fails or bytes are not UTF-8, and what `body` throws.
    func forEachGroup(of blocks: Int, _ body: ([ArraySlice<UInt8>], _ bytesRead: Int) throws -> Void) throws {
        var offset = 0
        var rest: [UInt8] = []
        var group: [ArraySlice<UInt8>] = []
        while true {
            let start = offset - rest.count
            var block = rest
            rest = []
            let kept = block.count
            block.append(contentsOf: repeatElement(0, count: Self.blockSize))
            let count = try Self.read(descriptor, &block, from: kept, at: offset, name: name)
            block.removeLast(Self.blockSize - count)
            offset += count
            let end = count == Self.blockSize ? Self.cut(block) : block.count
            rest = Array(block[end...])
            try check(block[..<end], start: start)
            if end > 0 { group.append(block[..<end]) }
            let isAtEnd = count < Self.blockSize
            if group.count == blocks || isAtEnd {
                if !group.isEmpty { try body(group, offset) }
                group.removeAll()
            }
            if isAtEnd { return }
        }
    }

    private static func cut(_ block: [UInt8]) -> Int {
        if let newline = block.lastIndex(of: UInt8(ascii: "\n")) { return newline + 1 }
        if let space = block.lastIndex(of: UInt8(ascii: " ")) { return space + 1 }
        // No place to cut: not inside a character at least.
        var end = block.count
        while end > 0, block[end - 1] & 0xc0 == 0x80 { end -= 1 }
        return end > 0 && block[end - 1] >= 0xc0 ? end - 1 : block.count
    }

    private func check(_ block: ArraySlice<UInt8>, start: Int) throws {
        let place = block.withUnsafeBufferPointer { UTF8Check.firstMalformedByte(in: $0) }
        guard let place else { return }
        throw FileError.malformed(name, .byte(start + place), "bytes that are not UTF-8 found, text expected")
    }

    /// Fills `block` from a place on as far as there is something to read.
    private static func read(
        _ descriptor: Int32, _ block: inout [UInt8], from place: Int, at offset: Int, name: String
    ) throws -> Int {
        var done = 0
        while place + done < block.count {
            let got = block.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + place + done, $0.count - place - done, offset + done)
            }
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw FileError(
                    .inputOutput, path: name, place: .byte(offset + done),
                    "reading failed: \(InputFile.systemMessage())")
            }
            done += got
        }
        return done
    }

    private static func spool(from source: Int32, to target: Int32, name: String) throws {
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let got = Glibc.read(source, &block, block.count)
            if got == 0 { return }
            if got < 0 {
                if errno == EINTR { continue }
                throw FileError(.inputOutput, path: name, "reading failed: \(InputFile.systemMessage())")
            }
            try TemporaryFile.append(block[..<got], to: target)
        }
    }
}

/// A file without a name, gone when it is closed.
enum TemporaryFile {
    static func open() throws -> Int32 {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/cantus.XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw FileError(
                .cannotCreate, path: folder, "no temporary file can be made here: \(InputFile.systemMessage())")
        }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    static func append<Element: BitwiseCopyable>(_ elements: ArraySlice<Element>, to descriptor: Int32) throws {
        try elements.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let written = write(descriptor, bytes.baseAddress! + done, bytes.count - done)
                if written < 0 {
                    if errno == EINTR { continue }
                    throw FileError(
                        .inputOutput, path: "temporary file", "writing failed: \(InputFile.systemMessage())")
                }
                done += written
            }
        }
    }
}

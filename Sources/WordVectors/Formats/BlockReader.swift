import Files
import Glibc

/// Reads a file block by block, as lines or as runs of bytes, so that memory does not grow with it.
///
/// Buffers that it hands out are valid until the next call.
final class BlockReader {
    /// The name of the file in messages.
    let path: String
    /// The size of a regular file; nil for anything else.
    let fileByteCount: Int?
    /// The line that `nextLine` gave last; the first is 1.
    private(set) var lineNumber = 0
    /// The place in the file of the next byte that will be handed out.
    var offset: Int { bufferOffset + start }

    private let descriptor: Int32
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private var bufferOffset = 0  // of the buffer's first byte in the file
    private var isAtEnd = false
    private static let blockSize = 1 << 20  // bytes

    /// - Throws: `FileError` of kind `.missing` where there is no such file or it cannot be opened.
    init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let message = errno == ENOENT ? "no such file" : "cannot be opened: \(InputFile.systemMessage())"
            throw FileError(.missing, path: path, message)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw FileError(.missing, path: path, "a folder was found, a file was expected")
        }
        fileByteCount = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
        buffer = .allocate(byteCount: Self.blockSize, alignment: 64)
    }

    deinit {
        close(descriptor)
        buffer.deallocate()
    }

    /// The next line without its line feed and a carriage return before it; nil at the end.
    func nextLine() throws -> UnsafeRawBufferPointer? {
        var searched = 0
        while true {
            if let base = buffer.baseAddress, end - start > searched,
                let found = memchr(base + start + searched, Int32(UInt8(ascii: "\n")), end - start - searched)
            {
                let length = UnsafeRawPointer(found) - UnsafeRawPointer(base + start)
                return line(length, feed: 1)
            }
            searched = end - start
            guard try fill() else { return searched > 0 ? line(searched, feed: 0) : nil }
        }
    }

    private func line(_ length: Int, feed: Int) -> UnsafeRawBufferPointer {
        let bytes = buffer[start..<start + length]
        start += length + feed
        lineNumber += 1
        let hasReturn = bytes.last == UInt8(ascii: "\r")
        return UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(rebasing: bytes).dropLast(hasReturn ? 1 : 0))
    }

    /// At least `count` bytes that come next, fewer only at the end of the file. They stay to be read.
    func peek(_ count: Int) throws -> UnsafeRawBufferPointer {
        while end - start < count, try fill() {}
        return UnsafeRawBufferPointer(rebasing: buffer[start..<end])
    }

    /// Passes over bytes that `peek` gave.
    func skip(_ count: Int) {
        precondition(count <= end - start, "\(count) bytes passed over, \(end - start) at hand")
        start += count
    }

    /// Reads bytes until the target is full or the file ends.
    ///
    /// - Returns: How many there were.
    func read(into target: UnsafeMutableRawBufferPointer) throws -> Int {
        var done = 0
        while done < target.count {
            if start == end, try !fill() { break }
            let count = min(end - start, target.count - done)
            UnsafeMutableRawBufferPointer(rebasing: target[done..<done + count])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
            start += count
            done += count
        }
        return done
    }

    /// Reads more behind what is at hand; false at the end of the file.
    private func fill() throws -> Bool {
        if isAtEnd { return false }
        if start > 0 {
            memmove(buffer.baseAddress!, buffer.baseAddress! + start, end - start)
            bufferOffset += start
            end -= start
            start = 0
        }
        if end == buffer.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 64)
            larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
            buffer.deallocate()
            buffer = larger
        }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress! + end, buffer.count - end)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(
                    .inputOutput, path: path, place: .byte(bufferOffset + end),
                    "reading failed: \(InputFile.systemMessage())")
            }
            isAtEnd = count == 0
            end += count
            return count > 0
        }
    }
}

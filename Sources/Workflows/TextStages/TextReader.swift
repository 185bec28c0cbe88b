import Files
import Glibc
import Tables

/// A line of the input, or a part of one.
package struct TextPiece {
    /// Well-formed UTF-8 without the line's end; good until the next piece is asked for.
    package let bytes: UnsafeBufferPointer<UInt8>
    /// The number of the line, counted through all files; the first is 1.
    package let line: Int
    /// Where the piece stands in its line, in bytes.
    package let offset: Int
    /// Whether the line ends behind this piece.
    package let isLast: Bool
}

/// Reads the lines of files one after another, in memory that does not grow with them.
///
/// - Lines end with LF or CRLF; the last of each file may lack its end. A byte order mark at the start of a file is
///   skipped.
/// - A line longer than `longestPiece` bytes comes in pieces, so that one line may be longer than memory. It is cut
///   behind the last white space of each stretch of that length, or between two characters where there is none.
///   The cuts depend on the text alone, not on how it arrives.
/// - Bytes that are not UTF-8 are an error with file, line and byte.
///
/// One object is for one thread at a time.
package final class TextReader {
    /// The length in bytes from which lines are cut.
    package static let longestPiece = 1 << 20

    private let longest: Int
    private var paths: ArraySlice<String>

    /// The file that is being read; nil between files.
    private var file: StreamedFile?
    private var isAtEnd = false
    /// The line of this file that `start` stands in, counted from 1.
    private var lineInFile = 1
    /// Bytes of this file before `start`.
    private var fileOffset = 0

    // What was read and not handed out yet is `start..<end`; up to `scanned` it has no line feed.
    private let buffer: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private var start = 0
    private var end = 0
    private var scanned = 0

    /// Lines that are wholly handed out, in all files.
    package private(set) var lines = 0
    private var offsetInLine = 0

    /// - Parameter paths: Files; `-` and an empty list stand for standard input.
    /// - Throws: `FileError` where one of them does not exist or is a folder, before anything is read.
    package init(paths: [String], longestPiece: Int = TextReader.longestPiece) throws {
        precondition(longestPiece >= 4, "pieces of \(longestPiece) bytes, at least 4 are expected")
        self.paths = paths.isEmpty ? ["-"] : paths[...]
        longest = longestPiece
        capacity = 2 * longestPiece + (1 << 16)
        buffer = .allocate(capacity: capacity)
        for path in self.paths where path != "-" { try StreamedFile.check(path) }
    }

    /// Reads a file that is open.
    init(_ file: StreamedFile) {
        paths = []
        longest = Self.longestPiece
        capacity = 2 * longest + (1 << 16)
        buffer = .allocate(capacity: capacity)
        self.file = file
    }

    deinit { buffer.deallocate() }

    /// The next piece; nil behind the last line of the last file.
    ///
    /// - Parameter beforeReading: Is called before this waits for input, so that what was made of the input so far can
    ///   be passed on.
    /// - Throws: `FileError` where a file cannot be read or is not UTF-8, and what `beforeReading` throws.
    package func next(beforeReading: () throws -> Void) throws -> TextPiece? {
        while true {
            if file == nil {
                guard try openNext(beforeReading) else { return nil }
            }
            let rest = end - start
            if let lineFeed = findLineFeed() {
                let content = contentCount(before: lineFeed)
                if content <= longest { return try lastPiece(content, consumed: lineFeed + 1 - start) }
                return try cut()
            }
            if isAtEnd {
                guard rest > 0 else {
                    file = nil
                    continue
                }
                let content = contentCount(before: end)
                if content <= longest { return try lastPiece(content, consumed: rest) }
                return try cut()
            }
            // Two bytes more than a piece may have: a carriage return behind it may belong to the line's end.
            if rest >= longest + 2 { return try cut() }
            try beforeReading()
            try fill()
        }
    }

    // Pieces.

    private func findLineFeed() -> Int? {
        scanned = max(scanned, start)
        guard scanned < end else { return nil }
        guard let found = memchr(buffer + scanned, 0x0A, end - scanned) else {
            scanned = end
            return nil
        }
        scanned = found.assumingMemoryBound(to: UInt8.self) - UnsafeMutablePointer(buffer)
        return scanned
    }

    /// The bytes from `start` up to a line's end, without a carriage return there.
    private func contentCount(before lineEnd: Int) -> Int {
        lineEnd - start - (lineEnd > start && buffer[lineEnd - 1] == 0x0D ? 1 : 0)
    }

    private func lastPiece(_ count: Int, consumed: Int) throws -> TextPiece {
        let piece = try makePiece(count, isLast: true)
        start += consumed
        fileOffset += consumed
        lines += 1
        lineInFile += 1
        offsetInLine = 0
        return piece
    }

    /// The first part of a line that is longer than `longest`.
    private func cut() throws -> TextPiece {
        var count = longest
        while count > 0, !Self.isSpace(buffer[start + count - 1]) { count -= 1 }
        if count == 0 {
            count = longest
            // A character has at most three continuation bytes; more are an error, which the check below finds.
            while longest - count < 3, buffer[start + count] & 0xC0 == 0x80 { count -= 1 }
        }
        let piece = try makePiece(count, isLast: false)
        start += count
        fileOffset += count
        offsetInLine += count
        return piece
    }

    private func makePiece(_ count: Int, isLast: Bool) throws -> TextPiece {
        let bytes = UnsafeBufferPointer(start: buffer + start, count: count)
        if let index = UTF8Check.firstMalformedByte(in: bytes) {
            throw FileError.malformed(
                file?.name ?? "", .line(lineInFile), UTF8Check.message(byte: bytes[index], offset: fileOffset + index))
        }
        return TextPiece(bytes: bytes, line: lines + 1, offset: offsetInLine, isLast: isLast)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }

    // Files.

    private func openNext(_ beforeReading: () throws -> Void) throws -> Bool {
        guard let path = paths.popFirst() else { return false }
        file = try StreamedFile(path: path)
        (isAtEnd, lineInFile, fileOffset) = (false, 1, 0)
        (start, end, scanned) = (0, 0, 0)
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        repeat {
            try beforeReading()
            try fill()
        } while !isAtEnd && end < mark.count && (0..<end).allSatisfy { buffer[$0] == mark[$0] }
        if end >= mark.count, mark.indices.allSatisfy({ buffer[$0] == mark[$0] }) {
            (start, fileOffset) = (mark.count, mark.count)
        }
        return true
    }

    private func fill() throws {
        if capacity - end < 1 << 16 {
            buffer.update(from: buffer + start, count: end - start)
            (start, end, scanned) = (0, end - start, max(0, scanned - start))
        }
        let room = UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end)
        let count = try file?.read(into: room, offset: fileOffset + end - start) ?? 0
        isAtEnd = count == 0
        end += count
    }
}

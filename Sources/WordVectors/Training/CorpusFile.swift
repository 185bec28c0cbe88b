import Files
import Tables

/// A corpus on disk, read in blocks of whole lines, so that memory does not grow with it.
///
/// Standard input is copied to a temporary file first, as a corpus is read more than once.
final class CorpusFile {
    private let file: StreamedFile
    private let name: String
    /// Bytes that are read at a time.
    static let blockSize = 1 << 22

    /// - Throws: `FileError` where there is no such file or it is empty.
    init(path: String) throws {
        name = InputFile.displayName(path)
        let source = try StreamedFile(path: path)
        if path == "-" {
            let copy = try TemporaryFile()
            try copy.append(contentsOf: source)
            file = copy.contents
        } else {
            file = source
        }
        guard let size = file.size else {
            throw FileError(.missing, path: name, "a regular file was expected; pipes are read with -")
        }
        guard size > 0 else { throw FileError.malformed(name, .file, "the corpus is empty") }
    }

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
            let count = try block.withUnsafeMutableBytes {
                try file.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[kept...]), at: offset)
            }
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
}

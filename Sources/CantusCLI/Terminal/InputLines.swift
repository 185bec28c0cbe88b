import Cantus
import Glibc

/// The lines of standard input as they come: whatever is there is handed out without waiting for more.
struct InputLines {
    private var pending: [UInt8] = []
    /// Bytes of `pending` that are known to hold no line's end, so that a long line is not searched again and again.
    private var searched = 0
    private var line = 0
    private var isAtEnd = false

    /// The whole lines that are at hand, at least one; nil at the end of input.
    ///
    /// - Throws: `FileError` where a line is not UTF-8.
    mutating func next() throws -> [String]? {
        while true {
            if let end = pending[searched...].lastIndex(of: UInt8(ascii: "\n")) {
                let lines = try decode(pending[..<end])
                pending.removeSubrange(...end)
                searched = pending.count
                return lines
            }
            searched = pending.count
            if isAtEnd {
                guard !pending.isEmpty else { return nil }
                let lines = try decode(pending[...])
                (pending, searched) = ([], 0)
                return lines
            }
            try read()
        }
    }

    private mutating func read() throws {
        var block = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(STDIN_FILENO, &block, block.count)
        if count < 0, errno != EINTR {
            throw FileError(.inputOutput, path: InputFile.standardInputName, "reading failed")
        }
        if count == 0 { isAtEnd = true }
        if count > 0 { pending += block[..<count] }
    }

    private mutating func decode(_ bytes: ArraySlice<UInt8>) throws -> [String] {
        try bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { bytes in
            line += 1
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw FileError.malformed(
                    InputFile.standardInputName, .line(line), "bytes that are not UTF-8 found, text expected")
            }
            return text.last == "\r" ? String(text.dropLast()) : text
        }
    }
}

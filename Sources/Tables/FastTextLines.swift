import Files

/// Reads lines in fastText's format: labels with the prefix `__label__`, then the text, one example a line.
///
/// Labels are read from the start of the line up to the first word that is none. White space around the text goes;
/// empty lines are skipped; a line without labels is a row without labels.
package struct FastTextLines: Sequence {
    /// One example.
    package struct Row: Hashable, Sendable {
        package let labels: [String]
        package let text: String
        package let line: Int
    }

    private static let prefix = "__label__"

    private let path: String
    private let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = InputFile.displayName(path)
        self.bytes = bytes
    }

    /// Whether the first line that is not empty starts as this format does.
    package static func describes(_ bytes: [UInt8]) -> Bool {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let first = bytes[start...].firstIndex(where: { !isSpace($0) }) else { return false }
        return bytes[first...].starts(with: prefix.utf8)
    }

    package struct Iterator: IteratorProtocol {
        private let path: String
        private let bytes: [UInt8]
        private var offset: Int
        private var line = 0

        fileprivate init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
            offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        }

        /// The next line, or what is wrong with it; reading goes on behind it.
        package mutating func next() -> Result<Row, FileError>? {
            while offset < bytes.count {
                let start = offset
                let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
                offset = end + 1
                line += 1
                if bytes[start..<end].allSatisfy(FastTextLines.isSpace) { continue }
                do throws(FileError) {
                    return .success(try row(start, end))
                } catch {
                    return .failure(error)
                }
            }
            return nil
        }

        private func row(_ start: Int, _ end: Int) throws(FileError) -> Row {
            let malformed = bytes.withUnsafeBufferPointer {
                UTF8Check.firstMalformedByte(in: UnsafeBufferPointer(rebasing: $0[start..<end]))
            }
            if let malformed {
                let offset = start + malformed
                throw .malformed(path, .line(line), UTF8Check.message(byte: bytes[offset], offset: offset))
            }
            var labels: [String] = []
            var position = start
            while true {
                while position < end, FastTextLines.isSpace(bytes[position]) { position += 1 }
                guard bytes[position..<end].starts(with: FastTextLines.prefix.utf8) else { break }
                position += FastTextLines.prefix.utf8.count
                let nameEnd = bytes[position..<end].firstIndex(where: FastTextLines.isSpace) ?? end
                labels.append(String(decoding: bytes[position..<nameEnd], as: UTF8.self))
                position = nameEnd
            }
            let text = trimmed(String(decoding: bytes[position..<end], as: UTF8.self))
            do throws(LabelList.Malformed) {
                let whole = String(decoding: bytes[start..<end], as: UTF8.self)
                return Row(labels: try LabelList.normalized(labels, of: whole), text: text, line: line)
            } catch {
                throw .malformed(path, .line(line), error.description)
            }
        }
    }

    package func makeIterator() -> Iterator { Iterator(path: path, bytes: bytes) }

    fileprivate static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 9 < 5 }
}

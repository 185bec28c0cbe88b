import Files
import Tables
import Text

/// A vocabulary as a table: a header, then id, token and count of each entry, separated by tabs, in the order of ids.
///
/// Tokens hold no white space and stand as they are, without quotes.
package enum VocabularyTable {
    private static let header = "id\ttoken\tcount"

    /// Writes the table.
    package static func write(_ vocabulary: Vocabulary, emit: TextStages.Emit) throws {
        var block = OutputBlock()
        block.append(header + "\n")
        for id in 0..<vocabulary.count {
            block.append(id)
            block.append("\t")
            block.append(vocabulary[Int32(id)])
            block.append("\t")
            block.append(vocabulary.count(of: Int32(id)))
            block.append("\n")
            try block.flushIfFull(emit)
        }
        try block.flush(emit)
    }

    /// Reads the table in the file at `path`, or on standard input for `-`.
    ///
    /// - Throws: `FileError` with the line where the table is not one that `write` makes.
    package static func read(path: String) throws -> Vocabulary {
        try parse(InputFile.bytes(at: path), path: InputFile.displayName(path))
    }

    private static func parse(_ bytes: [UInt8], path: String) throws -> Vocabulary {
        try check(bytes, path: path)
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        lines = lines.map { $0.last == 0x0D ? $0.dropLast() : $0 }
        guard let first = lines.first.map({ $0.starts(with: [0xEF, 0xBB, 0xBF]) ? $0.dropFirst(3) : $0 }),
            first.elementsEqual(header.utf8)
        else {
            throw FileError.malformed(path, .line(1), "the header \"id, token, count\" was expected, with tabs between")
        }
        var entries: [String] = []
        var counts: [Int] = []
        for (id, line) in lines.dropFirst().enumerated() {
            func malformed(_ message: String) -> FileError { .malformed(path, .line(id + 2), message) }
            let fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
            guard fields.count == 3 else {
                throw malformed("\(fields.count) field\(fields.count == 1 ? " was" : "s were") found, 3 were expected")
            }
            let texts = fields.map { String(decoding: $0, as: UTF8.self) }
            guard Int(texts[0]) == id else { throw malformed("the id is \(quoted(texts[0])), \(id) was expected") }
            guard !texts[1].isEmpty else { throw malformed("the token is empty") }
            if id < 2 {
                let expected = id == 0 ? Vocabulary.padding : Vocabulary.unknown
                guard texts[1] == expected else {
                    throw malformed("the token is \(quoted(texts[1])), \"\(expected)\" was expected")
                }
            }
            guard let count = Int(texts[2]), count >= 0 else {
                throw malformed("the count is \(quoted(texts[2])), a number from 0 on was expected")
            }
            entries.append(texts[1])
            counts.append(count)
        }
        do {
            return try Vocabulary(entries: entries, counts: counts)
        } catch let error as VocabularyError {
            throw FileError.malformed(path, place(of: entries), error.description)
        }
    }

    private static func check(_ bytes: [UInt8], path: String) throws {
        try bytes.withUnsafeBufferPointer { buffer in
            guard let offset = UTF8Check.firstMalformedByte(in: buffer) else { return }
            let line = buffer[..<offset].count { $0 == 0x0A } + 1
            throw FileError.malformed(path, .line(line), UTF8Check.message(byte: buffer[offset], offset: offset))
        }
    }

    /// The line of the first entry that stands twice, or of the end where entries are missing.
    private static func place(of entries: [String]) -> FileError.Place {
        var seen: Set<[UInt8]> = []
        let index = entries.firstIndex { !seen.insert(Array($0.utf8)).inserted }
        return .line((index ?? entries.count) + 2)
    }

    /// What stands in a field, cut where it is long.
    private static func quoted(_ text: String) -> String {
        text.count <= 40 ? "\"\(text)\"" : "\"\(text.prefix(40))…\""
    }
}

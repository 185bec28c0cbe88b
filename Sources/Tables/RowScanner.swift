import Files

/// Reads one row after the other and remembers where the next one starts.
struct RowScanner {
    let path: String
    let delimiter: DelimitedTable.Delimiter
    private(set) var offset: Int
    /// The line at `offset`.
    private(set) var line: Int

    init(path: String, delimiter: DelimitedTable.Delimiter, offset: Int, line: Int) {
        self.path = path
        self.delimiter = delimiter
        self.offset = offset
        self.line = line
    }

    /// The next row; nil at the end. `columns` is the number of fields that it must have, nil for the header.
    mutating func next(in bytes: UnsafeBufferPointer<UInt8>, columns: Int?) throws(FileError) -> DelimitedTable.Row? {
        if columns != 1 { skipEmptyLines(bytes) }
        guard offset < bytes.count else { return nil }
        let start = (offset: offset, line: line)
        var fields: [String] = []
        fields.reserveCapacity(columns ?? 8)
        do throws(FileError) {
            var more = true
            while more {
                let field: String
                (field, more) = try readField(bytes)
                fields.append(field)
            }
        } catch {
            (offset, line) = start
            skipLine(bytes)
            throw error
        }
        if let columns, fields.count != columns {
            let found = "\(fields.count) field\(fields.count == 1 ? "" : "s") found"
            throw FileError.malformed(path, .line(start.line), "\(found), \(columns) expected")
        }
        return DelimitedTable.Row(fields: fields, line: start.line)
    }

    /// Reads a field and what follows it. Returns whether another field of the row follows.
    private mutating func readField(_ bytes: UnsafeBufferPointer<UInt8>) throws(FileError) -> (String, Bool) {
        if offset < bytes.count, bytes[offset] == 0x22 { return try readQuotedField(bytes) }
        let start = offset
        let separator = delimiter.rawValue
        while offset < bytes.count, bytes[offset] != separator, bytes[offset] != 0x0A { offset += 1 }
        var end = offset
        // A carriage return belongs to the line's end; elsewhere it is text.
        if offset == bytes.count || bytes[offset] == 0x0A, end > start, bytes[end - 1] == 0x0D { end -= 1 }
        let text = try makeString(UnsafeBufferPointer(rebasing: bytes[start..<end]), at: start, line: line, bytes)
        return (text, endField(bytes))
    }

    private mutating func readQuotedField(_ bytes: UnsafeBufferPointer<UInt8>) throws(FileError) -> (String, Bool) {
        let opening = (offset: offset, line: line)
        offset += 1
        let start = offset
        var doubled = 0
        while true {
            guard offset < bytes.count else {
                throw FileError.malformed(
                    path, .line(opening.line), "the quote that opens on this line is not closed before the file ends")
            }
            if bytes[offset] == 0x22 {
                guard offset + 1 < bytes.count, bytes[offset + 1] == 0x22 else { break }
                doubled += 1
                offset += 1
            } else if bytes[offset] == 0x0A {
                line += 1
            }
            offset += 1
        }
        let end = offset
        offset += 1
        let text: String
        if doubled == 0 {
            text = try makeString(
                UnsafeBufferPointer(rebasing: bytes[start..<end]), at: start, line: opening.line, bytes)
        } else {
            var content: [UInt8] = []
            content.reserveCapacity(end - start - doubled)
            var index = start
            while index < end {
                content.append(bytes[index])
                index += bytes[index] == 0x22 ? 2 : 1
            }
            text = try content.withUnsafeBufferPointer { content throws(FileError) in
                try makeString(content, at: start, line: opening.line, bytes)
            }
        }
        if offset < bytes.count, bytes[offset] == 0x0D, offset + 1 == bytes.count || bytes[offset + 1] == 0x0A {
            offset += 1
        }
        guard offset == bytes.count || bytes[offset] == delimiter.rawValue || bytes[offset] == 0x0A else {
            let name = delimiter == .tab ? "a tab" : delimiter == .comma ? "a comma" : "a semicolon"
            let place = opening.line == line ? "" : " (the quote opens on line \(opening.line))"
            throw FileError.malformed(
                path, .line(line),
                "text was found after a closing quote, \(name) or the line's end was expected\(place)")
        }
        return (text, endField(bytes))
    }

    /// Steps over the delimiter or the line's end.
    private mutating func endField(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard offset < bytes.count else { return false }
        offset += 1
        if bytes[offset - 1] == delimiter.rawValue { return true }
        line += 1
        return false
    }

    private mutating func skipEmptyLines(_ bytes: UnsafeBufferPointer<UInt8>) {
        while offset < bytes.count {
            if bytes[offset] == 0x0A {
                offset += 1
            } else if bytes[offset] == 0x0D, offset + 1 == bytes.count {
                offset += 1
                return
            } else if bytes[offset] == 0x0D, bytes[offset + 1] == 0x0A {
                offset += 2
            } else {
                return
            }
            line += 1
        }
    }

    private mutating func skipLine(_ bytes: UnsafeBufferPointer<UInt8>) {
        while offset < bytes.count, bytes[offset] != 0x0A { offset += 1 }
        if offset < bytes.count {
            offset += 1
            line += 1
        }
    }

    /// The field's text. `start` and `line` say where its bytes start in the file, for the message.
    private func makeString(
        _ field: UnsafeBufferPointer<UInt8>, at start: Int, line: Int, _ bytes: UnsafeBufferPointer<UInt8>
    ) throws(FileError) -> String {
        guard UTF8Check.firstMalformedByte(in: field) != nil else { return String(decoding: field, as: UTF8.self) }
        // Doubled quotes shift offsets inside the field, so the place is looked up in the file itself.
        let rest = UnsafeBufferPointer(rebasing: bytes[start...])
        let offset = start + (UTF8Check.firstMalformedByte(in: rest) ?? 0)
        let lines = bytes[start..<offset].count { $0 == 0x0A }
        throw FileError.malformed(
            path, .line(line + lines), UTF8Check.message(byte: bytes[offset], offset: offset))
    }
}

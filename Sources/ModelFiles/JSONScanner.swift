import Files

/// Reads the JSON of a safetensors header straight from its bytes.
///
/// The format needs objects, strings and whole numbers only, so the caller asks for what must come next and anything
/// else is an error at its byte. Nesting is as deep as the caller's questions, never as deep as the file wants.
struct JSONScanner {
    private let bytes: UnsafeRawBufferPointer
    /// The byte of the file at which `bytes` starts; errors count from the start of the file.
    private let origin: Int
    private let path: String
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer, origin: Int, path: String) {
        self.bytes = bytes
        self.origin = origin
        self.path = path
    }

    /// The byte of the file that is read next, after white space.
    mutating func nextByte() -> Int {
        skipSpace()
        return origin + position
    }

    /// Reads an object; `body` reads the value of each key, which starts at byte `byte` of the file.
    ///
    /// Duplicate keys are for the caller to refuse: it holds what it has read.
    mutating func object(
        _ expected: @autoclosure () -> String, _ body: (inout JSONScanner, _ key: String, _ byte: Int) throws -> Void
    ) throws {
        try take("{", expected())
        if takeIfPresent("}") { return }
        repeat {
            let byte = nextByte()
            let key = try string("a key in quotation marks")
            try take(":", "':' after the key")
            try body(&self, key, byte)
        } while takeIfPresent(",")
        try take("}", "',' or '}'")
    }

    /// Reads a list of whole numbers of zero or more, at most `limit` of them.
    mutating func counts(_ expected: @autoclosure () -> String, limit: Int) throws -> [Int] {
        try take("[", expected())
        var counts: [Int] = []
        if takeIfPresent("]") { return counts }
        repeat {
            guard counts.count < limit else {
                throw FileError.malformed(path, .byte(nextByte()), "more than \(limit) numbers found in a list")
            }
            counts.append(try count())
        } while takeIfPresent(",")
        try take("]", "',' or ']'")
        return counts
    }

    /// Reads a string.
    mutating func string(_ expected: @autoclosure () -> String) throws -> String {
        try take("\"", expected())
        let start = position
        var escapes = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                let text = try validated(start..<position)
                let result = escapes ? try unescaped(start..<position) : text
                position += 1
                return result
            }
            guard byte >= 0x20 else { throw unexpected("a control character as an escape") }
            if byte == UInt8(ascii: "\\") {
                escapes = true
                position += 1
            }
            position += 1
        }
        position = bytes.count
        throw unexpected("a closing quotation mark")
    }

    /// Nothing but white space may be left.
    mutating func end() throws {
        skipSpace()
        guard position == bytes.count else { throw unexpected("the end of the header") }
    }
}

extension JSONScanner {
    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    private mutating func takeIfPresent(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func take(_ character: Unicode.Scalar, _ expected: @autoclosure () -> String) throws {
        guard takeIfPresent(character) else { throw unexpected(expected()) }
    }

    private mutating func count() throws -> Int {
        skipSpace()
        let start = position
        var value = 0
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, stillTooLarge) = product.addingReportingOverflow(Int(digit))
            guard !tooLarge, !stillTooLarge else {
                throw FileError.malformed(path, .byte(origin + start), "a number above \(Int.max) found")
            }
            value = sum
            position += 1
        }
        guard position > start else { throw unexpected("a whole number of zero or more") }
        guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
            throw FileError.malformed(path, .byte(origin + start), "a number with a leading zero found")
        }
        return value
    }

    private func unexpected(_ expected: String) -> FileError {
        let found: String
        if position >= bytes.count {
            found = "the end of the header"
        } else if case let byte = bytes[position], (0x21..<0x7F).contains(byte) {
            found = "'\(Unicode.Scalar(byte))'"
        } else {
            found = "byte value \(bytes[position])"
        }
        return .malformed(path, .byte(origin + position), "\(found) found, \(expected) expected")
    }
}

extension JSONScanner {
    /// The bytes as text.
    private func validated(_ range: Range<Int>) throws -> String {
        let slice = UnsafeRawBufferPointer(rebasing: bytes[range])
        do {
            return try UTF8Text.decoded(slice)
        } catch {
            throw FileError.malformed(
                path, .byte(origin + range.lowerBound + error.offset), "invalid UTF-8 found in a string")
        }
    }

    /// The text of a string whose bytes are valid UTF-8 and hold escapes.
    private mutating func unescaped(_ range: Range<Int>) throws -> String {
        let end = position
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        position = range.lowerBound
        while position < end {
            let byte = bytes[position]
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                position += 1
                continue
            }
            position += 1
            switch bytes[position] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(bytes[position])
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"):
                output.append(contentsOf: String(try unicodeEscape(before: end)).utf8)
                continue
            default: throw unexpected("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
            }
            position += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// Reads `u` and four hexadecimal digits, and the second half of a surrogate pair, as one scalar.
    private mutating func unicodeEscape(before end: Int) throws -> Unicode.Scalar {
        let start = position - 1
        let first = try hexadecimal(before: end)
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 1
            let second = try hexadecimal(before: end)
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
            {
                return scalar
            }
        }
        throw FileError.malformed(path, .byte(origin + start), "half of a surrogate pair found, both halves expected")
    }

    /// Reads `u` and four hexadecimal digits as a code unit.
    private mutating func hexadecimal(before end: Int) throws -> UInt32 {
        position += 1
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < end, let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
                throw unexpected("four hexadecimal digits after \\u")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}

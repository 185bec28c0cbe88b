import CICU

/// A tokenizer that is ready to work.
///
/// One object is for one thread at a time. It is not `Sendable`; each thread makes its own from the `Tokenizer`.
public final class CompiledTokenizer {
    private let tokenizer: Tokenizer
    private let words: OpaquePointer?
    private let buffer = CodeUnitBuffer()

    /// - Throws: `CleaningError` where ICU's data are not installed.
    public init(_ tokenizer: Tokenizer) throws {
        self.tokenizer = tokenizer
        guard tokenizer != .whitespace else {
            words = nil
            return
        }
        var code: Int32 = 0
        words = cantus_words_open(&code)
        guard words != nil else { throw CleaningError(rule: tokenizer.rawValue, .text, code: code) }
    }

    deinit { cantus_words_close(words) }

    /// The tokens with their places.
    public func tokens(in text: String) throws -> [Token] {
        var text = text
        return try text.withUTF8 { bytes in
            try load(bytes)
            let units = buffer.view
            var tokens: [Token] = []
            var unit = 0
            var byte = 0
            try forEachRange(in: buffer.view) { start, end in
                byte += units.utf8Count(unit, start)
                let length = units.utf8Count(start, end)
                let slice = UnsafeBufferPointer(rebasing: bytes[byte..<(byte + length)])
                tokens.append(Token(text: String(decoding: slice, as: UTF8.self), range: byte..<(byte + length)))
                byte += length
                unit = end
            }
            return tokens
        }
    }

    /// Appends the tokens' texts: faster than `tokens(in:)` where the places are not wanted.
    public func append(tokensIn text: String, to tokens: inout [String]) throws {
        var text = text
        try text.withUTF8 { try load($0) }
        try forEachToken(in: buffer) { tokens.append(String(decoding: $0, as: UTF8.self)) }
    }

    private func load(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        guard bytes.count <= Int(Int32.max) else {
            throw CleaningError(
                rule: tokenizer.rawValue, .text,
                detail: "\(bytes.count) bytes, at most \(Int32.max) are expected in one text")
        }
        buffer.load(bytes)
    }

    /// Calls `body` with each token in UTF-8, in memory that is good during the call only.
    @inline(__always)
    func forEachToken(in buffer: CodeUnitBuffer, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        try forEachRange(in: buffer.view) { start, end in
            try body(buffer.encode(start, end))
        }
    }

    /// Calls `body` with the first and the past-the-end code unit of each token.
    @inline(__always)
    private func forEachRange(in buffer: CodeUnits, _ body: (Int, Int) throws -> Void) throws {
        if tokenizer == .whitespace {
            try forEachRun(in: buffer, body)
        } else if isPlain(buffer) {
            try forEachPlainWord(in: buffer, body)
        } else {
            try forEachSegment(in: buffer, body)
        }
    }

    private func forEachRun(in buffer: CodeUnits, _ body: (Int, Int) throws -> Void) rethrows {
        var index = 0
        while index < buffer.count {
            while index < buffer.count, buffer.units[index].isWhitespace { index += 1 }
            let start = index
            while index < buffer.count, !buffer.units[index].isWhitespace { index += 1 }
            if index > start { try body(start, index) }
        }
    }

    private func forEachSegment(in buffer: CodeUnits, _ body: (Int, Int) throws -> Void) throws {
        guard let words else { return }
        var code: Int32 = 0
        cantus_words_set_text(words, buffer.units, Int32(buffer.count), &code)
        guard code <= 0 else { throw CleaningError(rule: tokenizer.rawValue, .text, code: code) }
        var start = 0
        var isWord = false
        while case let boundary = Int(cantus_words_next(words, &isWord)), boundary >= 0 {
            if isWord {
                try body(start, boundary)
            } else if tokenizer == .wordsAndPunctuation {
                // A combining mark or a format character belongs to the space before it (UAX #29, rule WB4): it is a
                // token, the space is none.
                var first = start
                while first < boundary, buffer.units[first].isWhitespace { first += 1 }
                if first < boundary { try body(first, boundary) }
            }
            start = boundary
        }
    }

    /// Whether the text is of ASCII letters, apostrophes and white space only.
    ///
    /// That is what the prose preset leaves of English. Its boundaries follow from the rules of UAX #29 without any
    /// table: WB5 joins letters, WB6 and WB7 join letters over one apostrophe, WB999 divides everything else (what is
    /// inside runs of white space does not matter here).
    private func isPlain(_ buffer: CodeUnits) -> Bool {
        for index in 0..<buffer.count {
            let unit = buffer.units[index]
            guard unit.isASCIILetter || unit.isASCIISpace || unit == 0x27 else { return false }
        }
        return true
    }

    private func forEachPlainWord(in buffer: CodeUnits, _ body: (Int, Int) throws -> Void) rethrows {
        let units = buffer.units
        let count = buffer.count
        var index = 0
        while index < count {
            let start = index
            if units[index].isASCIILetter {
                repeat {
                    index += 1
                } while index < count && (units[index].isASCIILetter
                    || units[index] == 0x27 && index + 1 < count && units[index + 1].isASCIILetter)
                try body(start, index)
            } else {
                index += 1
                if units[start] == 0x27, tokenizer == .wordsAndPunctuation { try body(start, index) }
            }
        }
    }
}

extension CodeUnits {
    /// The bytes that code units `start` up to `end` take in UTF-8.
    @inline(__always)
    fileprivate func utf8Count(_ start: Int, _ end: Int) -> Int {
        var bytes = 0
        for index in start..<end {
            let unit = units[index]
            // Each half of a surrogate pair stands for two of its four bytes.
            bytes += unit < 0x80 ? 1 : unit < 0x800 || unit & 0xF800 == 0xD800 ? 2 : 3
        }
        return bytes
    }
}

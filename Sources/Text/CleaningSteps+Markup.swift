import CICU

extension CleaningSteps {
    /// The longest tag, in code units: a bound on how far a stray `<` is followed.
    private static let longestTag = 4096

    /// Tags, comments, scripts and styles become a space; character references become their character.
    static func stripMarkup(_ buffer: CodeUnits) -> Int {
        guard contains(0x3C, buffer) || contains(0x26, buffer) else { return buffer.count }
        let units = buffer.units
        var markup = Markup(buffer: buffer)
        var write = 0
        var read = 0
        while read < buffer.count {
            let unit = units[read]
            if unit == 0x3C, let end = markup.end(at: read) {
                units[write] = 0x20
                write += 1
                read = end
            } else if unit == 0x26, let (value, end) = reference(buffer, at: read) {
                write += buffer.store(value, at: write)
                read = end
            } else {
                units[write] = unit
                write += 1
                read += 1
            }
        }
        return write
    }

    /// Finds where markup that starts with `<` ends, without looking twice for an end that is not there.
    private struct Markup {
        let buffer: CodeUnits
        var commentsEnd = true
        var scriptsEnd = true
        var stylesEnd = true
        /// How much may still be spent on `<` that start no tag; bounds the work on hostile texts.
        var patience: Int

        init(buffer: CodeUnits) {
            self.buffer = buffer
            patience = buffer.count * 4 + longestTag
        }

        mutating func end(at start: Int) -> Int? {
            if buffer.matches("<!--", at: start) {
                guard commentsEnd else { return nil }
                if let end = find("-->", from: start + 4) { return end }
                commentsEnd = false
                return nil
            }
            guard let tagEnd = tagEnd(at: start) else { return nil }
            if scriptsEnd, isElement("<script", start) {
                if let close = find("</script", from: tagEnd) { return self.tagEnd(at: close) ?? close + 2 }
                scriptsEnd = false
            }
            if stylesEnd, isElement("<style", start) {
                if let close = find("</style", from: tagEnd) { return self.tagEnd(at: close) ?? close + 2 }
                stylesEnd = false
            }
            return tagEnd
        }

        private func isElement(_ name: StaticString, _ start: Int) -> Bool {
            let end = start + name.utf8CodeUnitCount
            return buffer.matches(name, at: start) && end < buffer.count && !buffer.units[end].isASCIILetter
        }

        /// The index behind the `>` of a tag: `<` or `</` and a letter, `<!` and a letter, or `<?`; `>` inside quoted
        /// attributes does not count.
        private mutating func tagEnd(at start: Int) -> Int? {
            let units = buffer.units
            var index = start + 1
            guard index < buffer.count else { return nil }
            if units[index] == 0x2F || units[index] == 0x21 {
                index += 1
                guard index < buffer.count, units[index].isASCIILetter else { return nil }
            } else {
                guard units[index].isASCIILetter || units[index] == 0x3F else { return nil }
            }
            let limit = min(buffer.count, start + min(longestTag, max(patience, 64)))
            var quote: UInt16 = 0
            while index < limit {
                let unit = units[index]
                index += 1
                if quote != 0 {
                    if unit == quote { quote = 0 }
                } else if unit == 0x3E {
                    return index
                } else if unit == 0x3C {
                    break
                } else if unit == 0x22 || unit == 0x27, units[index - 2] == 0x3D || units[index - 2].isASCIISpace {
                    // Quotes count where an attribute's value may start; in `<don't>` they are text.
                    quote = unit
                }
            }
            patience -= index - start
            return nil
        }

        /// The index behind the first `text` from `start` on; for closing tags, the index of it.
        private func find(_ text: StaticString, from start: Int) -> Int? {
            var index = start
            while index < buffer.count {
                if buffer.matches(text, at: index) {
                    return text.utf8Start[0] == 0x3C ? index : index + text.utf8CodeUnitCount
                }
                index += 1
            }
            return nil
        }
    }

    /// The character that a reference such as `&amp;` stands for, and the index behind its semicolon.
    private static func reference(_ buffer: CodeUnits, at start: Int) -> (value: UInt32, end: Int)? {
        let units = buffer.units
        let limit = min(buffer.count, start + 12)
        guard let semicolon = (start + 1..<limit).first(where: { units[$0] == 0x3B }) else { return nil }
        let body = UnsafeBufferPointer(start: units + start + 1, count: semicolon - start - 1)
        guard let first = body.first else { return nil }
        if first == 0x23 {  // number sign
            let isHexadecimal = body.count > 1 && body[1] | 0x20 == 0x78
            let digits = String(decoding: body.dropFirst(isHexadecimal ? 2 : 1), as: UTF16.self)
            guard digits.utf8.first?.isASCIIHexadecimal == true,
                let value = UInt32(digits, radix: isHexadecimal ? 16 : 10), value != 0, Unicode.Scalar(value) != nil
            else { return nil }
            return (value, semicolon + 1)
        }
        guard let value = references[String(decoding: body, as: UTF16.self)] else { return nil }
        return (value, semicolon + 1)
    }

    /// The named references of running text; the HTML standard's 2,000 others are mathematical or rare.
    private static let references: [String: UInt32] = [
        "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "nbsp": 0xA0, "shy": 0xAD,
        "cent": 0xA2, "pound": 0xA3, "yen": 0xA5, "euro": 0x20AC, "sect": 0xA7, "copy": 0xA9, "reg": 0xAE,
        "trade": 0x2122, "deg": 0xB0, "plusmn": 0xB1, "para": 0xB6, "middot": 0xB7, "times": 0xD7, "divide": 0xF7,
        "laquo": 0xAB, "raquo": 0xBB, "lsquo": 0x2018, "rsquo": 0x2019, "sbquo": 0x201A, "ldquo": 0x201C,
        "rdquo": 0x201D, "bdquo": 0x201E, "ndash": 0x2013, "mdash": 0x2014, "hellip": 0x2026, "bull": 0x2022,
        "dagger": 0x2020, "rarr": 0x2192, "larr": 0x2190, "ensp": 0x2002, "emsp": 0x2003, "thinsp": 0x2009,
        "agrave": 0xE0, "aacute": 0xE1, "acirc": 0xE2, "atilde": 0xE3, "auml": 0xE4, "aring": 0xE5, "aelig": 0xE6,
        "ccedil": 0xE7, "egrave": 0xE8, "eacute": 0xE9, "ecirc": 0xEA, "euml": 0xEB, "igrave": 0xEC, "iacute": 0xED,
        "icirc": 0xEE, "iuml": 0xEF, "ntilde": 0xF1, "ograve": 0xF2, "oacute": 0xF3, "ocirc": 0xF4, "otilde": 0xF5,
        "ouml": 0xF6, "oslash": 0xF8, "ugrave": 0xF9, "uacute": 0xFA, "ucirc": 0xFB, "uuml": 0xFC, "szlig": 0xDF,
        "Auml": 0xC4, "Ouml": 0xD6, "Uuml": 0xDC, "Agrave": 0xC0, "Aacute": 0xC1, "Eacute": 0xC9, "Egrave": 0xC8,
        "Ccedil": 0xC7, "Ntilde": 0xD1, "Oslash": 0xD8, "Aring": 0xC5, "AElig": 0xC6, "yacute": 0xFD, "thorn": 0xFE,
    ]
}

extension UInt8 {
    fileprivate var isASCIIHexadecimal: Bool { self &- 0x30 < 10 || (self | 0x20) &- 0x61 < 6 }
}

import CICU

/// The ready-made rules that work in place: none writes more than it has read. They return the new count.
enum CleaningSteps {
    static func lowercaseASCII(_ buffer: CodeUnits) {
        let units = buffer.units
        for index in 0..<buffer.count {
            let unit = units[index]
            units[index] = unit &- 0x41 < 26 ? unit | 0x20 : unit
        }
    }

    static func collapseWhitespace(_ buffer: CodeUnits) -> Int {
        let units = buffer.units
        var write = 0
        var pending = false
        for read in 0..<buffer.count {
            let unit = units[read]
            if unit.isWhitespace {
                pending = write > 0
            } else {
                if pending {
                    units[write] = 0x20
                    write += 1
                    pending = false
                }
                units[write] = unit
                write += 1
            }
        }
        return write
    }

    static func stripDigits(_ buffer: CodeUnits) -> Int {
        let units = buffer.units
        var write = 0
        var read = 0
        var inRun = false
        while read < buffer.count {
            let (value, length) = buffer.character(at: read)
            read += length
            if characterClass(value) == cantus_class_digit {
                if !inRun {
                    units[write] = 0x20
                    write += 1
                }
                inRun = true
            } else {
                write += buffer.store(value, at: write)
                inRun = false
            }
        }
        return write
    }

    static func stripPunctuation(_ buffer: CodeUnits) -> Int {
        let units = buffer.units
        var write = 0
        var read = 0
        var previous = cantus_class_other
        while read < buffer.count {
            let (value, length) = buffer.character(at: read)
            read += length
            let kind = characterClass(value)
            let goes = kind == cantus_class_punctuation || kind == cantus_class_symbol
            if goes, !(isApostrophe(value) && isLetterOrMark(previous) && startsLetter(buffer, read)) {
                units[write] = 0x20
                write += 1
            } else {
                write += buffer.store(value, at: write)
            }
            previous = kind
        }
        return write
    }

    /// Letters with their marks, and apostrophes between letters.
    static func keepWords(_ buffer: CodeUnits) -> Int {
        let units = buffer.units
        var write = 0
        var read = 0
        var inWord = false
        while read < buffer.count {
            let unit = units[read]
            if unit.isASCIILetter {
                if !inWord {
                    if write > 0 {
                        units[write] = 0x20
                        write += 1
                    }
                    inWord = true
                }
                units[write] = unit
                write += 1
                read += 1
                continue
            }
            let (value, length) = buffer.character(at: read)
            read += length
            if isApostrophe(value) {
                if inWord, startsLetter(buffer, read) {
                    units[write] = 0x27
                    write += 1
                } else {
                    inWord = false
                }
                continue
            }
            guard value >= 0x80 else {
                inWord = false
                continue
            }
            let kind = cantus_class_of(value)
            if kind == cantus_class_letter || kind == cantus_class_mark && inWord {
                if !inWord, write > 0 {
                    units[write] = 0x20
                    write += 1
                }
                inWord = true
                write += buffer.store(value, at: write)
            } else if !isInvisible(value, kind) {
                inWord = false
            }
        }
        return write
    }

    static func stripMentions(_ buffer: CodeUnits) -> Int {
        guard contains(0x40, buffer) else { return buffer.count }
        let units = buffer.units
        var write = 0
        var read = 0
        var previousIsWord = false
        while read < buffer.count {
            let (value, length) = buffer.character(at: read)
            read += length
            if value == 0x40, !previousIsWord, let end = nameEnd(buffer, read) {
                units[write] = 0x20
                write += 1
                read = end
                continue
            }
            previousIsWord = isNamePart(value)
            write += buffer.store(value, at: write)
        }
        return write
    }

    private static func nameEnd(_ buffer: CodeUnits, _ start: Int) -> Int? {
        var end = start
        while end < buffer.count {
            let (value, length) = buffer.character(at: end)
            guard isNamePart(value) else { break }
            end += length
        }
        return end > start ? end : nil
    }

    private static func isNamePart(_ value: UInt32) -> Bool {
        if value == 0x5F { return true }
        let kind = characterClass(value)
        return kind == cantus_class_letter || kind == cantus_class_digit || kind == cantus_class_mark
    }

    static func stripURLs(_ buffer: CodeUnits) -> Int {
        let units = buffer.units
        let count = buffer.count
        var write = 0
        var read = 0
        while read < count {
            let unit = units[read]
            if read + 1 < count, mayStartAddress(unit, units[read + 1]), !endsWord(units, write),
                let start = addressStart(buffer, read)
            {
                var end = start
                while end < count, !endsAddress(units[end]) { end += 1 }
                while end > start, isTrailingPunctuation(units[end - 1]) { end -= 1 }
                if end > start {
                    units[write] = 0x20
                    write += 1
                    read = end
                    continue
                }
            }
            units[write] = unit
            write += 1
            read += 1
        }
        return write
    }

    /// The index behind `http://` and the like where that starts at `index`.
    private static func addressStart(_ buffer: CodeUnits, _ index: Int) -> Int? {
        let starts: [StaticString] = ["http://", "https://", "ftp://", "www."]
        for start in starts where buffer.matches(start, at: index) {
            return index + start.utf8CodeUnitCount
        }
        return nil
    }

    /// Whether an address may start with these letters: `ht`, `ft` or `ww`.
    @inline(__always)
    private static func mayStartAddress(_ first: UInt16, _ second: UInt16) -> Bool {
        switch first | 0x20 {
        case 0x68, 0x66: second | 0x20 == 0x74
        case 0x77: second | 0x20 == 0x77
        default: false
        }
    }

    /// Whether what was written so far ends in a letter, a mark or a digit.
    private static func endsWord(_ units: UnsafeMutablePointer<UInt16>, _ count: Int) -> Bool {
        guard count > 0 else { return false }
        let kind = characterClass(UInt32(units[count - 1]))
        return isLetterOrMark(kind) || kind == cantus_class_digit
    }

    private static func endsAddress(_ unit: UInt16) -> Bool {
        unit.isWhitespace || unit == 0x3C || unit == 0x3E || unit == 0x22 || unit < 0x20
    }

    private static func isTrailingPunctuation(_ unit: UInt16) -> Bool {
        switch unit {
        case 0x21, 0x27, 0x28, 0x29, 0x2C, 0x2E, 0x3A, 0x3B, 0x3F, 0x5B, 0x5D, 0x7B, 0x7D: true
        default: false
        }
    }

    // What several steps ask.

    @inline(__always)
    static func isApostrophe(_ value: UInt32) -> Bool { value == 0x27 || value == 0x2019 }

    @inline(__always)
    static func isLetterOrMark(_ kind: cantus_class) -> Bool {
        kind == cantus_class_letter || kind == cantus_class_mark
    }

    @inline(__always)
    static func startsLetter(_ buffer: CodeUnits, _ index: Int) -> Bool {
        index < buffer.count && characterClass(buffer.character(at: index).value) == cantus_class_letter
    }

    /// Format characters stand inside words (joiners, soft hyphens); the zero-width space stands between them.
    @inline(__always)
    static func isInvisible(_ value: UInt32, _ kind: cantus_class) -> Bool {
        kind == cantus_class_format && value != 0x200B
    }

    static func contains(_ unit: UInt16, _ buffer: CodeUnits) -> Bool {
        UnsafeBufferPointer(start: buffer.units, count: buffer.count).contains(unit)
    }
}

extension CodeUnits {
    /// Whether a text in lower-case ASCII stands at `index`, in whatever case.
    func matches(_ text: StaticString, at index: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index + length <= count else { return false }
        for offset in 0..<length {
            let unit = units[index + offset]
            let lower = unit &- 0x41 < 26 ? unit | 0x20 : unit
            if lower != UInt16(text.utf8Start[offset]) { return false }
        }
        return true
    }
}

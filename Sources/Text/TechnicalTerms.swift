import CICU

/// The rule `keepTechnicalTerms`: words, numbers and names with signs, one space between.
enum TechnicalTerms {
    static func keep(in source: CodeUnitBuffer, into destination: CodeUnitBuffer) {
        // A space may be added behind each `#` or `++`.
        destination.reserve(source.count * 2 + 1)
        var scanner = Scanner(source: source.view, output: destination.view)
        destination.count = scanner.run()
    }

    /// What a character is to this rule.
    private enum Kind {
        case letter, number, mark, underscore, other

        /// Whether the character belongs to words.
        var isWord: Bool { self != .other }
        var isLetterOrNumber: Bool { self == .letter || self == .number }
    }

    @inline(__always)
    private static func kind(_ value: UInt32) -> Kind {
        if value < 0x80 {
            let unit = UInt16(truncatingIfNeeded: value)
            if unit.isASCIILetter { return .letter }
            if unit.isASCIIDigit { return .number }
            return unit == 0x5F ? .underscore : .other
        }
        return switch cantus_class_of(value) {
        case cantus_class_letter: .letter
        case cantus_class_digit, cantus_class_number: .number
        case cantus_class_mark: .mark
        default: .other
        }
    }

    private struct Scanner {
        let source: CodeUnits
        let output: CodeUnits
        var write = 0
        /// Where the token that is being written starts.
        var start = 0
        var inToken = false
        /// Whether the token has a letter or a number; one without (`__`) is taken back.
        var hasLetterOrNumber = false
        /// Word characters since the token's start or its last sign: `c` in `objective-c`.
        var wordLength = 0
        var previous: UInt32 = 0x20
        var previousKind = Kind.other

        init(source: CodeUnits, output: CodeUnits) {
            self.source = source
            self.output = output
        }

        /// Returns how many code units were written.
        mutating func run() -> Int {
            var read = 0
            while read < source.count {
                let first = read
                while read < source.count, source.units[read].isASCIILetter { read += 1 }
                if read > first {
                    copyLetters(first, read)
                    continue
                }
                let (value, length) = source.character(at: read)
                let kind = TechnicalTerms.kind(value)
                if kind.isWord, kind != .mark || inToken {
                    begin()
                    emit(value)
                    wordLength += 1
                    if kind.isLetterOrNumber { hasLetterOrNumber = true }
                    read += length
                } else if value >= 0x80, value != 0x2019, CleaningSteps.isInvisible(value, cantus_class_of(value)) {
                    // A joiner or soft hyphen inside a word is as if it were not there.
                    read += length
                    continue
                } else {
                    read += sign(value, length, at: read)
                }
                previous = value
                previousKind = kind
            }
            end()
            return write
        }

        /// Most of every text.
        private mutating func copyLetters(_ first: Int, _ end: Int) {
            begin()
            output.units.advanced(by: write).update(from: source.units + first, count: end - first)
            write += end - first
            wordLength += end - first
            hasLetterOrNumber = true
            previous = UInt32(source.units[end - 1])
            previousKind = .letter
        }

        /// Handles a character that belongs to no word by itself. Returns how many code units it took.
        private mutating func sign(_ value: UInt32, _ length: Int, at read: Int) -> Int {
            let next = kind(at: read + length)
            let follows = inToken && previousKind.isWord
            switch value {
            case 0x2E where follows && next.isWord, 0x2D where follows && next.isWord:  // . -
                join(value)
            case 0x2E where next == .letter && startsName():
                end()
                begin()
                emit(value)
                wordLength = 0
            case 0x27 where follows && previousKind == .letter && next == .letter,
                0x2019 where follows && previousKind == .letter && next == .letter:
                join(0x27)
            case 0x23 where follows && previousKind == .letter && (wordLength == 1 || !next.isWord):  // #
                emit(value)
                end()
            case 0x2B where follows && previousKind.isLetterOrNumber && unit(at: read + 1) == 0x2B:  // ++
                let afterwards = kind(at: read + 2)
                if !afterwards.isWord && unit(at: read + 2) != 0x2B {
                    emit(value)
                    emit(value)
                    end()
                } else if afterwards == .number && wordLength == 1 && previousKind == .letter {
                    join(value)
                    join(value)
                } else {
                    end()
                }
                return 2
            default:
                end()
            }
            return length
        }

        /// Whether `.` may start a name (`.net`) behind the previous character.
        private func startsName() -> Bool {
            switch previous {
            case 0x22, 0x23, 0x26, 0x27, 0x28, 0x2B, 0x2C, 0x2F, 0x3A, 0x3B, 0x3C, 0x3D, 0x5B, 0x60, 0x7B, 0x7C: true
            case 0x2018, 0x201C: true
            default: previous < 0x1_0000 && UInt16(previous).isWhitespace
            }
        }

        private func unit(at index: Int) -> UInt16? { index < source.count ? source.units[index] : nil }

        private func kind(at index: Int) -> Kind {
            index < source.count ? TechnicalTerms.kind(source.character(at: index).value) : .other
        }

        private mutating func emit(_ value: UInt32) { write += output.store(value, at: write) }

        private mutating func join(_ value: UInt32) {
            emit(value)
            wordLength = 0
        }

        private mutating func begin() {
            guard !inToken else { return }
            inToken = true
            hasLetterOrNumber = false
            wordLength = 0
            start = write
            if write > 0 {
                output.units[write] = 0x20
                write += 1
            }
        }

        private mutating func end() {
            if inToken, !hasLetterOrNumber { write = start }
            inToken = false
        }
    }
}

extension LabelList {
    /// The texts of a list literal as Python or JSON writes it.
    static func literalList(_ text: String) throws(Malformed) -> [String] {
        var parser = LiteralParser(text: text)
        return try parser.list()
    }

    private struct LiteralParser {
        let text: String
        let characters: [Unicode.Scalar]
        var index = 1  // behind the opening bracket

        init(text: String) {
            self.text = text
            characters = Array(text.unicodeScalars)
        }

        mutating func list() throws(Malformed) -> [String] {
            var labels: [String] = []
            while true {
                skipSpace()
                if peek == "]" { break }
                guard let quote = peek, quote == "'" || quote == "\"" else {
                    throw unexpected("a quoted label or \"]\"")
                }
                labels.append(try quoted(by: quote))
                skipSpace()
                if peek == "]" { break }
                guard peek == "," else { throw unexpected("\",\" or \"]\"") }
                index += 1
            }
            index += 1
            guard peek == nil else { throw unexpected("nothing after \"]\"") }
            return labels
        }

        private mutating func quoted(by quote: Unicode.Scalar) throws(Malformed) -> String {
            var label = String.UnicodeScalarView()
            index += 1
            while let scalar = peek {
                index += 1
                if scalar == quote { return String(label) }
                if scalar == "\\" {
                    try appendEscaped(to: &label)
                } else {
                    label.append(scalar)
                }
            }
            throw unexpected("a closing \(quote)")
        }

        /// Reads what follows a backslash.
        private mutating func appendEscaped(to label: inout String.UnicodeScalarView) throws(Malformed) {
            guard let scalar = peek else { throw unexpected("an escaped character") }
            index += 1
            switch scalar {
            case "\\", "'", "\"", "/": label.append(scalar)
            case "n": label.append("\n")
            case "t": label.append("\t")
            case "r": label.append("\r")
            case "a": label.append("\u{7}")
            case "b": label.append("\u{8}")
            case "f": label.append("\u{C}")
            case "v": label.append("\u{B}")
            case "x": label.append(try character(try number(2)))
            case "u":
                let value = try number(4)
                // JSON writes characters beyond U+FFFF as two escapes.
                if value & 0xFC00 == 0xD800, peek == "\\", index + 1 < characters.count, characters[index + 1] == "u" {
                    index += 2
                    let low = try number(4)
                    guard low & 0xFC00 == 0xDC00 else { throw unexpected("the second half of a surrogate pair before") }
                    label.append(try character(0x1_0000 + (value & 0x3FF) << 10 + low & 0x3FF))
                } else {
                    label.append(try character(value))
                }
            case "U": label.append(try character(try number(8)))
            case "0"..."7":
                index -= 1
                var value: UInt32 = 0
                var digits = 0
                while digits < 3, let digit = peek, ("0"..."7").contains(digit) {
                    value = value * 8 + digit.value - 0x30
                    index += 1
                    digits += 1
                }
                label.append(try character(value))
            default:
                // Python leaves a backslash before any other character as it is.
                label.append("\\")
                label.append(scalar)
            }
        }

        private mutating func number(_ digits: Int) throws(Malformed) -> UInt32 {
            var value: UInt32 = 0
            for _ in 0..<digits {
                guard let digit = peek, digit.isASCII, let part = Character(digit).hexDigitValue else {
                    throw unexpected("\(digits) hexadecimal digits")
                }
                value = value << 4 | UInt32(part)
                index += 1
            }
            return value
        }

        private func character(_ value: UInt32) throws(Malformed) -> Unicode.Scalar {
            guard let scalar = Unicode.Scalar(value) else {
                throw unexpected("the number of a Unicode character before")
            }
            return scalar
        }

        private var peek: Unicode.Scalar? { index < characters.count ? characters[index] : nil }

        private mutating func skipSpace() {
            while let scalar = peek, scalar.properties.isWhitespace { index += 1 }
        }

        private func unexpected(_ expected: String) -> Malformed {
            let found = peek.map { "\"\($0)\"" } ?? "the end"
            let place = "character \(index + 1) of \(shortened(text))"
            return Malformed(description: "\(found) was found at \(place), \(expected) was expected")
        }
    }
}

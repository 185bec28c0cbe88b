import CICU

/// A compiled rule of the user: an ICU regular expression with its replacement.
final class RegularExpression {
    private let name: String
    private let pattern: String
    private let replacement: [UInt16]
    private let regex: OpaquePointer

    /// - Throws: `CleaningError` where the pattern or the replacement is wrong.
    init(name: String, pattern: String, replacement: String) throws {
        self.name = name
        self.pattern = pattern
        self.replacement = Array(replacement.utf16)
        let units = Array(pattern.utf16)
        var error = cantus_regex_error()
        guard let regex = cantus_regex_open(units, Int32(units.count), &error) else {
            throw CleaningError(
                rule: name, pattern: pattern, .pattern(offset: Self.offset(of: error, in: units)), code: error.code)
        }
        self.regex = regex
        try checkReplacement()
    }

    deinit { cantus_regex_close(regex) }

    /// Replaces every match in `source`. Returns false where nothing matches; `destination` is then not written.
    func replaceMatches(in source: CodeUnitBuffer, into destination: CodeUnitBuffer) throws -> Bool {
        // Time grows with the text, so that a long text under a good pattern never fails, and ends for every text.
        let limit = Int32(clamping: 2000 + source.count / 64)  // about a millisecond each
        destination.reserve(source.count + 64)
        while true {
            var code: Int32 = 0
            let length = cantus_regex_replace_all(
                regex, source.units, Int32(source.count), replacement, Int32(replacement.count), destination.units,
                Int32(clamping: destination.capacity), limit, &code)
            guard code <= 0 else {
                throw CleaningError(
                    rule: name, pattern: pattern, cantus_icu_is_exhaustion(code) ? .exhausted : .text, code: code)
            }
            if length < 0 { return false }
            if Int(length) <= destination.capacity {
                destination.count = Int(length)
                return true
            }
            destination.reserve(Int(length))
        }
    }

    /// ICU would find a wrong group only at the first match; that may be hours into a run.
    private func checkReplacement() throws {
        func fail(_ offset: Int, _ detail: String) -> CleaningError {
            CleaningError(rule: name, pattern: pattern, .replacement(offset: offset), detail: detail)
        }
        let groups = Int(cantus_regex_group_count(regex))
        var index = 0
        while index < replacement.count {
            let unit = replacement[index]
            if unit == 0x5C {  // backslash
                guard index + 1 < replacement.count else { throw fail(index, "nothing follows the backslash") }
                index += 2
            } else if unit == 0x24 {  // dollar
                guard index + 1 < replacement.count else { throw fail(index, "no group follows the dollar sign") }
                if replacement[index + 1].isASCIIDigit {
                    let group = Int(replacement[index + 1]) - 0x30
                    guard group <= groups else {
                        throw fail(index, "group \(group) was found, the pattern has \(groups)")
                    }
                    index += 2
                } else if replacement[index + 1] == 0x7B, let end = replacement[index...].firstIndex(of: 0x7D) {
                    let group = Array(replacement[(index + 2)..<end])
                    guard cantus_regex_has_group(regex, group, Int32(group.count)) else {
                        let name = String(decoding: group, as: UTF16.self)
                        throw fail(index, "the pattern has no group named \"\(name)\"")
                    }
                    index = end + 1
                } else {
                    throw fail(index, "a group number or {name} was expected after the dollar sign")
                }
            } else {
                index += 1
            }
        }
    }

    /// ICU counts lines and offsets in them; a reader of the message wants one number.
    private static func offset(of error: cantus_regex_error, in pattern: [UInt16]) -> Int {
        var line = 1
        var start = 0
        for (index, unit) in pattern.enumerated() where unit == 0x0A && line < error.line {
            line += 1
            start = index + 1
        }
        return min(start + max(0, Int(error.offset)), pattern.count)
    }
}

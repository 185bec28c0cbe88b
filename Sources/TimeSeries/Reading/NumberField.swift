import Tables

/// What a field of values holds.
enum NumberField: Equatable {
    case value(Double)
    /// Nothing, or a word that stands for nothing.
    case missing
    case malformed(Problem)

    enum Problem: Equatable {
        case noNumber, infinite, tooLarge
    }

    /// Values beyond this would be infinite in the single precision that networks compute in.
    static let largest = 1e37

    /// Words for a missing value, in lower case.
    private static let missingWords: Set<String> = ["nan", "na", "n/a", "#n/a", "<na>", "null", "none", "nil", "?", "-"]
    private static let infiniteWords: Set<String> = [
        "inf", "infinity", "+inf", "+infinity", "-inf", "-infinity", "∞", "-∞",
    ]

    /// - Parameter decimalComma: Whether a comma may stand for the decimal point, as in tables that are separated by
    ///   semicolons.
    init(_ field: String, decimalComma: Bool) {
        var text = field
        let isPlain = text.withUTF8 { $0.allSatisfy(Self.isOfNumber) }
        if isPlain, !text.isEmpty, let number = Double(text) {
            self = Self.checked(number)
            return
        }
        let word = trimmed(text)
        if word.isEmpty || Self.missingWords.contains(word.lowercased()) {
            self = .missing
        } else if Self.infiniteWords.contains(word.lowercased()) {
            self = .malformed(.infinite)
        } else if decimalComma, let number = Self.withDecimalComma(word) {
            self = Self.checked(number)
        } else if word.utf8.allSatisfy(Self.isOfNumber), let number = Double(word) {
            self = Self.checked(number)
        } else {
            self = .malformed(.noNumber)
        }
    }

    private static func checked(_ number: Double) -> NumberField {
        if number.isInfinite { return .malformed(.infinite) }
        return number.magnitude <= largest ? .value(number) : .malformed(.tooLarge)
    }

    /// `1234,5`; nil where there is a point too, or more than one comma.
    private static func withDecimalComma(_ word: String) -> Double? {
        let parts = word.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, !word.contains("."), word.utf8.allSatisfy({ isOfNumber($0) || $0 == 0x2C }) else {
            return nil
        }
        return Double(parts.joined(separator: "."))
    }

    /// Digits, signs, point and exponent: what else `Double` reads, as hexadecimal digits, is no number in a table.
    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }
}

extension NumberField.Problem {
    /// The end of a message that starts with what was found.
    var clause: String {
        switch self {
        case .noNumber: "a number was expected, or nothing where the value is missing"
        case .infinite: "a finite number was expected"
        case .tooLarge: "a number of at most 1e37 was expected"
        }
    }
}

/// A field as messages show it, cut where it is long.
func quoted(_ field: String) -> String {
    field.count > 40 ? "\"\(field.prefix(40))…\"" : "\"\(field)\""
}

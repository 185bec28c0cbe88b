import CICU

/// Code units in memory that somebody else owns.
///
/// Inner loops work on this value: access to properties of an object would be checked at every step.
struct CodeUnits {
    let units: UnsafeMutablePointer<UInt16>
    let count: Int

    /// Whether every code unit is an ASCII character.
    var isASCII: Bool {
        var union: UInt16 = 0
        for index in 0..<count { union |= units[index] }
        return union < 0x80
    }

    /// The code point at `index` and the number of code units that it takes. A lone surrogate stands for itself.
    @inline(__always)
    func character(at index: Int) -> (value: UInt32, length: Int) {
        let unit = units[index]
        if unit & 0xFC00 == 0xD800, index + 1 < count, units[index + 1] & 0xFC00 == 0xDC00 {
            return (0x1_0000 + (UInt32(unit & 0x3FF) << 10 | UInt32(units[index + 1] & 0x3FF)), 2)
        }
        return (UInt32(unit), 1)
    }

    /// Writes one code point and returns the number of code units that it takes.
    @inline(__always)
    func store(_ value: UInt32, at index: Int) -> Int {
        if value < 0x1_0000 {
            units[index] = UInt16(truncatingIfNeeded: value)
            return 1
        }
        units[index] = UInt16(truncatingIfNeeded: 0xD7C0 + (value >> 10))
        units[index + 1] = UInt16(truncatingIfNeeded: 0xDC00 + (value & 0x3FF))
        return 2
    }
}

// Classes of characters that the steps tell apart; the ASCII ones without a call.

extension UInt16 {
    @inline(__always) var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
    @inline(__always) var isASCIIDigit: Bool { self &- 0x30 < 10 }
    @inline(__always) var isASCIISpace: Bool { self == 0x20 || self &- 9 < 5 }

    /// Whether this code unit has the property White_Space; all such characters take one code unit.
    @inline(__always) var isWhitespace: Bool {
        self < 0x80 ? isASCIISpace : self == 0x85 || self == 0xA0 || self >= 0x1680 && isRareWhitespace
    }

    private var isRareWhitespace: Bool {
        switch self {
        case 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}

/// The class of a code point.
@inline(__always)
func characterClass(_ value: UInt32) -> cantus_class {
    guard value < 0x80 else { return cantus_class_of(value) }
    let unit = UInt16(truncatingIfNeeded: value)
    if unit.isASCIILetter { return cantus_class_letter }
    if unit.isASCIISpace { return cantus_class_space }
    if unit.isASCIIDigit { return cantus_class_digit }
    switch value {
    case 0x24, 0x2B, 0x3C, 0x3D, 0x3E, 0x5E, 0x60, 0x7C, 0x7E: return cantus_class_symbol
    case 0x21...0x7E: return cantus_class_punctuation
    default: return cantus_class_other
    }
}

import CICU

/// UTF-16 code units whose memory is kept from text to text.
///
/// ICU works on UTF-16, so the cleaning steps and the tokenizer do too: a text is widened once, changed in place or
/// between two such buffers, and narrowed token by token.
final class CodeUnitBuffer {
    private(set) var units: UnsafeMutablePointer<UInt16>
    private(set) var capacity: Int
    var count = 0
    /// One token in UTF-8.
    private var scratch: UnsafeMutablePointer<UInt8>
    private var scratchCapacity = 256

    init() {
        capacity = 256
        units = .allocate(capacity: capacity)
        scratch = .allocate(capacity: scratchCapacity)
    }

    deinit {
        units.deallocate()
        scratch.deallocate()
    }

    /// Makes room for `wanted` code units; what the buffer held may be lost.
    func reserve(_ wanted: Int) {
        guard wanted > capacity else { return }
        units.deallocate()
        capacity = max(wanted, capacity * 2)
        units = .allocate(capacity: capacity)
    }

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

    /// Replaces the content by a text in UTF-8. Bytes that are no UTF-8 become U+FFFD.
    func load(_ bytes: UnsafeBufferPointer<UInt8>) {
        reserve(bytes.count)
        var read = 0
        var write = 0
        while read < bytes.count {
            // Blocks of ASCII are widened at once.
            if bytes.count - read >= 16 {
                let block = UnsafeRawPointer(bytes.baseAddress! + read).loadUnaligned(as: SIMD16<UInt8>.self)
                if block.max() < 0x80 {
                    UnsafeMutableRawPointer(units + write).storeBytes(
                        of: SIMD16<UInt16>(truncatingIfNeeded: block), as: SIMD16<UInt16>.self)
                    read += 16
                    write += 16
                    continue
                }
            }
            let end = min(read + 16, bytes.count)
            while read < end {
                if bytes[read] < 0x80 {
                    units[write] = UInt16(bytes[read])
                    read += 1
                    write += 1
                } else {
                    let (value, length) = Self.decode(bytes, at: read)
                    read += length
                    write += store(value, at: write)
                }
            }
        }
        count = write
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

    private static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> (value: UInt32, length: Int) {
        var decoder = Unicode.UTF8.ForwardParser()
        var rest = UnsafeBufferPointer(rebasing: bytes[start..<min(start + 4, bytes.count)]).makeIterator()
        switch decoder.parseScalar(from: &rest) {
        case .valid(let encoded): return (Unicode.UTF8.decode(encoded).value, encoded.count)
        case .error(let length): return (0xFFFD, length)
        case .emptyInput: return (0xFFFD, 1)
        }
    }

    /// The text from code unit `start` up to `end` in UTF-8, in memory that the next call reuses.
    @inline(__always)
    func encode(_ start: Int, _ end: Int) -> UnsafeBufferPointer<UInt8> {
        let wanted = (end - start) * 3
        if scratchCapacity < wanted { growScratch(wanted) }
        let bytes = scratch
        var write = 0
        var read = start
        while read < end {
            let unit = units[read]
            if unit < 0x80 {
                bytes[write] = UInt8(truncatingIfNeeded: unit)
                write += 1
                read += 1
                continue
            }
            let (value, length) = character(at: read)
            // A lone surrogate, which only a replacement by a user could leave, has no UTF-8.
            let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
            for byte in UTF8.encode(scalar).unsafelyUnwrapped {
                bytes[write] = byte
                write += 1
            }
            read += length
        }
        return UnsafeBufferPointer(start: bytes, count: write)
    }

    private func growScratch(_ wanted: Int) {
        scratch.deallocate()
        scratchCapacity = max(wanted, scratchCapacity * 2)
        scratch = .allocate(capacity: scratchCapacity)
    }

    /// The content as a string.
    func makeString() -> String {
        if isASCII {
            return String(unsafeUninitializedCapacity: count) { bytes in
                for index in 0..<count { bytes[index] = UInt8(truncatingIfNeeded: units[index]) }
                return count
            }
        }
        return String(decoding: UnsafeBufferPointer(start: units, count: count), as: UTF16.self)
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

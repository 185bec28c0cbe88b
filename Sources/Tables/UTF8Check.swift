/// Strict checking of UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing beyond U+10FFFF.
package enum UTF8Check {
    /// The offset of the first byte that does not start or continue a well-formed sequence; nil where all is well.
    ///
    /// The offset is that of the sequence's first byte.
    package static func firstMalformedByte(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        let count = bytes.count
        while index < count {
            if bytes[index] < 0x80 {
                // Most text is ASCII: eight bytes at a time.
                while count - index >= 8 {
                    let block = UnsafeRawPointer(bytes.baseAddress! + index).loadUnaligned(as: UInt64.self)
                    guard block & 0x8080_8080_8080_8080 == 0 else { break }
                    index += 8
                }
                while index < count, bytes[index] < 0x80 { index += 1 }
                continue
            }
            guard let length = sequenceLength(bytes, at: index) else { return index }
            index += length
        }
        return nil
    }

    /// The length of the well-formed sequence beyond ASCII at `index`; nil where there is none.
    private static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
        let first = bytes[index]
        // Table 3-7 of The Unicode Standard: the second byte's range depends on the first.
        let (length, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return nil }
        for offset in 2..<max(2, length) where bytes[index + offset] & 0xC0 != 0x80 { return nil }
        return length
    }

    /// What a message says about a malformed byte: its offset in the file and its value.
    package static func message(byte: UInt8, offset: Int) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "byte \(offset) is 0x\(digits.count < 2 ? "0" : "")\(digits), UTF-8 was expected"
    }
}

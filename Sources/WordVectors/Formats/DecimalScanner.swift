/// Decimal numbers in text to the nearest `Float`.
enum DecimalScanner {
    /// The number that all of these bytes spell; nil where they spell none. Beyond the range of `Float` it is infinite.
    ///
    /// Digits are gathered into one integer and scaled in `Double` by a power of ten that is exact, which leaves one
    /// rounding (Clinger 1990, "How to read floating point numbers accurately"). A `Double` that lies half-way between
    /// two floats may owe that to its own rounding, and is read again in the slow way, as is every number that is out
    /// of the range of the fast one.
    @inline(__always)
    static func float(_ bytes: UnsafeRawBufferPointer) -> Float? {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return nil }
        var next = base
        let end = base + bytes.count
        @inline(__always) func byte() -> UInt8 { next.load(as: UInt8.self) }
        let isNegative = byte() == UInt8(ascii: "-")
        if isNegative || byte() == UInt8(ascii: "+") { next += 1 }
        var digits: UInt64 = 0
        var digitCount = 0
        var exponent = 0
        @inline(__always) func takeDigits() {
            while next < end {
                let digit = byte() &- UInt8(ascii: "0")
                guard digit < 10 else { return }
                digits = digits &* 10 &+ UInt64(digit)
                digitCount &+= 1
                next += 1
            }
        }
        takeDigits()
        if next < end, byte() == UInt8(ascii: ".") {
            next += 1
            let whole = digitCount
            takeDigits()
            exponent = whole - digitCount
        }
        guard digitCount > 0 else { return slow(bytes) }
        if next < end {
            guard byte() | 0x20 == UInt8(ascii: "e") else { return slow(bytes) }
            next += 1
            guard next < end else { return nil }
            let isBelow = byte() == UInt8(ascii: "-")
            if isBelow || byte() == UInt8(ascii: "+") { next += 1 }
            guard next < end, end - next <= 6 else { return slow(bytes) }
            var power = 0
            while next < end {
                let digit = byte() &- UInt8(ascii: "0")
                guard digit < 10 else { return slow(bytes) }
                power = power * 10 + Int(digit)
                next += 1
            }
            exponent += isBelow ? -power : power
        }
        guard digitCount <= 19, digits <= 1 << 53, (-22...22).contains(exponent) else { return slow(bytes) }
        let power = powers[exponent < 0 ? -exponent : exponent]
        let value = exponent < 0 ? Double(digits) / power : Double(digits) * power
        let isHalfWay = value.bitPattern & 0x1FFF_FFFF == 0x1000_0000
        let isSmall = value < Double(Float.leastNormalMagnitude) && digits != 0
        guard !isHalfWay, !isSmall else { return slow(bytes) }
        return Float(isNegative ? -value : value)
    }

    /// A whole number of plain digits; nil where there is anything else, or where it is beyond `Int`.
    static func count(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard !bytes.isEmpty else { return nil }
        var value = 0
        for byte in bytes {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow2) = product.addingReportingOverflow(Int(digit))
            guard !overflow, !overflow2 else { return nil }
            value = sum
        }
        return value
    }

    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    @inline(never)
    private static func slow(_ bytes: UnsafeRawBufferPointer) -> Float? {
        // What the standard library reads besides decimals is left out: hexadecimal floats.
        guard !bytes.contains(where: { $0 | 0x20 == UInt8(ascii: "x") }) else { return nil }
        return Float(String(decoding: bytes, as: UTF8.self))
    }
}

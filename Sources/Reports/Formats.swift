/// Numbers, times and sizes as people read them.
///
/// All results are the same in every locale: a point before the decimals, a comma between thousands.
public enum Formats {
    /// A number with a fixed count of decimals: `fixed(0.6249, decimals: 2)` is `0.62`.
    ///
    /// The exact binary value is rounded to the nearest decimal, ties to the even digit, as C's `printf` does. A
    /// negative number that rounds to zero has no sign. From 2^63 on the decimals are those of the scientific form, as in
    /// `1.11e+30`. Values that are not finite are `nan`, `inf` and `-inf`.
    ///
    /// - Precondition: `decimals` is in 0...15.
    public static func fixed(_ value: Double, decimals: Int) -> String {
        precondition((0...15).contains(decimals), "\(decimals) decimals asked for, 0...15 possible")
        if value.isNaN { return "nan" }  // without the sign that a NaN may have
        let magnitude = value.magnitude
        guard magnitude < 0x1p63 else { return scientific(value, decimals: decimals) }
        let whole = magnitude.rounded(.towardZero)
        var integer = UInt64(whole)
        var fraction = rounded(magnitude - whole, decimals: decimals, wholeIsOdd: integer % 2 == 1)
        if fraction == powersOfTen[decimals] {
            integer += 1
            fraction = 0
        }
        let sign = value < 0 && (integer, fraction) != (0, 0) ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(integer)" }
        return "\(sign)\(integer).\(padded(fraction, to: decimals))"
    }

    /// A share as a percentage: `percent(0.625)` is `62.5 %`.
    ///
    /// The exact binary value of the share is rounded, as in `fixed`.
    ///
    /// - Precondition: `decimals` is in 0...13.
    public static func percent(_ share: Double, decimals: Int = 1) -> String {
        precondition((0...13).contains(decimals), "\(decimals) decimals asked for, 0...13 possible")
        guard share.magnitude < 0x1p63 else { return fixed(share * 100, decimals: 0) + " %" }
        // The digits of the share with two decimals more; the point then moves, which rounds nothing.
        let digits = fixed(share, decimals: decimals + 2)
        let point = digits.firstIndex(of: ".") ?? digits.endIndex
        let sign = digits.hasPrefix("-") ? "-" : ""
        let moved = digits[..<point].dropFirst(sign.utf8.count) + digits[point...].dropFirst().prefix(2)
        let leading = moved.dropFirst(min(moved.prefix { $0 == "0" }.utf8.count, moved.utf8.count - 1))
        let decimalDigits = digits[point...].dropFirst(3)
        return sign + leading + (decimals > 0 ? "." + decimalDigits : "") + " %"
    }

    /// A whole number with a comma between thousands: `1,234,567`.
    public static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude).utf8)
        var result: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { result.append(UInt8(ascii: ",")) }
            result.append(digit)
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// A length of time: `12 µs`, `350 ms`, `1.4 s`, `2 min 05 s`, `3 h 20 min`.
    ///
    /// What rounds up to the next unit is given in it. Values that are not finite are as in `fixed`, with `s`.
    public static func duration(seconds: Double) -> String {
        guard seconds.isFinite else { return fixed(seconds, decimals: 0) + " s" }
        if seconds < 0 { return "-" + duration(seconds: -seconds) }
        if seconds == 0 { return "0 s" }
        if (seconds * 1e6).rounded() < 1000 { return "\(Int((seconds * 1e6).rounded())) µs" }
        if (seconds * 1e3).rounded() < 1000 { return "\(Int((seconds * 1e3).rounded())) ms" }
        if (seconds * 10).rounded() < 600 { return fixed(seconds, decimals: 1) + " s" }
        guard seconds < 1e15 else { return "\(seconds) s" }
        let whole = UInt64(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(padded(whole % 60, to: 2)) s" }
        let minutes = UInt64((seconds / 60).rounded())
        return "\(minutes / 60) h \(padded(minutes % 60, to: 2)) min"
    }

    /// A number of bytes in powers of 1000: `512 B`, `1.5 kB`, `12.3 MB`.
    ///
    /// What rounds up to 1000 is given in the next unit.
    ///
    /// - Precondition: `count` is not negative.
    public static func bytes(_ count: Int) -> String {
        precondition(count >= 0, "\(count) bytes")
        if count < 1000 { return "\(count) B" }
        var size = Double(count) / 1000
        var units = ["kB", "MB", "GB", "TB", "PB", "EB"][...]
        while units.count > 1, (size * 10).rounded() >= 10_000 {
            size /= 1000
            units.removeFirst()
        }
        return "\(fixed(size, decimals: 1)) \(units[units.startIndex])"
    }
}

extension Formats {
    private static let powersOfTen: [UInt64] = (0...15).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    /// A fraction of one, in units of the last decimal, rounded to nearest with ties to even.
    ///
    /// The product with the power of ten is split into its floating-point value and the error of that, which together
    /// are exact; so the rounding is right also where the product alone looks like a tie.
    private static func rounded(_ fraction: Double, decimals: Int, wholeIsOdd: Bool) -> UInt64 {
        let power = Double(powersOfTen[decimals])
        let product = fraction * power
        let error = (-product).addingProduct(fraction, power)
        let below = product.rounded(.down)
        let rest = product - below
        let units = UInt64(below)
        if rest != 0.5 { return rest > 0.5 ? units + 1 : units }
        if error != 0 { return error > 0 ? units + 1 : units }
        let isOdd = decimals == 0 ? wholeIsOdd : units % 2 == 1
        return isOdd ? units + 1 : units
    }

    /// A large number by the shortest digits that tell it from others, rounded to a count of decimals.
    private static func scientific(_ value: Double, decimals: Int) -> String {
        let parts = "\(value)".split(separator: "e")
        guard parts.count == 2, let mantissa = Double(parts[0]), let exponent = Int(parts[1]) else { return "\(value)" }
        let digits = fixed(mantissa, decimals: decimals)
        let isTen = digits.drop { $0 == "-" }.hasPrefix("10")
        return isTen ? "\(fixed(mantissa / 10, decimals: decimals))e+\(exponent + 1)" : "\(digits)e+\(exponent)"
    }

    private static func padded(_ number: UInt64, to count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
    }
}

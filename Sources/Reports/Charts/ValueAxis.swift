/// The vertical axis of a chart: its range, round ticks, and their labels.
package struct ValueAxis {
    package let low: Double
    package let high: Double
    package let ticks: [Double]
    private let distance: Double
    private let unit: (size: Double, letter: String)

    /// - Parameters:
    ///   - values: What is drawn; values that are not finite do not count.
    ///   - fromZero: Whether the axis starts at zero whatever the values are, as bars and errors want it.
    package init(_ values: some Sequence<Double>, fromZero: Bool = false) {
        var (least, most) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite {
            least = min(least, value)
            most = max(most, value)
        }
        if least > most { (least, most) = (0, 1) }
        // Zero belongs to the picture where it is near.
        if least >= 0, fromZero || least < most * 0.4 { least = 0 }
        if most <= 0, most > least * 0.4 { most = 0 }
        if most <= least {
            let size = max(abs(most) * 0.1, most == 0 ? 1 : 0)
            (least, most) = (least - size, most + size)
        }
        let margin = (most - least) * 0.05
        distance = RoundTicks.distance(in: most - least, atMost: 6)
        low = least == 0 ? 0 : least - margin
        high = most == 0 ? 0 : most + margin
        ticks = RoundTicks.multiples(of: distance, from: low, to: high)
        let largest = max(abs(low), abs(high))
        unit =
            switch largest {
            case 1e12...: (1e12, "T")
            case 1e9...: (1e9, "B")
            case 1e6...: (1e6, "M")
            case 1e4...: (1e3, "k")
            default: (1, "")
            }
    }

    /// `1.2 B`, `350 k`, `0.25`; numbers that no letter helps are in powers of ten.
    package func label(_ value: Double) -> String {
        if value == 0 { return "0" }
        let largest = max(abs(low), abs(high))
        if largest >= 1e15 || distance < 1e-6 { return Self.scientific(value) }
        var decimals = 0
        var scaled = distance / unit.size
        while decimals < 9, abs(scaled - scaled.rounded()) > 1e-6 * scaled {
            scaled *= 10
            decimals += 1
        }
        let text = Formats.fixed(value / unit.size, decimals: decimals)
        return (text.hasPrefix("-") ? "−" + text.dropFirst() : text) + (unit.letter.isEmpty ? "" : " " + unit.letter)
    }

    private static func scientific(_ value: Double) -> String {
        var (mantissa, exponent) = (abs(value), 0)
        while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        let text = Formats.fixed(mantissa, decimals: 1)
        return (value < 0 ? "−" : "") + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + "e\(exponent)"
    }
}

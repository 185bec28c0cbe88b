extension SVG {
    /// The value of a tick, without zeros at its end.
    static func tickLabel(_ value: Double) -> String {
        var text = Formats.fixed(value, decimals: 4)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text.hasPrefix("-") ? "−" + text.dropFirst() : text
    }
}

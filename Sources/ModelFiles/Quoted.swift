/// Names from files in messages.
enum Quoted {
    private static let longest = 80  // scalars

    /// The name in quotation marks, with control characters escaped and a long one cut.
    static func name(_ name: String) -> String {
        var text = "\""
        for scalar in name.unicodeScalars.prefix(longest) {
            if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) {
                text += scalar.escaped(asASCII: true)
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text + (name.unicodeScalars.dropFirst(longest).isEmpty ? "\"" : "…\"")
    }
}

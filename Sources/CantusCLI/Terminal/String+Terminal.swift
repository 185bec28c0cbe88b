extension String {
    /// The text on one line: each line break becomes a space.
    var onOneLine: String {
        // Nearly all texts are one line, and looking at bytes is quicker than at characters.
        guard utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else { return self }
        return String(map { $0.isNewline ? " " : $0 })
    }

    /// Nil for the empty text.
    var nonEmpty: String? { isEmpty ? nil : self }
}

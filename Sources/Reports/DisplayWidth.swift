/// How many columns of a terminal a text takes.
package enum DisplayWidth {
    /// The columns of a text without control characters.
    ///
    /// East Asian wide characters and emoji take two columns; combining marks and format characters none; all others
    /// one. An emoji sequence that is one character for the reader takes two. Source: Unicode Standard Annex 11 (East
    /// Asian Width), by blocks.
    package static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + width(of: $1) }
    }

    private static let emojiSelector: Unicode.Scalar = "\u{FE0F}"

    private static func width(of character: Character) -> Int {
        let scalars = character.unicodeScalars
        if scalars.contains(where: { $0.properties.isEmojiPresentation || $0 == emojiSelector }) { return 2 }
        return scalars.reduce(0) { $0 + width(of: $1) }
    }

    private static func width(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return scalar == "\u{AD}" ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark, .format: return 0
        default: break
        }
        if vowelsAndFinals.contains(scalar.value) { return 0 }
        return wide.contains { $0.contains(scalar.value) } ? 2 : 1
    }

    /// Hangul letters that join the syllable before them.
    private static let vowelsAndFinals: ClosedRange<UInt32> = 0x1160...0x11FF

    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F,  // Hangul initial letters
        0x2E80...0x303E,  // radicals, ideographic punctuation
        0x3041...0xA4CF,  // kana, Hangul compatibility letters, ideographs, Yi
        0xA960...0xA97F,  // Hangul initial letters, extended
        0xAC00...0xD7A3,  // Hangul syllables
        0xF900...0xFAFF,  // compatibility ideographs
        0xFE10...0xFE19,  // vertical forms
        0xFE30...0xFE6F,  // compatibility forms, small forms
        0xFF01...0xFF60,  // full-width forms
        0xFFE0...0xFFE6,  // full-width signs
        0x17000...0x18DFF,  // Tangut, Khitan
        0x1AFF0...0x1B2FF,  // kana extensions, Nushu
        0x1F200...0x1F2FF,  // enclosed ideographs
        0x20000...0x3FFFD,  // ideographs of the supplementary planes
    ]
}

import FoundationEssentials

/// A seeded generator of random numbers (splitmix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// Real data, beside the package; tests that need it are skipped where it is missing.
enum TestData {
    static let titles = path("questions/stackoverflow_titles.tsv")
    static let trickyTitles = path("questions/text_prepare_tests.tsv")

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func lines(_ path: String) throws -> [String] {
        let data = try Data(contentsOf: URL(filePath: path))
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static func path(_ name: String) -> String {
        let file = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return file.dropLast(4).joined(separator: "/") + "/shared/data/" + name
    }
}

/// Random texts of the pieces that make trouble: signs, scripts, emoji, combining marks, white space of all kinds.
enum RandomText {
    static let pieces: [String] = [
        "a", "Z", "word", "don't", "C#", ".NET", "c++", "c++11", "asp.net", "3.5", "_", "__init__", "-", "--", ".",
        "..", " ", "  ", "\t", "\n", "\r\n", "\u{A0}", "\u{3000}", "\u{2028}", "\u{200B}", "\u{200D}", "\u{AD}",
        "\u{FEFF}", "'", "’", "\"", "<", "<b>", "</b>", "<!--", "-->", "&amp;", "&#39;",
        "&#x1F600;", "&", "@name", "@", "#", "+",
        "http://a.b/c?d=e", "www.x.org", "é", "e\u{301}", "ß", "İ", "ς", "ﬁ", "Ⅷ", "²", "中文", "日本語", "ไทย", "한국어",
        "עברית", "العربية", "👍🏽", "👨‍👩‍👧", "🇩🇪", "𝔘", "𐐀", "1,234.5", "12:30", "a:b", "a@b.c", "\u{0}", "\u{7F}", "\u{85}",
    ]

    static func make(_ generator: inout SeededGenerator, pieces count: Int) -> String {
        (0..<count).map { _ in pieces.randomElement(using: &generator)! }.joined()
    }
}

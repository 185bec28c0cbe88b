import FoundationEssentials
import TestSupport

/// Real data, beside the package; tests that need it are skipped where it is missing.
enum TestData {
    static let titles = PackageRoot.sharedData("questions/stackoverflow_titles.tsv")
    static let trickyTitles = PackageRoot.sharedData("questions/text_prepare_tests.tsv")

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func lines(_ path: String) throws -> [String] {
        let data = try Data(contentsOf: URL(filePath: path))
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
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

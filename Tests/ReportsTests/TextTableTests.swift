import Reports
import Testing

@Suite("Text tables")
struct TextTableTests {
    private func table(highlighted: Int? = nil) -> TextTable {
        var table = TextTable(columns: [.init("model"), .init("micro-F1", .right), .init("note")])
        let rows = [["most common", "0.12", ""], ["TF-IDF", "0.62", "baseline"], ["LSTM", "0.64", "best"]]
        for (number, row) in rows.enumerated() { table.append(row, isHighlighted: number == highlighted) }
        return table
    }

    @Test("Columns are aligned under a rule, without spaces at line ends")
    func plain() {
        #expect(
            table().rendered() == """
                model        micro-F1  note
                ───────────────────────────────
                most common      0.12
                TF-IDF           0.62  baseline
                LSTM             0.64  best

                """)
    }

    @Test("A highlighted row is marked in plain text")
    func highlighted() {
        #expect(
            table(highlighted: 2).rendered() == """
                  model        micro-F1  note
                  ───────────────────────────────
                  most common      0.12
                  TF-IDF           0.62  baseline
                * LSTM             0.64  best

                """)
    }

    @Test("A highlighted row is bold on a terminal")
    func bold() {
        #expect(
            table(highlighted: 1).rendered(.ansi) == """
                model        micro-F1  note
                ───────────────────────────────
                most common      0.12
                \u{1B}[1mTF-IDF           0.62  baseline\u{1B}[0m
                LSTM             0.64  best

                """)
        #expect(table().rendered(.ansi) == table().rendered(.plain))
    }

    @Test("Columns are as wide as their texts appear")
    func wideTexts() {
        var table = TextTable(columns: [.init("word"), .init("n", .right)])
        table.append(["naïve", "1"])
        table.append(["nai\u{308}ve", "10"])
        table.append(["重み", "2"])
        table.append(["🦊", "3"])
        #expect(
            table.rendered() == """
                word    n
                ─────────
                naïve   1
                nai\u{308}ve  10
                重み    2
                🦊      3

                """)
    }

    @Test("A table without rows has its header")
    func noRows() {
        #expect(TextTable(columns: [.init("a"), .init("b")]).rendered() == "a  b\n────\n")
    }

    @Test("Control characters neither break lines nor steer the terminal")
    func controls() {
        var table = TextTable(columns: [.init("a"), .init("b")])
        table.append(["x\ny\r\nz", "\u{1B}[31m\u{9B}\u{2028}!"])
        #expect(table.rendered() == "a       b\n────────────────\nx y  z   [31m  !\n")
    }

    @Test("Rows of empty texts", arguments: [TextTable.Style.plain, .ansi])
    func emptyTexts(style: TextTable.Style) {
        var table = TextTable(columns: [.init("a"), .init("b", .right)])
        table.append(["", ""])
        table.append([" ", ""])
        #expect(table.rendered(style) == "a  b\n────\n\n\n")
    }
}

@Suite("Display width")
struct DisplayWidthTests {
    @Test(
        "Columns on a terminal",
        arguments: [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("ａ", 2), ("漢字", 4), ("한국", 4),
            ("\u{1112}\u{1161}\u{11AB}", 2),
            ("かな", 4), ("ｶﾅ", 2), ("🦊", 2), ("👩‍👩‍👧", 2), ("🇫🇷", 2), ("1\u{FE0F}\u{20E3}", 2), ("☺\u{FE0F}", 2), ("☺", 1),
            ("─µ€", 3), ("\u{200B}a\u{AD}", 1), ("שלום", 4), ("नि", 1), ("𠀀", 2), ("。", 2),
        ])
    func width(text: String, expected: Int) {
        #expect(DisplayWidth.of(text) == expected)
    }
}

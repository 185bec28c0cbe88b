import FoundationEssentials
import TestSupport
import Testing
import Text

@Suite("Cleaner")
struct CleanerTests {
    private func clean(_ text: String, _ rules: Cleaner.Rule...) throws -> String {
        try Cleaner(rules).compiled().clean(text)
    }

    @Test(arguments: [
        ("How do I use C# and .NET together?", "how do i use c# and .net together"),
        ("Why odbc_exec always fail?", "why odbc_exec always fail"),
        ("(C++/CLI) vs. ASP.NET, Node.js & Objective-C!", "c++ cli vs asp.net node.js objective-c"),
        ("F# 3.5: utf-8 in C++11", "f# 3.5 utf-8 in c++11"),
        ("C#6.0, C#.NET and VB.NET", "c# 6.0 c# .net and vb.net"),
        (".csproj File - Programmatic adding/deleting files", ".csproj file programmatic adding deleting files"),
        ("TypeError: makedirs() got 'exists_ok'", "typeerror makedirs got exists_ok"),
        ("What is __init__ or __ or _ for?", "what is __init__ or or for"),
        ("i++ vs ++i, a+b, Google+", "i++ vs i a b google"),
        ("#define and issue #12, $.ajax", "define and issue 12 ajax"),
        ("Don't use the user's “smart” quotes… it’s bad", "don't use the user's smart quotes it's bad"),
        ("List<String> in <div class='x'>", "list string in div class x"),
        ("See http://example.org/a?b=c. Then (www.example.org)", "see then"),
        ("G++ 4.8-rc1... what?!", "g++ 4.8-rc1 what"),
        ("ＦＵＬＬ ｗｉｄｔｈ Ｃ＃", "full width c#"),
        ("", ""),
        (" ?! -- ", ""),
    ])
    func technicalTitles(raw: String, expected: String) throws {
        #expect(try Cleaner(.technical).compiled().clean(raw) == expected)
        #expect(try TextPipeline(.technical).tokens(of: raw) == expected.split(separator: " ").map(String.init))
    }

    @Test(arguments: [
        ("The <b>Quick</b> brown fox, aged 3&frac12;.", "the quick brown fox aged frac"),
        ("Atlanta's ``primary'' o’clock 'tis dogs'", "atlanta's primary o'clock tis dogs"),
        ("Mail a@b.org or @someone: https://x.org/y!", "mail a b org or"),
        ("STRASSE straße ﬁne É", "strasse strasse fine é"),
        ("co\u{AD}operate Zürich—Łódź naïve", "cooperate zürich łódź naïve"),
        ("Tom &amp; Jerry &lt;3 &#39;quoted&#39;", "tom jerry quoted"),
        ("日本語 2020年", "日本語 年"),
    ])
    func prose(raw: String, expected: String) throws {
        #expect(try Cleaner(.prose).compiled().clean(raw) == expected)
    }

    @Test func noCleaningLeavesEveryByte() throws {
        let text = "e\u{301} <b> &amp; \r\n\u{0} 👍🏽"
        #expect(try Array(Cleaner(.none).compiled().clean(text).utf8) == Array(text.utf8))
    }

    @Test(arguments: [
        ("a<br/>b", "a b"), ("a < b and c > d", "a < b and c > d"), ("<p class=\"x > y\">z", " z"),
        ("<!-- a <b> -->c", " c"), ("<!-- open", "<!-- open"), ("<script>var a = '<b>';</script>d", " d"),
        ("<STYLE type='x'>p {}</STYLE >e", " e"), ("AT&T &amp &unknown; &#0; &#xD800; &#x41;",
            "AT&T &amp &unknown; &#0; &#xD800; A"),
        ("&lt;b&gt;", "<b>"), ("<b", "<b"), ("<", "<"), ("&", "&"), ("&#;", "&#;"), ("&;", "&;"), ("<don't>x", " x"),
        ("&#x1F600;", "😀"), ("<!DOCTYPE html>x<?xml?>", " x "), ("&#+65;", "&#+65;"), ("<script>a", " a"),
    ])
    func markup(raw: String, expected: String) throws {
        #expect(try clean(raw, .stripMarkup) == expected)
    }

    @Test(arguments: [
        (Cleaner.Rule.stripURLs, "a HTTP://x.y/(z) b", "a  ) b"),
        (.stripURLs, "“https://x.y”, xhttp://a", "“ , xhttp://a"),
        (.stripURLs, "www. http:// ftp://f", "www. http://  "),
        (.stripMentions, "@a, me@b.c @ @Ünal_1!", " , me@b.c @  !"),
        (.stripDigits, "a12b ٣٤ Ⅷ", "a b   Ⅷ"),
        (.stripPunctuation, "don't (stop) 'now' $5 👍", "don't  stop   now   5  "),
        (.collapseWhitespace, " \t a \u{A0}\r\n b\u{3000}", "a b"),
        (.caseFolding, "İSTANBUL ΣΑΣ ABC", "i̇stanbul σασ abc"),
        (.caseFolding, "ABC xyz @[`{", "abc xyz @[`{"),
        (.compatibilityNormalization, "e\u{301} ﬁ ①", "\u{E9} fi 1"),
        (.keepWords, "it's 'a' b-c", "it's a b c"),
    ])
    func readyMadeRules(rule: Cleaner.Rule, raw: String, expected: String) throws {
        #expect(try Array(clean(raw, rule).utf8) == Array(expected.utf8))
    }

    @Test func expressionsReplaceInOrder() throws {
        let cleaner = Cleaner([
            .replacing(name: "dates", pattern: "(\\d+)-(?<month>\\d+)", with: "${month}/$1 \\$"),
            .replacing(name: "nothing", pattern: "absent", with: "x"),
            .replacing(name: "longer", pattern: "b", with: String(repeating: "long ", count: 200)),
        ])
        let compiled = try cleaner.compiled()
        #expect(try compiled.clean("on 12-07") == "on 07/12 $")
        #expect(try compiled.clean("abc") == "a" + String(repeating: "long ", count: 200) + "c")
        #expect(try compiled.clean("") == "")
    }

    @Test func wrongPatternsAreNamed() {
        #expect {
            try clean("", .replacing(name: "tickets", pattern: "a(b", with: ""))
        } throws: { error in
            guard let error = error as? CleaningError, case .pattern(let offset) = error.reason else { return false }
            return error.rule == "tickets" && error.pattern == "a(b" && offset == 3
                && error.description.contains("U_REGEX_MISMATCHED_PAREN")
        }
        #expect {
            try clean("", .replacing(name: "lines", pattern: "(?x) a\nb [z-a]", with: ""))
        } throws: { error in
            guard case .pattern(let offset)? = (error as? CleaningError)?.reason else { return false }
            return offset >= 9 && offset <= 14
        }
    }

    @Test(arguments: ["$2", "$", "$x", "${none}", "a\\"])
    func wrongReplacementsAreRefusedBeforeAnyMatch(replacement: String) {
        #expect {
            try clean("", .replacing(name: "r", pattern: "(a)", with: replacement))
        } throws: { error in
            guard case .replacement? = (error as? CleaningError)?.reason else { return false }
            return true
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["(a+)+$", "(a|aa)*c", "(?:a*)*b"])
    func catastrophicPatternsEnd(pattern: String) {
        #expect {
            try clean(String(repeating: "a", count: 5000) + "!", .replacing(name: "evil", pattern: pattern, with: ""))
        } throws: { error in
            (error as? CleaningError)?.reason == .exhausted
        }
    }

    @Test func presetsAreIdempotent() throws {
        var generator = SeededGenerator(seed: 7)
        for preset in [Cleaner.Preset.technical, .prose] {
            let compiled = try Cleaner(preset).compiled()
            for _ in 0..<3000 {
                // A decoded reference can make new markup, and a removed sign a new address: once is not twice there.
                let raw = RandomText.make(&generator, pieces: Int.random(in: 0...12, using: &generator))
                    .replacing("&", with: " ").replacing("<", with: " ")
                let once = try compiled.clean(raw)
                #expect(try compiled.clean(once) == once, "\(preset) of \(raw.debugDescription)")
            }
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [
        "<", "<a ", "<a '<a \"", "<!--", "<script>", "<script></script", "&",
        "&#", "www.", "http://(", "@", "@a", "c#", "+", ".", "'", "\u{301}", "_", "a\u{AD}", "<style>", "<a=\"<b='",
    ])
    func hostileRepeatsTakeLinearTime(piece: String) throws {
        let text = String(repeating: piece, count: 200_000 / piece.utf8.count)
        let start = ContinuousClock.now
        for preset in [Cleaner.Preset.technical, .prose] { _ = try TextPipeline(preset).tokens(of: text) }
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func savedCleanersComeBack() throws {
        let pipeline = TextPipeline(
            cleaner: Cleaner(Cleaner.Rule.readyMade + [.replacing(name: "n", pattern: "a+", with: "$0")]),
            tokenizer: .wordsAndPunctuation)
        let data = try JSONEncoder().encode(pipeline)
        #expect(try JSONDecoder().decode(TextPipeline.self, from: data) == pipeline)
        let named = try JSONDecoder().decode([Cleaner].self, from: Data("[\"prose\", [\"caseFolding\"]]".utf8))
        #expect(named == [Cleaner(.prose), Cleaner([.caseFolding])])
    }

    @Test(arguments: ["[\"prosa\"]", "[[\"caseFoldin\"]]", "[[{\"name\": \"x\"}]]", "[3]"])
    func unknownRulesAreRefused(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Cleaner].self, from: Data(json.utf8)) }
    }

    @Test(.enabled(if: TestData.exists(TestData.trickyTitles), "text_prepare_tests.tsv is not there"))
    func realTitlesKeepTheirNames() throws {
        let pipeline = try TextPipeline(.technical).compiled()
        let tokens = try Set(TestData.lines(TestData.trickyTitles).flatMap { try pipeline.tokens(of: $0) })
        #expect(tokens.isSuperset(of: ["asp.net", "c#", "jquery-ui", "c++", "wp_rewrite", "draggable's"]))
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789.-_#+'")
        #expect(tokens.allSatisfy { $0.allSatisfy(allowed.contains) })
    }
}

import TestSupport
import Testing
import Text

@Suite("Tokenizer")
struct TokenizerTests {
    private func texts(_ text: String, _ tokenizer: Tokenizer) throws -> [String] {
        var tokens: [String] = []
        try tokenizer.compiled().append(tokensIn: text, to: &tokens)
        return tokens
    }

    @Test func wordsFollowUnicodeBoundaries() throws {
        let text = "Can't stop: 3.14, über-café 中文 👍!"
        let words = try texts(text, .words)
        #expect(words.starts(with: ["Can't", "stop", "3.14", "über", "café"]))
        #expect(words.last == "中文")
        let all = try texts(text, .wordsAndPunctuation)
        #expect(all.contains(":") && all.contains("-") && all.contains("👍") && all.last == "!")
        #expect(!all.contains { $0.allSatisfy(\.isWhitespace) })
    }

    /// To UAX #29 a combining mark belongs to the space before it; the space is no part of a token.
    @Test func noTokenBeginsWithWhitespace() throws {
        #expect(try texts("a \u{301}b \u{200D} c", .wordsAndPunctuation) == ["a", "\u{301}", "b", "\u{200D}", "c"])
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<1000 {
            for token in try texts(RandomText.make(&generator, pieces: 10), .wordsAndPunctuation) {
                #expect(token.unicodeScalars.first?.properties.isWhitespace == false, "\(token.debugDescription)")
            }
        }
    }

    @Test func whitespaceKeepsSigns() throws {
        #expect(try texts(" c# \t.net\u{A0}c++\r\n\u{3000}x ", .whitespace) == ["c#", ".net", "c++", "x"])
        #expect(try texts("", .whitespace) == [])
        #expect(try texts(" \n", .words) == [])
    }

    @Test(arguments: Tokenizer.allCases)
    func offsetsFindTheTokenInTheText(tokenizer: Tokenizer) throws {
        var generator = SeededGenerator(seed: 11)
        let compiled = try tokenizer.compiled()
        for _ in 0..<3000 {
            let text = RandomText.make(&generator, pieces: Int.random(in: 0...15, using: &generator))
            let bytes = Array(text.utf8)
            let tokens = try compiled.tokens(in: text)
            var end = 0
            for token in tokens {
                #expect(token.range.lowerBound >= end && !token.range.isEmpty)
                end = token.range.upperBound
                #expect(Array(token.text.utf8) == Array(bytes[token.range]), "in \(text.debugDescription)")
            }
            var quick: [String] = []
            try compiled.append(tokensIn: text, to: &quick)
            #expect(quick == tokens.map(\.text))
        }
    }

    @Test(arguments: Tokenizer.allCases)
    func tokensHoldAllThatIsNoWhitespace(tokenizer: Tokenizer) throws {
        guard tokenizer != .words else { return }
        var generator = SeededGenerator(seed: 12)
        let compiled = try tokenizer.compiled()
        for _ in 0..<1000 {
            let text = RandomText.make(&generator, pieces: 10)
            let tokens = try compiled.tokens(in: text)
            let kept = tokens.map(\.text).joined().unicodeScalars.filter { !$0.properties.isWhitespace }
            #expect(Array(kept) == text.unicodeScalars.filter { !$0.properties.isWhitespace })
        }
    }

    /// Texts of letters, apostrophes and white space take a short cut. A character beyond ASCII behind a line feed
    /// sends the same text through ICU.
    @Test(arguments: [Tokenizer.words, .wordsAndPunctuation])
    func theShortCutForLettersAgreesWithICU(tokenizer: Tokenizer) throws {
        var generator = SeededGenerator(seed: 13)
        let compiled = try tokenizer.compiled()
        let alphabet = Array("abZ'' \t\n\r\u{B}\u{C}".unicodeScalars)
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                text.unicodeScalars.append(alphabet.randomElement(using: &generator)!)
            }
            let short = try compiled.tokens(in: text)
            let full = try compiled.tokens(in: text + "\nлад")
            #expect(short == full.dropLast(), "in \(text.debugDescription)")
        }
    }

    @Test func oneObjectServesTextsOfAllLengths() throws {
        let pipeline = try TextPipeline(.prose).compiled()
        let long = String(repeating: "Größe and word ", count: 100_000)
        #expect(try pipeline.tokens(of: "short") == ["short"])
        #expect(try pipeline.tokens(of: long).count == 300_000)
        #expect(try pipeline.tokens(of: "Short again") == ["short", "again"])
        #expect(try pipeline.tokens(of: String(repeating: "é", count: 500_000)).first?.utf8.count == 1_000_000)
    }

    @Test func threadsGetTheSameTokens() async throws {
        let definition = TextPipeline(.technical)
        let text = String(repeating: "C# and .NET über c++ ", count: 2000)
        let expected = try definition.tokens(of: text)
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<8 { group.addTask { try definition.compiled().tokens(of: text) } }
            for try await tokens in group { #expect(tokens == expected) }
        }
    }

    @Test(.enabled(if: TestData.exists(TestData.titles), "stackoverflow_titles.tsv is not there"))
    func idsAreThoseOfTheTokens() throws {
        let pipeline = try TextPipeline(.technical).compiled()
        let titles = try TestData.lines(TestData.titles).prefix(3000)
        var counter = VocabularyCounter()
        for title in titles { try pipeline.count(tokensOf: title, in: &counter) }
        let tokens = try titles.map { try pipeline.tokens(of: $0) }
        let vocabulary = counter.vocabulary(minimumCount: 2)
        #expect(vocabulary == Vocabulary(counting: tokens, minimumCount: 2))
        for (title, tokens) in zip(titles, tokens) {
            #expect(try pipeline.ids(of: title, in: vocabulary) == vocabulary.ids(of: tokens))
        }
        #expect(vocabulary.contains("c#") && vocabulary.contains(".net") && vocabulary.contains("c++"))
    }
}

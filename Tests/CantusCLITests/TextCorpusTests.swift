import TestSupport
import Testing

/// The prose in Corpora, through the text commands.
@Suite struct TextCorpusTests {
    struct Counted: Decodable {
        struct Entry: Decodable { var id, count: Int, token: String }
        var lines, tokens, distinct: Int
        var entries: [Entry]
    }

    private func counted(_ others: String...) throws -> Counted {
        let path = PackageRoot.path + "/Corpora/prose.txt"
        let outcome = try Cantus.run(
            ["text", "vocabulary", path, "--preset", "prose", "--json"] + others, in: try TemporaryFolder())
        expectSuccess(outcome)
        return try outcome.decoded(Counted.self)
    }

    @Test func theProseIsAsItsReadmeSays() throws {
        let counted = try counted("--minimum-count", "5")
        #expect(counted.lines == 142)
        #expect(counted.tokens > 15_000)
        #expect(counted.distinct == 2073)
        #expect(counted.entries.count - 2 == 571)
    }

    @Test(arguments: [
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        ["red", "blue", "green", "yellow", "white", "black", "grey", "brown"],
        ["mother", "father", "brother", "sister", "uncle", "aunt", "grandmother", "grandfather", "son", "daughter"],
        ["king", "queen", "prince", "princess"],
        ["cat", "dog", "horse", "cow", "goat", "sheep", "hens", "fox"],
        ["hammer", "saw", "nail", "spade", "rake", "screwdriver"],
        ["italy", "france", "spain", "germany", "greece", "egypt", "norway", "japan", "england", "poland"],
        ["rome", "paris", "madrid", "berlin", "cairo", "london", "athens"],
    ])
    func theWordsOfOneFieldComeBack(words: [String]) throws {
        let counted = try counted()
        let counts = Dictionary(uniqueKeysWithValues: counted.entries.map { ($0.token, $0.count) })
        for word in words { #expect(counts[word, default: 0] >= 5, "\(word)") }
        #expect(counted.entries.map(\.count).dropFirst(2).reduce(0, +) == counted.tokens)
    }
}

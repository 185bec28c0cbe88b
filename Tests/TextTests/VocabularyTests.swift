import TestSupport
import Testing
import Text

@Suite("Vocabulary")
struct VocabularyTests {
    private let sequences = [["b", "a", "c", "a"], ["é", "b", "zz", "e\u{301}"], ["a"]]

    @Test func ordersByCountThenBytes() {
        let vocabulary = Vocabulary(counting: sequences)
        #expect(vocabulary.entries.map { Array($0.utf8) }
            == ["<pad>", "<unk>", "a", "b", "c", "e\u{301}", "zz", "é"].map { Array($0.utf8) })
        #expect(vocabulary.counts == [0, 0, 3, 2, 1, 1, 1, 1])
        #expect(vocabulary.id(of: "a") == 2 && vocabulary[2] == "a" && vocabulary.count(of: 3) == 2)
        #expect(vocabulary.ids(of: ["zz", "nothing", "é"]) == [6, Vocabulary.unknownID, 7])
    }

    @Test func isTheSameInWhateverOrderTokensCome() {
        var generator = SeededGenerator(seed: 3)
        var tokens = (0..<5000).map { _ in "w\(Int.random(in: 0..<800, using: &generator))" }
        let first = Vocabulary(counting: [tokens], minimumCount: 2, maximumSize: 500)
        tokens.shuffle(using: &generator)
        var left = VocabularyCounter()
        var right = VocabularyCounter()
        for token in tokens[..<2000] { left.add(token) }
        for token in tokens[2000...] { right.add(token) }
        right.add(left)
        #expect(right.total == 5000)
        #expect(right.vocabulary(minimumCount: 2, maximumSize: 500) == first)
        #expect(first.count == 500)
        for id in 0..<Int32(first.count) { #expect(first.id(of: first[id]) == id) }
    }

    @Test func limits() {
        #expect(Vocabulary(counting: sequences, minimumCount: 2).entries == ["<pad>", "<unk>", "a", "b"])
        #expect(Vocabulary(counting: sequences, maximumSize: 3).entries == ["<pad>", "<unk>", "a"])
        #expect(Vocabulary(counting: [[String]]()).count == 2)
    }

    @Test func reservedTextsAddNoEntry() {
        let vocabulary = Vocabulary(counting: [["<unk>", "<unk>", "a", "<pad>"]])
        #expect(vocabulary.entries == ["<pad>", "<unk>", "a"])
        #expect(vocabulary.counts == [1, 2, 1])
    }

    @Test func comesBackFromItsEntries() throws {
        let vocabulary = Vocabulary(counting: sequences)
        let again = try Vocabulary(entries: vocabulary.entries, counts: vocabulary.counts)
        #expect(again == vocabulary)
        #expect(again.id(of: "zz") == vocabulary.id(of: "zz"))
    }

    @Test(arguments: [
        (["<pad>", "<unk>", "a"], [0, 0], "2 counts were found for 3 entries"),
        (["<pad>"], [0], "\"<unk>\" was expected as entry 1"),
        (["<unk>", "<pad>"], [0, 0], "entry 0 is \"<unk>\""),
        (["<pad>", "<unk>", "a", "b", "a"], [0, 0, 1, 1, 1], "entries 2 and 4 are both \"a\""),
        (["<pad>", "<unk>", "a"], [0, 0, -1], "is -1"),
        ([], [], "0 entries"),
    ])
    func wrongStoredEntriesAreRefused(entries: [String], counts: [Int], part: String) {
        #expect {
            try Vocabulary(entries: entries, counts: counts)
        } throws: { error in
            (error as? VocabularyError)?.description.contains(part) == true
        }
    }

    @Test func oneHotVectors() {
        let vocabulary = Vocabulary(counting: [["a", "b", "a"]])
        let rows = OneHot(tokens: ["b", "x", "a"], in: vocabulary)
        #expect(rows.columns == [3, 1, 2] && rows.width == 4)
        #expect(rows.dense() == [0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0])
        let zeros = OneHot(tokens: ["b", "x", "a"], in: vocabulary, unknown: .zeros)
        #expect(zeros.columns == [3, -1, 2])
        #expect(zeros.dense() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0])
        #expect(OneHot(ids: [], width: 3).dense() == [])
    }

    @Test func padding() {
        let batch = PaddedBatch([[5, 6, 7], [], [8]])
        #expect(batch.ids == [5, 6, 7, 0, 0, 0, 8, 0, 0])
        #expect(batch.lengths == [3, 0, 1] && batch.steps == 3 && batch.rows == 3)
        let cut = PaddedBatch([[5, 6, 7], [9]], maximumLength: 2, padding: -1)
        #expect(cut.ids == [5, 6, 9, -1] && cut.lengths == [2, 1])
        let empty = PaddedBatch([[], []])
        #expect(empty.ids == [0, 0] && empty.steps == 1)
        #expect(PaddedBatch([]).ids == [] && PaddedBatch([]).steps == 1)
    }
}

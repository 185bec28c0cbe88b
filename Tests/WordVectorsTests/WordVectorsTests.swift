import Cantus
import Testing

@Suite("Word vectors")
struct WordVectorsTests {
    @Test("Words, numbers, vectors and counts belong together")
    func lookUp() throws {
        let vectors = try WordVectors(
            words: ["the", "über", "a"], counts: [9, 4, 1], dimensions: 2, elements: [1, 2, 3, 4, 5, 6])
        #expect(vectors.count == 3)
        #expect(vectors.dimensions == 2)
        #expect(vectors.counts == [9, 4, 1])
        #expect(try vectors.word(at: 1) == "über")
        #expect(try vectors.index(of: "a") == 2)
        #expect(try vectors.vector(of: "über") == [3, 4])
        #expect(try vectors.vector(of: "uber") == nil)
        #expect(try vectors.index(of: "") == nil)
    }

    @Test("Words are told apart by their bytes, not by what Unicode takes for equal")
    func canonicallyEquivalentWords() throws {
        let vectors = try WordVectors(words: ["\u{E9}", "e\u{301}"], dimensions: 1, elements: [1, 2])
        #expect(try vectors.vector(of: "\u{E9}") == [1])
        #expect(try vectors.vector(of: "e\u{301}") == [2])
    }

    @Test("Every one of many words is found, also with long common beginnings", arguments: [1 as UInt64, 2, 3])
    func manyWords(seed: UInt64) throws {
        let random = try VectorsSupport.random(words: 2000, dimensions: 1, seed: seed)
        let words = try VectorsSupport.words(random).map { "common beginning".replacing(" ", with: "") + $0 }
        let vectors = try WordVectors(words: words, dimensions: 1, elements: VectorsSupport.elements(random))
        for (index, word) in words.enumerated() { #expect(try vectors.index(of: word) == index) }
        #expect(try vectors.index(of: "commonbeginning") == nil)
    }

    @Test("Duplicates, empty words, numbers that are not finite, and nothing at all are errors")
    func unsoundContent() throws {
        func failure(_ words: [String], _ elements: [Float]) throws -> String? {
            try VectorsSupport.failure { try WordVectors(words: words, dimensions: 1, elements: elements) }
        }
        #expect(try failure(["a", "b", "a", "b"], [1, 2, 3, 4]) == "word \"a\" found twice, first as word 1")
        #expect(try failure(["a", ""], [1, 2]) == "an empty word found")
        #expect(try failure(["a", "b"], [1, .nan]) == "nan found in dimension 1, a finite number expected")
        #expect(try failure(["a", "b"], [.infinity, 0]) == "inf found in dimension 1, a finite number expected")
        #expect(try failure([], []) == "no word found")
    }

    @Test("An unseen word's vector is the mean of its n-grams' rows, a known word's the stored one")
    func subwords() throws {
        let characterNGrams = CharacterNGrams(minimumLength: 3, maximumLength: 3, buckets: 50)
        let rows = (0..<100).map { Float($0) * 0.5 }
        let subwords = SubwordVectors(characterNGrams: characterNGrams, dimensions: 2, elements: rows)
        let vectors = try WordVectors(words: ["cats"], dimensions: 2, elements: [7, 8], subwords: subwords)
        #expect(try vectors.vector(of: "cats") == [7, 8])
        let buckets = characterNGrams.bucketIndices(of: "dogs").map(Int.init)
        #expect(buckets.count == 4)
        let mean = (0..<2).map { d in buckets.reduce(Float(0)) { $0 + rows[$1 * 2 + d] } / 4 }
        #expect(try vectors.vector(of: "dogs") == mean)
        // "<>" has no n-gram of three characters.
        #expect(try vectors.vector(of: "") == nil)
        #expect(try !vectors.neighbors(ofWords: ["dogs"])[0].isEmpty)
    }
}

import Foundation
import Kernels
import TestSupport
import Testing
import Text
import WordVectors

@Suite struct Word2VecPartsTests {
    @Test func negativesFollowTheirDistribution() {
        let counts = [1000, 300, 100, 30, 10, 1, 1]
        let sampler = NegativeSampler(counts: counts)
        var generator = SeededGenerator(seed: 1)
        var drawn = [Int](repeating: 0, count: counts.count)
        let draws = 2_000_000
        for _ in 0..<draws { drawn[Int(sampler.access.word(generator.next()))] += 1 }
        let weights = counts.map { pow(Double($0), 0.75) }
        let total = weights.reduce(0, +)
        for (word, weight) in weights.enumerated() {
            let expected = weight / total
            let deviation = (expected * (1 - expected) / Double(draws)).squareRoot()
            #expect(abs(Double(drawn[word]) / Double(draws) - expected) < 5 * deviation, "word \(word)")
        }
    }

    /// Frequent words have short paths, the paths are prefix-free, and the mean length is the best possible one.
    @Test func huffmanTree() {
        let counts = [40, 20, 10, 10, 5, 5, 4, 3, 2, 1]
        let tree = HuffmanTree(counts: counts)
        let codes = (0..<Int32(counts.count)).map { word in
            let path = tree.access[word]
            #expect(path.nodes[0] == Int32(counts.count - 2))  // the root
            return (0..<path.count).map { path.turns[$0] == 1 ? "1" : "0" }.joined()
        }
        for (index, code) in codes.enumerated() {
            for (other, otherCode) in codes.enumerated() where other != index { #expect(!otherCode.hasPrefix(code)) }
        }
        #expect(tree.longestPath == codes.map(\.count).max())
        let length = zip(counts, codes).reduce(0) { $0 + $1.0 * $1.1.count }
        // Huffman's own procedure on the weights: the cost is the sum of all inner nodes.
        var (weights, best) = (counts, 0)
        while weights.count > 1 {
            weights.sort(by: >)
            let merged = weights.removeLast() + weights.removeLast()
            best += merged
            weights.append(merged)
        }
        #expect(length == best)
    }

    @Test func frequentWordsAreThinnedOut() {
        let keeping = Word2Vec.keeping([1_000_000, 1_000, 10], subsample: 1e-4)
        let shares = keeping.map { Double($0) / 0x1p32 }
        let ratio = 1e-4 * 1_001_010 / 1_000_000
        #expect(abs(shares[0] - (ratio.squareRoot() + ratio)) < 1e-6)
        #expect(shares[1] > shares[0] && keeping[2] == .max)
        #expect(Word2Vec.keeping([5, 1], subsample: 0).isEmpty)
    }

    @Test func phrasesJoinFromTheStart() {
        let phrases = Phrases(pairs: ["new_york", "york_times"])
        #expect(phrases.joined(["new", "york", "times"]) == ["new_york", "times"])
        #expect(phrases.joined(["the", "york", "times", "new"]) == ["the", "york_times", "new"])
        #expect(phrases.joined([]).isEmpty)
    }

    @Test func pairCounterFindsWhatStandsTogether() {
        // "a b" always together among many other words; the table is too small for all pairs.
        var counter = PairCounter(limit: 500)
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            counter.add(0, 1)
            counter.add(Int32(2 + generator.index(below: 300)), Int32(2 + generator.index(below: 300)))
        }
        let phrases = counter.phrases(
            counts: [2_000, 2_000] + [Int](repeating: 3_000, count: 300), minimumCount: 5
        ) { "w\($0)" }
        #expect(phrases.joined(["w0", "w1", "w2"]) == ["w0_w1", "w2"])
        #expect(phrases.count == 1)
    }

    /// fastText's rule: brackets, characters (not bytes), no bracket alone.
    @Test func characterNGrams() {
        let grams = CharacterNGrams(minimumLength: 1, maximumLength: 3, buckets: 1 << 20)
        // <é> : of length 1: é; 2: <é, é>; 3: <é>
        #expect(grams.bucketIndices(of: "é").count == 4)
        // FNV-1a of "a" with fastText's constants.
        let hash = (2_166_136_261 as UInt32 ^ 97) &* 16_777_619
        #expect(grams.bucketIndices(of: "a").contains(Int32(hash % (1 << 20))))
        #expect(CharacterNGrams(minimumLength: 3, maximumLength: 6, buckets: 10).bucketIndices(of: "ab").count == 3)
    }
}

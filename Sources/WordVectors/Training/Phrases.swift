/// Pairs of words that stand together far more often than by chance, and become one word: `new_york` (Mikolov et al.
/// 2013, section 4).
///
///     score(a, b) = (count(a b) - minimum count) / (count(a) count(b)) * words of the corpus
package struct Phrases: Sendable {
    private let pairs: Set<String>
    static let threshold = 100.0

    package init(pairs: Set<String>) { self.pairs = pairs }

    /// The number of pairs.
    package var count: Int { pairs.count }

    /// Joins the pairs of a text, from its start, none overlapping.
    package func joined(_ tokens: [String]) -> [String] {
        var result: [String] = []
        result.reserveCapacity(tokens.count)
        var place = 0
        while place < tokens.count {
            if place + 1 < tokens.count {
                let pair = "\(tokens[place])_\(tokens[place + 1])"
                if pairs.contains(pair) {
                    result.append(pair)
                    place += 2
                    continue
                }
            }
            result.append(tokens[place])
            place += 1
        }
        return result
    }
}

/// Counts pairs of neighbouring words, in bounded memory: where the table fills up, the rarest pairs are let go, and
/// rarer ones than those later, as word2phrase does.
package struct PairCounter {
    private var counts: [UInt64: Int32] = [:]
    private var floor: Int32 = 1
    private let limit: Int

    /// - Parameter limit: Pairs in memory, at most.
    package init(limit: Int = 4_000_000) { self.limit = limit }

    package mutating func add(_ first: Int32, _ second: Int32) {
        counts[UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second)), default: 0] += 1
        guard counts.count > limit else { return }
        while counts.count > limit / 2 {
            let floor = floor
            counts = counts.filter { $0.value > floor }
            self.floor += 1
        }
    }

    /// The pairs whose score passes the threshold.
    package func phrases(counts words: [Int], minimumCount: Int, name: (Int32) -> String) -> Phrases {
        let total = Double(words.reduce(0, +))
        var pairs: Set<String> = []
        for (key, count) in counts {
            let (first, second) = (Int32(truncatingIfNeeded: key >> 32), Int32(truncatingIfNeeded: key))
            let single = Double(words[Int(first)]) * Double(words[Int(second)])
            let score = Double(Int(count) - minimumCount) / single * total
            if score > Phrases.threshold { pairs.insert("\(name(first))_\(name(second))") }
        }
        return Phrases(pairs: pairs)
    }
}

import Glibc

/// Draws words with probability proportional to count^0.75 (Mikolov et al. 2013), in constant time by the alias method
/// (Vose 1991): one place of a table and one comparison, where word2vec's table of a hundred million places misses
/// every cache.
package struct NegativeSampler: Sendable {
    /// For each word, how much of its place is its own, of 2^32, and who has the rest.
    private let shares: [UInt32]
    private let aliases: [Int32]

    package init(counts: [Int], power: Double = 0.75) {
        let weights = counts.map { pow(Double($0), power) }
        let total = weights.reduce(0, +)
        let count = counts.count
        var scaled = weights.map { $0 * Double(count) / total }
        var (shares, aliases) = ([UInt32](repeating: .max, count: count), Array(0..<Int32(count)))
        var small = scaled.indices.filter { scaled[$0] < 1 }
        var large = scaled.indices.filter { scaled[$0] >= 1 }
        while let few = small.popLast(), let many = large.last {
            shares[few] = UInt32(min(scaled[few] * 0x1p32, Double(UInt32.max)))
            aliases[few] = Int32(many)
            scaled[many] -= 1 - scaled[few]
            if scaled[many] < 1 {
                large.removeLast()
                small.append(many)
            }
        }
        (self.shares, self.aliases) = (shares, aliases)
    }

    /// The word that 64 random bits stand for.
    @inline(__always)
    package func word(_ random: UInt64) -> Int32 {
        let place = Int(((random >> 32) &* UInt64(shares.count)) >> 32)
        return shares.withUnsafeBufferPointer { shares in
            UInt32(truncatingIfNeeded: random) < shares[place]
                ? Int32(place) : aliases.withUnsafeBufferPointer { $0[place] }
        }
    }
}

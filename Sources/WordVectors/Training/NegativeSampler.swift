import Glibc

/// Draws words with probability proportional to count^0.75 (Mikolov et al. 2013), in constant time by the alias method
/// (Vose 1991): one place of a table and one comparison, where word2vec's table of a hundred million places misses
/// every cache.
package final class NegativeSampler: @unchecked Sendable {
    /// How much of a word's place is its own, of 2^32, and who has the rest: side by side, for one cache line.
    fileprivate struct Place {
        var share: UInt32
        var alias: UInt32
    }

    private let places: UnsafeMutableBufferPointer<Place>

    package init(counts: [Int], power: Double = 0.75) {
        let weights = counts.map { pow(Double($0), power) }
        let total = weights.reduce(0, +)
        let count = counts.count
        places = .allocate(capacity: count)
        for word in 0..<count { places.initializeElement(at: word, to: Place(share: .max, alias: UInt32(word))) }
        var scaled = weights.map { $0 * Double(count) / total }
        var small = scaled.indices.filter { scaled[$0] < 1 }
        var large = scaled.indices.filter { scaled[$0] >= 1 }
        while let few = small.popLast(), let many = large.last {
            places[few] = Place(
                share: UInt32(min(scaled[few] * 0x1p32, Double(UInt32.max))), alias: UInt32(many))
            scaled[many] -= 1 - scaled[few]
            if scaled[many] < 1 {
                large.removeLast()
                small.append(many)
            }
        }
    }

    deinit { places.deallocate() }

    /// Access to the table that takes no part in counting references; good as long as the sampler.
    package struct Draws {
        fileprivate let places: UnsafeMutableBufferPointer<Place>

        /// The word that 64 random bits stand for.
        @inline(__always)
        package func word(_ random: UInt64) -> Int32 {
            let number = UInt32(truncatingIfNeeded: ((random >> 32) &* UInt64(places.count)) >> 32)
            let place = places.baseAddress.unsafelyUnwrapped[Int(number)]
            // A branch here would be guessed wrong every other time, and the optimizer makes one of a comparison; the
            // carry of a sum says the same.
            let carry = (UInt64(place.share) &+ UInt64(~UInt32(truncatingIfNeeded: random))) >> 32
            let isOwn = 0 &- UInt32(truncatingIfNeeded: carry)
            return Int32(bitPattern: place.alias ^ ((place.alias ^ number) & isOwn))
        }
    }

    package var access: Draws { Draws(places: places) }
}

/// The character n-grams of a word, hashed to buckets: what lets words that were never seen have vectors (Bojanowski
/// et al. 2017, "Enriching word vectors with subword information").
///
/// A word is wrapped in `<` and `>`, and its n-grams are taken over characters (Unicode scalars), not bytes. Hash and
/// selection are those of fastText, so that its binary models can be read: FNV-1a over sign-extended bytes, and no
/// n-gram that is a bracket alone.
public struct CharacterNGrams: Hashable, Sendable {
    public let minimumLength: Int
    public let maximumLength: Int
    /// The number of buckets that hashes are reduced to.
    public let buckets: Int

    /// - Precondition: lengths from 1 on, the smaller first; at least one bucket.
    public init(minimumLength: Int = 3, maximumLength: Int = 6, buckets: Int) {
        precondition(
            minimumLength >= 1 && maximumLength >= minimumLength && buckets > 0,
            "character n-grams of \(minimumLength) to \(maximumLength) in \(buckets) buckets")
        (self.minimumLength, self.maximumLength, self.buckets) = (minimumLength, maximumLength, buckets)
    }

    /// The bucket of each n-gram, in order of start and length; a bucket comes as often as an n-gram falls into it.
    public func bucketIndices(of word: String) -> [Int32] {
        let bytes = [UInt8(ascii: "<")] + Array(word.utf8) + [UInt8(ascii: ">")]
        // The places where a character begins, and the end.
        let starts = bytes.indices.filter { bytes[$0] & 0xc0 != 0x80 } + [bytes.count]
        let characters = starts.count - 1
        var result: [Int32] = []
        for first in 0..<characters {
            var hash: UInt32 = 2_166_136_261
            for last in first..<min(first + maximumLength, characters) {
                for byte in bytes[starts[last]..<starts[last + 1]] {
                    hash = (hash ^ UInt32(bitPattern: Int32(Int8(bitPattern: byte)))) &* 16_777_619
                }
                let length = last - first + 1
                let isBracket = length == 1 && (first == 0 || last == characters - 1)
                if length >= minimumLength, !isBracket { result.append(Int32(hash % UInt32(buckets))) }
            }
        }
        return result
    }
}

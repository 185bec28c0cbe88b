import Glibc
import Kernels

/// Made-up prose: words of random letters whose frequencies fall as those of a language do (Zipf's law), in lines of
/// twelve words with capitals and full stops.
public struct SyntheticText: Sendable {
    /// The text in UTF-8.
    public let bytes: [UInt8]

    /// - Parameters:
    ///   - words: Words in all.
    ///   - vocabulary: Different words, of which the rarest may not occur.
    public init(words: Int, vocabulary: Int = 30_000) {
        var generator = SeededGenerator(seed: 1)
        let letters = Array("etaoinshrdlucmfwypvbgkjqxz".utf8)
        let table: [[UInt8]] = (0..<vocabulary).map { _ in
            (0..<2 + generator.index(below: 8)).map { _ in
                letters[min(Int(Double(letters.count) * pow(generator.uniform(), 2)), letters.count - 1)]
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words * 8)
        for place in 0..<words {
            // The inverse of the distribution function of 1 / rank.
            let rank = Int(pow(Double(vocabulary), generator.uniform())) - 1
            var word = table[min(rank, vocabulary - 1)]
            if place % 12 == 0 { word[0] -= 32 }
            bytes += word
            bytes += place % 12 == 11 ? Array(".\n".utf8) : [UInt8(ascii: " ")]
        }
        self.bytes = bytes
    }
}

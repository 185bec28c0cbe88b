import Kernels
import Text

/// Vectors of character n-grams beside those of words: what gives unseen words a vector (Bojanowski et al. 2017,
/// "Enriching word vectors with subword information").
public struct SubwordVectors: Sendable {
    public let characterNGrams: CharacterNGrams
    public let dimensions: Int
    /// `[buckets, D]`
    let table: Column<Float>

    /// - Parameter elements: The vectors of the buckets, `[buckets, D]` in row-major order.
    /// - Precondition: there are as many elements as buckets times dimensions.
    public init(characterNGrams: CharacterNGrams, dimensions: Int, elements: [Float]) {
        precondition(
            dimensions > 0 && elements.count == characterNGrams.buckets * dimensions,
            "\(elements.count) elements for \(characterNGrams.buckets) buckets of \(dimensions) dimensions")
        self.init(characterNGrams: characterNGrams, dimensions: dimensions, table: .array(elements))
    }

    init(characterNGrams: CharacterNGrams, dimensions: Int, table: Column<Float>) {
        self.characterNGrams = characterNGrams
        self.dimensions = dimensions
        self.table = table
    }

    /// The vector of a word that has none of its own: the mean of the rows of its n-grams; nil where it has no n-gram.
    public func vector(of word: String) -> [Float]? {
        let buckets = characterNGrams.bucketIndices(of: word)
        guard !buckets.isEmpty else { return nil }
        var sum = [Float](repeating: 0, count: dimensions)
        sum.withUnsafeMutableBufferPointer { addRows(buckets, to: $0.baseAddress!) }
        return sum.map { $0 / Float(buckets.count) }
    }

    /// sum += the rows of these buckets
    func addRows(_ buckets: [Int32], to sum: UnsafeMutablePointer<Float>) {
        table.withUnsafeFloats { table in
            guard let base = table.baseAddress else { return }
            for bucket in buckets { Vector.add(base + Int(bucket) * dimensions, to: sum, count: dimensions) }
        }
    }
}

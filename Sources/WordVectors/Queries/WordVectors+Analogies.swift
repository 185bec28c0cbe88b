import Files
import Kernels

/// How the answer to an analogy is scored.
public enum AnalogyMethod: String, Hashable, Sendable, CaseIterable {
    /// 3CosAdd: the cosine of v with b - a + c, all brought to length 1 first (Mikolov et al. 2013, "Linguistic
    /// Regularities in Continuous Space Word Representations").
    case add
    /// 3CosMul: cos(v, b) cos(v, c) / (cos(v, a) + 0.001), with cosines shifted to (1 + cos) / 2 (Levy and Goldberg
    /// 2014, "Linguistic Regularities in Sparse and Explicit Word Representations").
    case multiply
}

extension WordVectors {
    /// What is to `c` as `b` is to `a`: the words v with the highest scores, best first; the three are left out.
    ///
    /// `analogy("man", "king", "woman")` asks for the queen.
    ///
    /// - Throws: `FileError` of kind `.malformed` for a word that has no vector; it names the known words that are
    ///   written most alike. Also where the file is damaged.
    public func analogy(
        _ a: String, _ b: String, _ c: String, method: AnalogyMethod = .add, count: Int = 10,
        pool: WorkerPool = WorkerPool(threadCount: 1)
    ) throws -> [Neighbor] {
        precondition(count > 0, "\(count) answers asked for")
        let units = try [a, b, c].map { Self.unit(try knownVector(of: $0)) }
        let excluded = Set(try [a, b, c].compactMap { try index(of: $0) })
        switch method {
        case .add:
            let query = Self.offset(units[0], units[1], units[2])
            return try neighbors(of: query, count: count, excluding: excluded, pool: pool)
        case .multiply:
            let search = CosineSearch(
                vectors: self, queries: units[1] + units[2] + units[0], score: .ratio(positive: 2),
                keeping: min(count, self.count) + excluded.count)
            return try named(try search.run(pool: pool)[0], count: count, excluding: excluded)
        }
    }

    /// b - a + c
    static func offset(_ a: [Float], _ b: [Float], _ c: [Float]) -> [Float] {
        a.indices.map { b[$0] - a[$0] + c[$0] }
    }

    /// The word of a list that fits the others least: the one whose vector has the lowest cosine with the mean of all,
    /// each brought to length 1.
    ///
    /// - Returns: The words with these cosines, the least fitting first.
    /// - Throws: `FileError` of kind `.malformed` for a word that has no vector, or where the file is damaged.
    public func oddOneOut(_ words: [String]) throws -> [(word: String, similarity: Float)] {
        let units = try words.map { Self.unit(try knownVector(of: $0)) }
        guard let mean = Self.mean(units) else { return [] }
        let cosines = units.map { Self.cosine($0, mean) }
        return words.indices.sorted { cosines[$0] == cosines[$1] ? $0 < $1 : cosines[$0] < cosines[$1] }
            .map { (words[$0], cosines[$0]) }
    }
}

import Files
import Kernels

extension WordVectors {
    /// A word that an answer names.
    public struct Neighbor: Hashable, Sendable, Codable {
        public let word: String
        /// The word's number.
        public let index: Int
        /// The cosine with the query, -1 to 1; for 3CosMul the ratio.
        public let similarity: Float
    }

    /// The words whose vectors have the highest cosines with a vector, best first.
    ///
    ///     cos(q, v) = q · v / (|q| |v|)
    ///
    /// Vectors that are zero have the cosine 0. Of words with the same cosine, the one with the lower number is first.
    ///
    /// - Parameters:
    ///   - vector: `[D]`, of any length.
    ///   - count: How many; all words where there are fewer.
    ///   - excluded: Numbers of words that are left out.
    /// - Throws: `FileError` where the file is damaged.
    public func neighbors(
        of vector: [Float], count: Int = 10, excluding excluded: Set<Int> = [],
        pool: WorkerPool = WorkerPool(threadCount: 1)
    ) throws -> [Neighbor] {
        try neighbors(ofAll: [vector], count: count, excluding: [excluded], pool: pool)[0]
    }

    /// The nearest words of each of several words, the word itself left out. One pass over the vectors serves all.
    ///
    /// - Throws: `FileError` of kind `.malformed` for a word that has no vector; it names the known words that are
    ///   written most alike. Also where the file is damaged.
    public func neighbors(
        ofWords words: [String], count: Int = 10, pool: WorkerPool = WorkerPool(threadCount: 1)
    ) throws -> [[Neighbor]] {
        let queries = try words.map { try knownVector(of: $0) }
        let excluded = try words.map { Set([try index(of: $0)].compactMap { $0 }) }
        return try neighbors(ofAll: queries, count: count, excluding: excluded, pool: pool)
    }

    /// The nearest words of each of several vectors.
    ///
    /// - Parameter excluded: For each vector, the words that are left out.
    func neighbors(
        ofAll vectors: [[Float]], count: Int, excluding excluded: [Set<Int>], pool: WorkerPool
    ) throws -> [[Neighbor]] {
        precondition(count > 0, "\(count) neighbors asked for")
        for vector in vectors {
            precondition(vector.count == dimensions, "a vector of \(vector.count) dimensions, not \(dimensions)")
        }
        guard !vectors.isEmpty else { return [] }
        let most = excluded.reduce(0) { max($0, $1.count) }
        let search = CosineSearch(
            vectors: self, queries: vectors.flatMap(Self.unit), keeping: min(count, self.count) + most)
        return try zip(try search.run(pool: pool), excluded).map { rows, excluded in
            try named(rows, count: count, excluding: excluded)
        }
    }

    /// The words of the best rows.
    func named(_ rows: [ScoredRow], count: Int, excluding excluded: Set<Int>) throws -> [Neighbor] {
        try rows.lazy.filter { !excluded.contains(Int($0.row)) }.prefix(count).map {
            Neighbor(word: try word(at: Int($0.row)), index: Int($0.row), similarity: $0.score)
        }
    }

    /// The cosine of two words' vectors, -1 to 1; 0 where one is zero.
    ///
    /// - Throws: `FileError` of kind `.malformed` for a word that has no vector, or where the file is damaged.
    public func similarity(_ first: String, _ second: String) throws -> Float {
        Self.cosine(try knownVector(of: first), try knownVector(of: second))
    }

    /// The mean of the words' vectors after each was brought to length 1: a vector for a text.
    ///
    /// - Parameter words: The text's words; those without a vector are left out.
    /// - Returns: `[D]`, nil where no word has a vector.
    /// - Throws: `FileError` where the file is damaged.
    public func meanVector(of words: [String]) throws -> [Float]? {
        try Self.mean(words.compactMap { try vector(of: $0).map(Self.unit) })
    }

    static func mean(_ vectors: [[Float]]) -> [Float]? {
        guard let first = vectors.first else { return nil }
        var sum = [Float](repeating: 0, count: first.count)
        for vector in vectors { Vector.add(vector, to: &sum, count: sum.count) }
        return sum.map { $0 / Float(vectors.count) }
    }

    static func cosine(_ a: [Float], _ b: [Float]) -> Float {
        let (a, b) = (unit(a), unit(b))
        return Float(zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
    }
}

extension WordVectors {
    /// Near names are sought among this many words, the most frequent; among all it would take seconds.
    private static let nearWordLimit = 50_000
    private static let nearWordCount = 3

    /// The vector of a word, which must have one and be finite.
    func knownVector(of word: String) throws -> [Float] {
        guard let vector = try vector(of: word) else { throw try unknown(word) }
        guard vector.allSatisfy(\.isFinite) else {
            throw FileError.malformed(
                path, .file, "the vector of \(Self.quoted(word)) holds a number that is not finite")
        }
        return vector
    }

    /// The error for a word without a vector.
    func unknown(_ word: String) throws -> FileError {
        let near = try nearWords(to: word).map(Self.quoted)
        let hint = switch near.count {
        case 0: ""
        case 1: "; the nearest known word is \(near[0])"
        default: "; the nearest known words are " + near.dropLast().joined(separator: ", ") + " and \(near.last!)"
        }
        return .malformed(path, .file, "no vector for the word \(Self.quoted(word)) found" + hint)
    }

    /// Known words that are written like an unknown one, the nearest first.
    private func nearWords(to word: String) throws -> [String] {
        var near: [String] = []
        for other in [word.lowercased(), word.prefix(1).uppercased() + word.dropFirst(), word.uppercased()]
        where try near.count < Self.nearWordCount && !near.contains(other) && index(of: other) != nil {
            near.append(other)
        }
        guard near.count < Self.nearWordCount else { return near }
        let length = word.utf8.count
        var candidates = try words.withView { view in
            try (0..<min(count, Self.nearWordLimit)).lazy.filter {
                // More than a third of the longer word's bytes added cannot be near.
                let other = try view.utf8($0).count
                return abs(other - length) <= max(1, max(other, length) / 3)
            }.map { try view.word($0) }
        }
        while near.count < Self.nearWordCount, let nearest = NearestName.of(word, among: candidates) {
            if !near.contains(nearest) { near.append(nearest) }
            candidates.removeAll { $0 == nearest }
        }
        return near
    }
}

extension WordVectors {
    /// The vector of a word brought to length 1, `[D]`; zero where it is zero.
    ///
    /// - Throws: `FileError` of kind `.malformed` for a word that has no vector, or where the file is damaged.
    public func unitVector(of word: String) throws -> [Float] { Self.unit(try knownVector(of: word)) }
}

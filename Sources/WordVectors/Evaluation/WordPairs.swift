import Files

/// Pairs of words with how similar people find them.
public struct WordPairs: Hashable, Sendable {
    public struct Pair: Hashable, Sendable {
        public let first: String
        public let second: String
        public let score: Double

        public init(_ first: String, _ second: String, score: Double) {
            (self.first, self.second, self.score) = (first, second, score)
        }
    }

    public let pairs: [Pair]

    public init(pairs: [Pair]) { self.pairs = pairs }

    /// Reads a file of lines with two words and a number between white space; lines that begin with `#` and empty ones
    /// count for nothing. `-` reads standard input.
    ///
    /// - Throws: `FileError` of kind `.malformed` where a line is anything else, or where there is no pair.
    public init(contentsOf path: String) throws {
        var pairs: [Pair] = []
        let name = InputFile.displayName(path)
        try EvaluationLines.read(path) { line, number in
            if line.hasPrefix("#") { return }
            let fields = EvaluationLines.fields(line)
            if fields.isEmpty { return }
            guard fields.count == 3 else {
                throw FileError.malformed(
                    name, .line(number), "\(fields.count) \(fields.count == 1 ? "field" : "fields") found, 3 expected: "
                        + "two words and a number")
            }
            guard let score = Double(fields[2]), score.isFinite else {
                throw FileError.malformed(
                    name, .line(number), "\(WordVectors.quoted(fields[2])) found, a number expected")
            }
            pairs.append(Pair(fields[0], fields[1], score: score))
        }
        guard !pairs.isEmpty else { throw FileError.malformed(name, .file, "no pair of words found") }
        self.pairs = pairs
    }
}

/// How well cosines agree with people's scores.
public struct WordPairScores: Hashable, Sendable, Encodable {
    /// Spearman's rank correlation, ties having their mean rank; nil where it is not defined: fewer than two pairs, or
    /// all scores or all cosines equal.
    public let spearman: Double?
    /// Pearson's correlation; nil where it is not defined.
    public let pearson: Double?
    /// The share of pairs that were left out because a word has no vector.
    public let missingShare: Double

    private enum Key: String, CodingKey {
        case spearman, pearson
        case missingShare = "missing_share"
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(spearman, forKey: .spearman)
        try container.encode(pearson, forKey: .pearson)
        try container.encode(missingShare, forKey: .missingShare)
    }
}

extension WordVectors {
    /// Compares the cosines of pairs with their scores, words being found as in the analogies: among the 300,000 most
    /// frequent, without case. This is the manner of gensim's `evaluate_word_pairs`.
    ///
    /// - Throws: `FileError` where the file is damaged.
    public func scores(on pairs: WordPairs) throws -> WordPairScores {
        let words = try EvaluationWords(self)
        var (expected, found): ([Double], [Double]) = ([], [])
        for pair in pairs.pairs {
            guard let first = words[pair.first], let second = words[pair.second] else { continue }
            let (a, b) = (vector(at: first), vector(at: second))
            guard a.allSatisfy(\.isFinite) else { throw try nonFinite(row: first) }
            guard b.allSatisfy(\.isFinite) else { throw try nonFinite(row: second) }
            expected.append(pair.score)
            found.append(Double(Self.cosine(a, b)))
        }
        return WordPairScores(
            spearman: Correlation.spearman(expected, found), pearson: Correlation.pearson(expected, found),
            missingShare: Double(pairs.pairs.count - found.count) / Double(max(pairs.pairs.count, 1)))
    }
}

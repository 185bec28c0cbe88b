import Glibc

/// Texts as sparse rows of weighted words and pairs of adjacent words (TF-IDF).
///
/// For a feature t that occurs tf times in a row, and in df of the n training rows,
///
///     value(t) = tf · (ln((1 + n) / (1 + df)) + 1)
///
/// after which each row is divided by its Euclidean norm. With `sublinear`, tf is replaced by 1 + ln tf. These are
/// scikit-learn's `TfidfVectorizer` defaults with `ngram_range=(1, 2)`. Words and pairs that no training row has are
/// left out; a row with none of the features stays zero.
///
/// Features are numbered in the order in which the training rows first show them.
///
/// Source: Spärck Jones 1972, "A statistical interpretation of term specificity and its application in retrieval".
public struct TermFrequencyInverseDocumentFrequency: Sendable {
    /// What counts as a feature and how occurrences count.
    public struct Options: Hashable, Sendable {
        /// Whether pairs of adjacent words are features beside the words.
        public var pairs: Bool
        /// Whether tf is replaced by 1 + ln tf.
        public var sublinear: Bool
        /// The least number of training rows that must have a feature.
        public var minimumDocumentFrequency: Int

        public init(pairs: Bool = true, sublinear: Bool = false, minimumDocumentFrequency: Int = 1) {
            precondition(
                minimumDocumentFrequency >= 1, "a minimum document frequency of \(minimumDocumentFrequency)")
            self.pairs = pairs
            self.sublinear = sublinear
            self.minimumDocumentFrequency = minimumDocumentFrequency
        }
    }

    public let options: Options
    /// The number by which each feature's occurrences are multiplied: ln((1 + n) / (1 + df)) + 1.
    public let inverseDocumentFrequencies: [Float]
    private let identifiers: [String: Int32]
    /// From the key of a word or pair to its feature.
    private let features: [UInt64: Int32]

    public var featureCount: Int { inverseDocumentFrequencies.count }

    /// Learns features and their weights.
    ///
    /// - Parameter rows: the words of each training row, and of no other row.
    public init(fitting rows: [[String]], options: Options = Options()) {
        var identifiers: [String: Int32] = [:]
        var numbers: [UInt64: Int] = [:]
        var keys: [UInt64] = []
        var documentFrequencies: [Int32] = []
        var lastRow: [Int32] = []
        var words: [Int32] = []
        for (row, tokens) in rows.enumerated() {
            words.removeAll(keepingCapacity: true)
            for token in tokens {
                let next = Int32(identifiers.count)
                let identifier = identifiers[token] ?? next
                if identifier == next { identifiers[token] = next }
                words.append(identifier)
            }
            Self.forEachKey(of: words, pairs: options.pairs) { key in
                let next = keys.count
                let number = numbers[key] ?? next
                if number == next {
                    numbers[key] = next
                    keys.append(key)
                    documentFrequencies.append(0)
                    lastRow.append(-1)
                }
                if lastRow[number] != row { documentFrequencies[number] += 1 }
                lastRow[number] = Int32(row)
            }
        }
        // Reusing the table of numbers for the features would keep those that are too rare.
        numbers = [:]
        var features: [UInt64: Int32] = [:]
        var inverseDocumentFrequencies: [Float] = []
        for (key, frequency) in zip(keys, documentFrequencies) where frequency >= options.minimumDocumentFrequency {
            features[key] = Int32(inverseDocumentFrequencies.count)
            inverseDocumentFrequencies.append(Float(log(Double(1 + rows.count) / Double(1 + frequency)) + 1))
        }
        self.options = options
        self.identifiers = identifiers
        self.features = features
        self.inverseDocumentFrequencies = inverseDocumentFrequencies
    }

    /// The weighted features of rows of words: [N, `featureCount`].
    public func callAsFunction(_ rows: [[String]]) -> SparseRows {
        var result = SparseRows(columnCount: featureCount)
        var words: [Int32] = []
        var found: [Int32] = []
        var weighted: [(column: Int32, value: Float)] = []
        for tokens in rows {
            words.removeAll(keepingCapacity: true)
            found.removeAll(keepingCapacity: true)
            weighted.removeAll(keepingCapacity: true)
            for token in tokens { words.append(identifiers[token] ?? Self.unknown) }
            Self.forEachKey(of: words, pairs: options.pairs) { key in
                if let feature = features[key] { found.append(feature) }
            }
            found.sort()
            var squares = 0.0
            var start = 0
            while start < found.count {
                var end = start + 1
                while end < found.count, found[end] == found[start] { end += 1 }
                let count = Double(end - start)
                let frequency = options.sublinear ? 1 + log(count) : count
                let value = frequency * Double(inverseDocumentFrequencies[Int(found[start])])
                squares += value * value
                weighted.append((column: found[start], value: Float(value)))
                start = end
            }
            let scale = Float(squares > 0 ? 1 / squares.squareRoot() : 0)
            result.append(weighted.lazy.map { (column: $0.column, value: $0.value * scale) })
        }
        return result
    }

    private static let unknown: Int32 = -1

    /// Calls `body` with the keys of all known words and of all pairs of adjacent known words, in their order.
    ///
    /// The upper half of a key holds the first word's identifier; the lower half the second's plus one, 0 for a
    /// single word.
    private static func forEachKey(of words: [Int32], pairs: Bool, _ body: (UInt64) -> Void) {
        var previous = unknown
        for word in words {
            if word != unknown {
                body(UInt64(word) << 32)
                if pairs, previous != unknown { body(UInt64(previous) << 32 | UInt64(word + 1)) }
            }
            previous = word
        }
    }
}

/// The tokens that a model knows, numbered.
///
/// Id 0 is padding (`<pad>`) and id 1 the entry for every unknown token (`<unk>`); both have count 0 unless a stored
/// vocabulary says otherwise. The others follow by count, the most frequent first, ties by the bytes of their UTF-8,
/// so that the same texts give the same ids however they were counted. Tokens are told apart by their bytes.
public struct Vocabulary: Sendable {
    /// The id of padding.
    public static let paddingID: Int32 = 0
    /// The id of every token that is not in the vocabulary.
    public static let unknownID: Int32 = 1
    /// The text of the padding entry.
    public static let padding = "<pad>"
    /// The text of the unknown entry.
    public static let unknown = "<unk>"

    private let table: TokenTable
    /// How often each entry was seen, by id.
    public let counts: [Int]

    /// Counts the tokens of sequences and keeps the frequent ones.
    ///
    /// - Parameters:
    ///   - minimumCount: Rarer tokens are left out; 1 keeps all.
    ///   - maximumSize: How many entries there may be, the two reserved ones with them; nil for any number.
    public init(
        counting sequences: some Sequence<some Sequence<String>>, minimumCount: Int = 1, maximumSize: Int? = nil
    ) {
        var counter = VocabularyCounter()
        for sequence in sequences {
            for token in sequence { counter.add(token) }
        }
        self = counter.vocabulary(minimumCount: minimumCount, maximumSize: maximumSize)
    }

    /// Takes over the entries of a stored vocabulary, by id.
    ///
    /// - Throws: `VocabularyError` where the numbers of entries and counts differ, the reserved entries are not where
    ///   they belong, an entry stands twice, or a count is negative.
    public init(entries: [String], counts: [Int]) throws {
        guard entries.count == counts.count else {
            throw VocabularyError("\(counts.count) counts were found for \(entries.count) entries")
        }
        for (id, expected) in [Self.padding, Self.unknown].enumerated() {
            guard id < entries.count else {
                throw VocabularyError(
                    "\(entries.count) entries were found, \"\(expected)\" was expected as entry \(id)")
            }
            guard entries[id].utf8.elementsEqual(expected.utf8) else {
                throw VocabularyError("entry \(id) is \"\(entries[id])\", \"\(expected)\" was expected")
            }
        }
        guard entries.count <= Int(Int32.max) else {
            throw VocabularyError("\(entries.count) entries were found, at most \(Int32.max) are expected")
        }
        var table = TokenTable(capacity: entries.count)
        for (id, entry) in entries.enumerated() {
            let index = entry.withTokenBytes { table.insert($0) }
            guard index == id else {
                throw VocabularyError("entries \(index) and \(id) are both \"\(entry)\"")
            }
            guard counts[id] >= 0 else {
                throw VocabularyError("the count of entry \(id), \"\(entry)\", is \(counts[id])")
            }
        }
        self.table = table
        self.counts = counts
    }

    init(table: TokenTable, counts: [Int]) {
        self.table = table
        self.counts = counts
    }

    /// The number of entries, the two reserved ones with them.
    public var count: Int { table.count }

    /// The texts of all entries, by id.
    public var entries: [String] { (0..<count).map { table[$0] } }

    /// The id of a token; `unknownID` where the vocabulary does not have it.
    public func id(of token: String) -> Int32 {
        token.withTokenBytes { id(ofUTF8: $0) }
    }

    /// The ids of tokens, in their order.
    public func ids(of tokens: [String]) -> [Int32] {
        tokens.map { id(of: $0) }
    }

    /// Whether the vocabulary has an entry for this very token.
    public func contains(_ token: String) -> Bool {
        token.withTokenBytes { table.index(of: $0) } != nil
    }

    /// The text of an entry.
    ///
    /// - Precondition: The id is one of this vocabulary.
    public subscript(id: Int32) -> String {
        check(id)
        return table[Int(id)]
    }

    /// How often an entry was seen.
    ///
    /// - Precondition: The id is one of this vocabulary.
    public func count(of id: Int32) -> Int {
        check(id)
        return counts[Int(id)]
    }

    @inline(__always)
    package func id(ofUTF8 token: UnsafeBufferPointer<UInt8>) -> Int32 {
        table.index(of: token).map(Int32.init) ?? Self.unknownID
    }

    private func check(_ id: Int32) {
        precondition(id >= 0 && Int(id) < count, "id \(id) in a vocabulary of \(count) entries")
    }
}

extension Vocabulary: Equatable {
    public static func == (left: Self, right: Self) -> Bool {
        guard left.counts == right.counts else { return false }
        return (0..<left.count).allSatisfy { left.table[$0].utf8.elementsEqual(right.table[$0].utf8) }
    }
}

/// Why stored entries are no vocabulary.
public struct VocabularyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was found and what was expected, as a clause.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

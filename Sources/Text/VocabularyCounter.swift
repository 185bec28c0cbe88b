/// Counts tokens as they come, then makes a vocabulary.
public struct VocabularyCounter: Sendable {
    private var table = TokenTable()
    private var counts: [Int] = []
    /// How many tokens were added.
    public private(set) var total = 0

    public init() {}

    /// How many different tokens were added.
    public var distinct: Int { table.count }

    public mutating func add(_ token: String) {
        token.withTokenBytes { add(utf8: $0) }
    }

    package mutating func add(utf8 token: UnsafeBufferPointer<UInt8>) {
        let index = table.insert(token)
        if index == counts.count {
            counts.append(1)
        } else {
            counts[index] += 1
        }
        total += 1
    }

    /// Adds what another counter has counted, such as one of another thread.
    public mutating func add(_ other: VocabularyCounter) {
        for index in 0..<other.table.count {
            let own = other.table[index].withTokenBytes { table.insert($0) }
            if own == counts.count {
                counts.append(other.counts[index])
            } else {
                counts[own] += other.counts[index]
            }
        }
        total += other.total
    }

    /// The vocabulary of the tokens so far.
    ///
    /// Tokens that read as a reserved entry (`<pad>`, `<unk>`) add no entry; they count for the reserved one.
    /// - Parameters:
    ///   - minimumCount: Rarer tokens are left out; 1 keeps all.
    ///   - maximumSize: How many entries there may be, the two reserved ones with them; nil for any number.
    /// - Precondition: `minimumCount` is at least 1 and `maximumSize` at least 2.
    public func vocabulary(minimumCount: Int = 1, maximumSize: Int? = nil) -> Vocabulary {
        precondition(minimumCount >= 1, "a minimum count of \(minimumCount), at least 1 is expected")
        precondition(maximumSize ?? 2 >= 2, "a maximum size of \(maximumSize ?? 2), at least 2 is expected")
        let reserved = [Vocabulary.padding, Vocabulary.unknown]
        let reservedIndices = reserved.map { text in text.withTokenBytes { table.index(of: $0) } }
        var kept = counts.indices.filter { counts[$0] >= minimumCount && !reservedIndices.contains($0) }
        kept.sort { counts[$0] != counts[$1] ? counts[$0] > counts[$1] : table.precedes($0, $1) }
        let limit = min(maximumSize ?? .max, Int(Int32.max)) - reserved.count
        if kept.count > limit { kept.removeLast(kept.count - limit) }

        var entries = TokenTable(capacity: kept.count + reserved.count)
        for text in reserved { _ = text.withTokenBytes { entries.insert($0) } }
        for index in kept { _ = table[index].withTokenBytes { entries.insert($0) } }
        return Vocabulary(
            table: entries, counts: reservedIndices.map { $0.map { counts[$0] } ?? 0 } + kept.map { counts[$0] })
    }
}

import Layers

/// The names of parameters that belong together: `encoder.*`, `*.bias`, `head.weight`. A star stands for any run of
/// characters, dots included, a question mark for a single one.
public struct ParameterPattern: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ pattern: String) { description = pattern }

    public func matches(_ name: String) -> Bool {
        let (pattern, name) = (Array(description.utf8), Array(name.utf8))
        let (star, anyCharacter) = (UInt8(ascii: "*"), UInt8(ascii: "?"))
        var (place, position) = (0, 0)
        // Where the last star stands, and where it stops covering the name; it covers more where the rest does not fit.
        var last: (star: Int, end: Int)?
        while position < name.count {
            if place < pattern.count, pattern[place] == star {
                last = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == name[position] || pattern[place] == anyCharacter {
                place += 1
                position += 1
            } else if let (star, end) = last {
                last = (star, end + 1)
                (place, position) = (star + 1, end + 1)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == star }
    }
}

/// Parameters by their names: `*, !head.*` are all but those of the head. Of several patterns that match a name the last
/// counts; an exclamation mark before a pattern takes what it matches out. In recipes a list of texts, or one text with
/// commas.
public struct ParameterPatterns: Hashable, Sendable, ExpressibleByArrayLiteral {
    public struct Item: Hashable, Sendable, CustomStringConvertible {
        public var pattern: ParameterPattern
        /// Whether it takes parameters out.
        public var isException: Bool

        public init(_ description: String) {
            isException = description.hasPrefix("!")
            pattern = ParameterPattern(isException ? String(description.dropFirst()) : description)
        }

        public var description: String { (isException ? "!" : "") + pattern.description }
    }

    public var items: [Item]

    public init(_ items: [Item]) { self.items = items }

    public init(arrayLiteral elements: String...) { self.init(elements.map(Item.init)) }

    /// Whether a name is one of these; nil where no pattern says anything about it.
    public func decision(on name: String) -> Bool? {
        items.last { $0.pattern.matches(name) }.map { !$0.isException }
    }
}

extension ParameterPatterns: Codable {
    public init(from decoder: any Decoder) throws { self.init(try TextList(from: decoder).items.map(Item.init)) }

    public func encode(to encoder: any Encoder) throws {
        try TextList(items: items.map(\.description)).encode(to: encoder)
    }
}

/// Factors on the learning rate of some parameters: `encoder.*=0.1`. Of several patterns that match a name the last
/// counts. In recipes a list of texts, or one text with commas.
public struct LearningRateFactors: Hashable, Sendable {
    public struct Factor: Hashable, Sendable {
        public var pattern: ParameterPattern
        public var factor: Double

        public init(_ pattern: String, _ factor: Double) {
            (self.pattern, self.factor) = (ParameterPattern(pattern), factor)
        }
    }

    public var factors: [Factor]

    public init(_ factors: [Factor] = []) { self.factors = factors }

    /// The factor of a parameter; 1 where no pattern matches.
    public func factor(of name: String) -> Double { factors.last { $0.pattern.matches(name) }?.factor ?? 1 }
}

extension LearningRateFactors: Codable {
    public init(from decoder: any Decoder) throws {
        factors = try TextList(from: decoder).items.map { item in
            guard let sign = item.lastIndex(of: "="), sign != item.startIndex,
                let factor = Double(item[item.index(after: sign)...]), factor > 0, factor.isFinite
            else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: decoder.codingPath,
                        debugDescription: "\"\(item)\" found, a pattern and a factor above 0 expected, such as "
                            + "encoder.*=0.1"))
            }
            return Factor(String(item[..<sign]), factor)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        try TextList(items: factors.map { "\($0.pattern)=\($0.factor)" }).encode(to: encoder)
    }
}

/// Texts as recipes give them: a list, or one text with commas.
private struct TextList: Codable {
    let items: [String]

    init(items: [String]) { self.items = items }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        let texts = try (try? value.decode(String.self)).map { [$0] } ?? value.decode([String].self)
        items = texts.flatMap { $0.split(separator: ",") }.map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(items)
    }
}

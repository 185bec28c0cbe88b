/// How label, group and more are read off a file's name: `{label}_{group}_{index}.wav`.
///
/// A field in braces stands for one character or more that are no slash, as few as will do; what stands between
/// fields stands for itself. `{label}` must be there. `{group}` and `{fold}` are known, and any other name stands for
/// what does not matter; a name may occur once, `{}` any number of times. A pattern with slashes is held to as many
/// folders above the file as it names; one without to the file's name alone.
public struct NamePattern: Hashable, Sendable, CustomStringConvertible {
    /// A pattern that cannot be used.
    public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        public let pattern: String
        /// What was found and what was expected, as a clause.
        public let message: String
        public var description: String { "the pattern \"\(pattern)\": \(message)" }
    }

    private enum Part: Hashable, Sendable {
        case text([UInt8])
        case field(String)
    }

    public let description: String
    private let parts: [Part]
    private let depth: Int  // slashes

    public init(_ pattern: String) throws(Invalid) {
        description = pattern
        depth = pattern.utf8.count { $0 == UInt8(ascii: "/") }
        var parts: [Part] = []
        var seen: Set<String> = []
        var rest = Substring(pattern)
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
                throw Invalid(pattern: pattern, message: "a brace without its partner was found, {label} was expected")
            }
            if open > rest.startIndex { parts.append(.text(Array(rest[..<open].utf8))) }
            let name = String(rest[rest.index(after: open)..<close])
            if !name.isEmpty, !seen.insert(name).inserted {
                throw Invalid(pattern: pattern, message: "{\(name)} stands twice, once was expected")
            }
            if case .field = parts.last {
                throw Invalid(pattern: pattern, message: "two fields touch, a character between them was expected")
            }
            parts.append(.field(name))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.text(Array(rest.utf8))) }
        guard seen.contains("label") else {
            throw Invalid(pattern: pattern, message: "no {label} was found, one was expected")
        }
        self.parts = parts
    }

    /// The fields of a path, by name; nil where it does not fit.
    public func fields(of path: String) -> [String: String]? {
        let names = path.split(separator: "/", omittingEmptySubsequences: false).suffix(depth + 1)
        guard names.count == depth + 1 else { return nil }
        let bytes = Array(names.joined(separator: "/").utf8)
        var spans: [(String, Range<Int>)] = []
        guard match(bytes, from: 0, part: 0, &spans) else { return nil }
        return Dictionary(
            spans.map { ($0.0, String(decoding: bytes[$0.1], as: UTF8.self)) }, uniquingKeysWith: { first, _ in first })
    }

    private func match(_ bytes: [UInt8], from start: Int, part: Int, _ spans: inout [(String, Range<Int>)]) -> Bool {
        guard part < parts.count else { return start == bytes.count }
        switch parts[part] {
        case .text(let text):
            guard bytes[start...].starts(with: text) else { return false }
            return match(bytes, from: start + text.count, part: part + 1, &spans)
        case .field(let name):
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "/") {
                end += 1
                spans.append((name, start..<end))
                if match(bytes, from: end, part: part + 1, &spans) { return true }
                spans.removeLast()
            }
            return false
        }
    }
}

/// Reads the labels of one row from one field.
///
/// The forms, told apart by the field itself:
///
/// | form | example |
/// |---|---|
/// | Python or JSON list of quoted texts | `['php', "c#"]` |
/// | angle brackets | `<php><c#>` |
/// | divided | `php\|c#` or `php,c#` |
///
/// Only the divider depends on the file: where any field that is neither a list nor in angle brackets has a `|`, that
/// divides them all, and commas are part of labels; see `Divider.found(in:)`. White space around labels goes, a label
/// that stands twice counts once, and an empty field or list is a row without labels.
public enum LabelList {
    /// What divides labels that stand in no list and no angle brackets.
    public enum Divider: Character, Sendable {
        case bar = "|"
        case comma = ","

        /// The divider of a file's fields: a bar where any of them has one, else a comma.
        public static func found(in fields: some Sequence<String>) -> Divider {
            fields.contains { isDivided($0) && $0.utf8.contains(0x7C) } ? .bar : .comma
        }

        private static func isDivided(_ field: String) -> Bool {
            let first = field.utf8.first { $0 != 0x20 && $0 != 0x09 }
            return first != 0x5B && first != 0x3C  // neither [ nor <
        }
    }

    /// Why a field is no list of labels.
    public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        /// What was found and what was expected, as a clause.
        public let description: String
    }

    /// The labels of a field, in its order, each once.
    ///
    /// - Throws: `Malformed` where the field starts as a list or with an angle bracket and does not go on so, or where
    ///   a label is empty.
    public static func parse(_ field: String, dividedBy divider: Divider = .comma) throws(Malformed) -> [String] {
        let text = trimmed(field)
        if text.isEmpty { return [] }
        let labels: [String]
        if text.utf8.first == 0x5B {
            labels = try literalList(text)
        } else if text.utf8.first == 0x3C {
            labels = try bracketed(text)
        } else {
            labels = text.split(separator: divider.rawValue, omittingEmptySubsequences: false).map(String.init)
        }
        return try normalized(labels, of: text)
    }

    /// Trims labels and drops repeats; empty ones are refused.
    static func normalized(_ labels: [String], of text: String) throws(Malformed) -> [String] {
        var result: [String] = []
        var known: Set<String> = []
        for label in labels {
            let label = trimmed(label)
            if label.isEmpty {
                throw Malformed(description: "an empty label was found in \(shortened(text)), a name was expected")
            }
            if known.insert(label).inserted { result.append(label) }
        }
        return result
    }

    private static func bracketed(_ text: String) throws(Malformed) -> [String] {
        var labels: [String] = []
        var rest = text[...]
        while rest.first == "<" {
            rest.removeFirst()
            guard let end = rest.firstIndex(of: ">") else {
                throw Malformed(description: "a closing \">\" was expected at the end of \(shortened(text))")
            }
            labels.append(String(rest[..<end]))
            rest = rest[rest.index(after: end)...].drop { $0.isWhitespace }
        }
        if let character = rest.first {
            throw Malformed(
                description: "\"\(character)\" was found between labels in \(shortened(text)), \"<\" was expected")
        }
        return labels
    }

    /// A field as messages show it.
    static func shortened(_ text: String) -> String {
        text.count > 60 ? "\"\(text.prefix(60))…\"" : "\"\(text)\""
    }
}

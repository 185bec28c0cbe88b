/// The rules that turn raw text into text that is ready to be split into tokens.
///
/// Rules run in order, each on what the one before it left. A cleaner is a plain value: it is written into recipes
/// and model files, and `compiled()` makes the form that does the work.
///
/// ```swift
/// let cleaner = Cleaner([.stripMarkup, .caseFolding, .replacing(name: "tickets", pattern: "#\\d+", with: "ticket")])
/// let clean = try cleaner.compiled().clean("<b>Fixes</b> #17")  // "fixes ticket"
/// ```
///
/// In a file a cleaner is the name of a preset or a list of rules; a ready-made rule is its name, and a regular
/// expression has the keys `name`, `pattern` and `replacement`.
public struct Cleaner: Hashable, Sendable {
    /// The rules in the order in which they run.
    public var rules: [Rule]

    public init(_ rules: [Rule]) {
        self.rules = rules
    }

    public init(_ preset: Preset) {
        rules = preset.rules
    }

    /// Compiles the regular expressions.
    ///
    /// The result keeps working memory and must not be used by two threads at a time: each thread makes its own.
    /// - Throws: `CleaningError` where a pattern or its replacement is wrong.
    public func compiled() throws -> CompiledCleaner {
        try CompiledCleaner(self)
    }
}

extension Cleaner {
    /// One step of cleaning.
    public enum Rule: Hashable, Sendable {
        /// Replaces every match of a regular expression in ICU's syntax; `$1` or `${name}` in the replacement stands
        /// for a capture group, and a backslash takes the next character as it is.
        case replacing(name: String, pattern: String, with: String)
        /// Puts a space in the place of each HTML tag, comment, `script` and `style` element, and decodes the
        /// character references that end with a semicolon (`&amp;`, `&#39;`, `&#x27;`). `a < b` and `AT&T` stay.
        case stripMarkup
        /// Puts a space in the place of what starts with `http://`, `https://`, `ftp://` or `www.`, without the
        /// punctuation that follows it.
        case stripURLs
        /// Puts a space in the place of `@name`; the `@` inside an e-mail address is no mention.
        case stripMentions
        /// Puts a space in the place of each run of decimal digits of any script.
        case stripDigits
        /// Puts a space in the place of each punctuation character and symbol, except apostrophes between letters.
        case stripPunctuation
        /// Unicode normalization form NFKC (UAX #15): composed characters, compatibility forms replaced.
        case compatibilityNormalization
        /// Full default case folding (The Unicode Standard, section 3.13): lower case, with `ß` as `ss`.
        case caseFolding
        /// Turns each run of white space into one space and drops it at both ends.
        case collapseWhitespace
        /// Keeps words only: letters with their marks, and apostrophes between letters (as `'`), one space between.
        case keepWords
        /// Keeps words, numbers and the names that technical texts write with signs, one space between:
        /// `c#`, `c++`, `c++11`, `.net`, `asp.net`, `objective-c`, `odbc_exec`, `utf-8`, `3.5`.
        ///
        /// - A word holds letters, marks, numbers and `_`, with at least one letter or number.
        /// - `.`, `-` stay between two of these, an apostrophe (as `'`) between two letters.
        /// - `.` before a letter also starts a word, after white space, an opening or separating sign, `#` or `+`.
        /// - `#` stays after a letter at the end of a word, and after a word of one letter in any case (`c#6` gives
        ///   `c#` and `6`).
        /// - `++` stays at the end of a word, and after a word of one letter before a digit.
        ///
        /// Everything else separates.
        case keepTechnicalTerms
    }

    /// Cleaners made for a kind of text.
    public enum Preset: String, CaseIterable, Codable, Hashable, Sendable {
        /// No cleaning.
        case none
        /// Lower-case words of letters and apostrophes, for word embeddings: markup, addresses, mentions, digits and
        /// punctuation go.
        case prose
        /// Lower-case words of technical questions, such as titles from Stack Overflow; see
        /// `Rule.keepTechnicalTerms`. Markup is text there (a title may be about `<div>`) and stays, as words.
        case technical

        /// The rules in the order in which they run.
        public var rules: [Rule] {
            switch self {
            case .none: []
            case .prose:
                [.stripMarkup, .stripURLs, .stripMentions, .compatibilityNormalization, .caseFolding, .keepWords]
            case .technical: [.stripURLs, .compatibilityNormalization, .caseFolding, .keepTechnicalTerms]
            }
        }

        /// The tokenizer that fits the cleaned text.
        ///
        /// Technical terms would be taken apart at word boundaries (`c` and `#`), so they are split at white space.
        public var tokenizer: Tokenizer {
            switch self {
            case .none, .prose: .words
            case .technical: .whitespace
            }
        }
    }
}

extension Cleaner.Rule {
    private static let fixedRules: [(name: String, rule: Self)] = [
        ("stripMarkup", .stripMarkup),
        ("stripURLs", .stripURLs),
        ("stripMentions", .stripMentions),
        ("stripDigits", .stripDigits),
        ("stripPunctuation", .stripPunctuation),
        ("compatibilityNormalization", .compatibilityNormalization),
        ("caseFolding", .caseFolding),
        ("collapseWhitespace", .collapseWhitespace),
        ("keepWords", .keepWords),
        ("keepTechnicalTerms", .keepTechnicalTerms),
    ]

    /// The ready-made rules: all but regular expressions.
    public static var readyMade: [Self] { fixedRules.map(\.rule) }

    /// The rule's name in messages and files.
    public var name: String {
        if case .replacing(let name, _, _) = self { return name }
        return Self.fixedRules.first { $0.rule == self }!.name
    }

    /// The ready-made rule of this name.
    public init?(named name: String) {
        guard let found = Self.fixedRules.first(where: { $0.name == name }) else { return nil }
        self = found.rule
    }
}

extension Cleaner.Rule: Codable {
    private enum Key: String, CodingKey {
        case name, pattern, replacement
    }

    public init(from decoder: any Decoder) throws {
        if let name = try? decoder.singleValueContainer().decode(String.self) {
            guard let rule = Self(named: name) else {
                let known = Self.fixedRules.map(\.name).joined(separator: ", ")
                throw DecodingError.dataCorrupted(.init(
                    codingPath: decoder.codingPath,
                    debugDescription: "no cleaning rule is named \"\(name)\"; there are \(known)"))
            }
            self = rule
            return
        }
        let values = try decoder.container(keyedBy: Key.self)
        self = .replacing(
            name: try values.decode(String.self, forKey: .name),
            pattern: try values.decode(String.self, forKey: .pattern),
            with: try values.decode(String.self, forKey: .replacement))
    }

    public func encode(to encoder: any Encoder) throws {
        guard case .replacing(let name, let pattern, let replacement) = self else {
            var value = encoder.singleValueContainer()
            return try value.encode(name)
        }
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(name, forKey: .name)
        try values.encode(pattern, forKey: .pattern)
        try values.encode(replacement, forKey: .replacement)
    }
}

extension Cleaner: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let name = try? value.decode(String.self) {
            guard let preset = Preset(rawValue: name) else {
                let known = Preset.allCases.map(\.rawValue).joined(separator: ", ")
                throw DecodingError.dataCorruptedError(
                    in: value, debugDescription: "no cleaning preset is named \"\(name)\"; there are \(known)")
            }
            self.init(preset)
        } else {
            self.init(try value.decode([Rule].self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(rules)
    }
}

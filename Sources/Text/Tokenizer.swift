/// How a text is split into tokens.
///
/// In a file a tokenizer is its name.
public enum Tokenizer: String, CaseIterable, Codable, Hashable, Sendable {
    /// At the word boundaries of UAX #29, as ICU's root locale has them (with dictionaries for Thai, Chinese,
    /// Japanese and others); white space, punctuation and symbols are dropped.
    case words
    /// The same, with punctuation and symbols (emoji too) as tokens; white space is dropped.
    case wordsAndPunctuation
    /// At white space (the Unicode property White_Space). It keeps `c#` and `.net` whole.
    case whitespace

    /// Makes the form that does the work.
    ///
    /// The result keeps working memory and must not be used by two threads at a time: each thread makes its own.
    public func compiled() throws -> CompiledTokenizer {
        try CompiledTokenizer(self)
    }
}

/// A piece of a text and where it stands in it.
public struct Token: Hashable, Sendable {
    public let text: String
    /// Where the token stands in the text that was passed to the tokenizer, in bytes of UTF-8.
    public let range: Range<Int>

    public init(text: String, range: Range<Int>) {
        self.text = text
        self.range = range
    }
}

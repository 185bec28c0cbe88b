/// How raw text becomes tokens: a cleaner, then a tokenizer.
///
/// Training writes the pipeline into the model file and prediction reads it from there, so that it is the only
/// definition of this step. It is a plain value; `compiled()` makes the form that does the work.
public struct TextPipeline: Codable, Hashable, Sendable {
    public var cleaner: Cleaner
    public var tokenizer: Tokenizer

    public init(cleaner: Cleaner, tokenizer: Tokenizer) {
        self.cleaner = cleaner
        self.tokenizer = tokenizer
    }

    /// A preset with the tokenizer that fits it.
    public init(_ preset: Cleaner.Preset) {
        self.init(cleaner: Cleaner(preset), tokenizer: preset.tokenizer)
    }

    /// Compiles the regular expressions and opens ICU's word boundaries.
    ///
    /// The result keeps working memory and must not be used by two threads at a time: each thread makes its own.
    /// - Throws: `CleaningError` where a pattern or its replacement is wrong.
    public func compiled() throws -> CompiledPipeline {
        try CompiledPipeline(self)
    }

    /// The tokens of one text.
    ///
    /// This compiles the pipeline for the call; for many texts, compile once.
    /// - Throws: `CleaningError` where a pattern is wrong or backtracks without bounds.
    public func tokens(of text: String) throws -> [String] {
        try compiled().tokens(of: text)
    }
}

/// A pipeline that is ready to work.
///
/// One object is for one thread at a time. It is not `Sendable`; each thread makes its own from the `TextPipeline`.
/// No text passes between cleaner and tokenizer as a string, so the offsets of tokens are not known here.
public final class CompiledPipeline {
    private let cleaner: CompiledCleaner
    private let tokenizer: CompiledTokenizer

    /// - Throws: `CleaningError` where a pattern or its replacement is wrong.
    public init(_ pipeline: TextPipeline) throws {
        cleaner = try CompiledCleaner(pipeline.cleaner)
        tokenizer = try CompiledTokenizer(pipeline.tokenizer)
    }

    /// The tokens of one text.
    ///
    /// - Throws: `CleaningError` where a regular expression backtracks without bounds.
    public func tokens(of text: String) throws -> [String] {
        var tokens: [String] = []
        try append(tokensOf: text, to: &tokens)
        return tokens
    }

    /// Appends the tokens of one text.
    ///
    /// - Throws: `CleaningError` where a regular expression backtracks without bounds.
    public func append(tokensOf text: String, to tokens: inout [String]) throws {
        try forEachToken(of: text) { tokens.append(String(decoding: $0, as: UTF8.self)) }
    }

    /// The ids of one text's tokens: `vocabulary.ids(of: tokens(of: text))` without making the strings.
    ///
    /// - Throws: `CleaningError` where a regular expression backtracks without bounds.
    public func ids(of text: String, in vocabulary: Vocabulary) throws -> [Int32] {
        var ids: [Int32] = []
        try forEachToken(of: text) { ids.append(vocabulary.id(ofUTF8: $0)) }
        return ids
    }

    /// Counts the tokens of one text without making strings.
    ///
    /// - Throws: `CleaningError` where a regular expression backtracks without bounds.
    public func count(tokensOf text: String, in counter: inout VocabularyCounter) throws {
        try forEachToken(of: text) { counter.add(utf8: $0) }
    }

    /// Calls `body` with each token of one text in UTF-8, in memory that is good during the call only.
    /// `body` must not use this pipeline.
    package func forEachToken(of text: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        var text = text
        try text.withUTF8 { try forEachToken(ofUTF8: $0, body) }
    }

    /// The same for a text that is bytes already, such as a line of a corpus. Bytes that are no UTF-8 are taken as
    /// U+FFFD.
    package func forEachToken(
        ofUTF8 bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        try cleaner.clean(utf8: bytes)
        try tokenizer.forEachToken(in: cleaner.text, body)
    }
}

import Text

extension TextStages {
    /// A vocabulary and what was counted for it.
    package struct Count: Sendable {
        package let vocabulary: Vocabulary
        /// Texts, one a line.
        package let lines: Int
        /// Tokens in all texts.
        package let tokens: Int
        /// Different tokens, those that the vocabulary left out with them.
        package let distinct: Int
    }

    /// Counts the tokens of all lines. Memory grows with the different tokens alone.
    ///
    /// - Parameters:
    ///   - minimumCount: Rarer tokens are left out.
    ///   - maximumSize: How many entries there may be, the two reserved ones with them; nil for any number.
    package static func vocabulary(
        _ reader: TextReader, _ pipeline: TextPipeline, minimumCount: Int = 1, maximumSize: Int? = nil
    ) throws -> Count {
        let compiled = try pipeline.compiled()
        var counter = VocabularyCounter()
        while let piece = try reader.next(beforeReading: {}) {
            try compiled.forEachToken(ofUTF8: piece.bytes) { counter.add(utf8: $0) }
        }
        return Count(
            vocabulary: counter.vocabulary(minimumCount: minimumCount, maximumSize: maximumSize), lines: reader.lines,
            tokens: counter.total, distinct: counter.distinct)
    }
}

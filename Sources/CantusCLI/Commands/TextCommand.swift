import ArgumentParser

struct TextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text",
        abstract: "Shows each stage from raw text to numbers: cleaning, tokens, vocabulary, one-hot vectors.",
        discussion: """
            Example:
              cantus text clean corpus.txt | cantus text tokens | cantus text vocabulary > words.tsv

            Every stage reads files or standard input (-, or no file), one text a line in UTF-8, and writes to \
            standard output or --output FILE. Lines may end with LF or CRLF; they are counted through all files. \
            Memory does not grow with the input, but for the different words of a vocabulary. A line longer than \
            1 MiB is worked on in pieces, cut behind white space (or between two characters where 1 MiB has none); \
            what comes out of the pieces is one line again.
            """,
        subcommands: [
            TextCleanCommand.self, TextTokensCommand.self, TextVocabularyCommand.self, TextOneHotCommand.self,
        ])
}

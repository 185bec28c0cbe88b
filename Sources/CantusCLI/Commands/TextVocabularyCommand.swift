import ArgumentParser
import Cantus
import FoundationEssentials

struct TextVocabularyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vocabulary",
        abstract: "Counts the tokens of texts and numbers them.",
        discussion: """
            Example:
              cantus text vocabulary corpus.txt --preset prose --minimum-count 5 --output words.tsv
              cantus text tokens titles.txt --preset technical | cantus text vocabulary --tokenizer whitespace

            The output is a table with the columns id, token and count, separated by tabs, without quotes. Ids 0 and \
            1 are <pad> (padding) and <unk> (any unknown token); the others follow by count, ties by their bytes. \
            Texts are not cleaned unless --preset or --rule says so.
            """)

    @OptionGroup var input: TextInput
    @OptionGroup var options: TextPipelineOptions

    @Option(help: ArgumentHelp("Leave out tokens that are rarer.", valueName: "n"))
    var minimumCount = 1

    @Option(help: ArgumentHelp(
        "Keep the most frequent tokens, at most n entries, <pad> and <unk> with them (default: all).", valueName: "n"))
    var maximumSize: Int?

    @Flag(help: "Write one JSON object in the place of the table.")
    var json = false

    @OptionGroup var output: TextOutput

    func validate() throws {
        if minimumCount < 1 {
            throw ValidationError("--minimum-count is \(minimumCount), a number from 1 on expected")
        }
        if let maximumSize, maximumSize < 2 {
            throw ValidationError("--maximum-size is \(maximumSize), a number from 2 on expected")
        }
    }

    /// The vocabulary in JSON.
    private struct CountedVocabulary: Encodable {
        struct Entry: Encodable {
            let id: Int
            let token: String
            let count: Int
        }

        let lines: Int
        let tokens: Int
        let distinct: Int
        let entries: [Entry]

        init(_ count: TextStages.Count) {
            (lines, tokens, distinct) = (count.lines, count.tokens, count.distinct)
            let vocabulary = count.vocabulary
            entries = (0..<vocabulary.count).map {
                Entry(id: $0, token: vocabulary[Int32($0)], count: vocabulary.count(of: Int32($0)))
            }
        }
    }

    func run() throws {
        try Failures.reported {
            let reader = try input.reader()
            try output.write { emit in
                let count = try TextStages.vocabulary(
                    reader, options.pipeline, minimumCount: minimumCount, maximumSize: maximumSize)
                if json {
                    let encoder = JSONEncoder()
                    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                    let bytes = Array(try encoder.encode(CountedVocabulary(count))) + [UInt8(ascii: "\n")]
                    try bytes.withUnsafeBytes(emit)
                } else {
                    try VocabularyTable.write(count.vocabulary, emit: emit)
                }
            }
        }
    }
}

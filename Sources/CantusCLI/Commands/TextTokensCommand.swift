import ArgumentParser
import Cantus

struct TextTokensCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens",
        abstract: "Splits texts into tokens, a line each, with single spaces between.",
        discussion: """
            Example:
              cantus text tokens corpus.txt --preset prose
              echo "Fixed in v2.1, at last!" | cantus text tokens --tokenizer wordsAndPunctuation --offsets

            words splits at the word boundaries of Unicode and drops punctuation; wordsAndPunctuation keeps it; \
            whitespace splits at white space alone. Texts are not cleaned unless --preset or --rule says so.

            With --offsets the output is a table with the columns line, start, end and token, separated by tabs, \
            without quotes. start and end are bytes of UTF-8 in the line as it stands in the input, from 0, end \
            behind the last byte; a byte order mark does not count.
            """)

    @OptionGroup var input: TextInput
    @OptionGroup var options: TextPipelineOptions

    @Flag(help: "Write each token with its place in the line; not together with cleaning.")
    var offsets = false

    @OptionGroup var output: TextOutput

    func validate() throws {
        if offsets, !options.cleaner.rules.isEmpty {
            throw ValidationError("--offsets are places in the text as it stands; leave out --preset and --rule")
        }
    }

    func run() throws {
        try Failures.reported {
            let reader = try input.reader()
            try output.write { emit in
                if offsets {
                    try TextStages.tokenPlaces(reader, options.pipeline.tokenizer, emit: emit)
                } else {
                    try TextStages.tokens(reader, options.pipeline, emit: emit)
                }
            }
        }
    }
}

import ArgumentParser
import Cantus

extension TextStages.OneHotForm: ExpressibleByArgument {}

struct TextOneHotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "one-hot",
        abstract: "Writes the tokens of texts as one-hot vectors.",
        discussion: """
            Example:
              cantus text vocabulary train.txt --preset prose --output words.tsv
              cantus text one-hot test.txt --preset prose --vocabulary words.tsv --form dense

            Each token is a row that is 1 in the column of its id and 0 elsewhere; there are as many columns as the \
            vocabulary has entries. Without --vocabulary it is made of all tokens in the input, as text vocabulary \
            makes it; the tokens then wait in a file without a name in TMPDIR (or else /tmp).

            sparse is a table of the ones with the columns line, step and column, separated by tabs: the line of the \
            text from 1, the number of the token in it from 0, the column from 0. dense has a line for each token, \
            0 and 1 with spaces between, and an empty line behind the tokens of each text, of an empty text too. \
            With --unknown zeros an unknown token has a row of zeros: no line in sparse, a line of zeros in dense. \
            Texts are not cleaned unless --preset or --rule says so.
            """)

    @OptionGroup var input: TextInput
    @OptionGroup var options: TextPipelineOptions

    @Option(help: ArgumentHelp(
        "The vocabulary, as text vocabulary writes it (default: made from the input).", valueName: "file"))
    var vocabulary: String?

    @Option(help: "How the vectors are written.")
    var form = TextStages.OneHotForm.sparse

    @Option(help: "What becomes of tokens that the vocabulary lacks: 1 in the column of <unk>, or zeros.")
    var unknown = UnknownTokens.ownColumn

    @OptionGroup var output: TextOutput

    enum UnknownTokens: String, CaseIterable, ExpressibleByArgument {
        case ownColumn = "own-column"
        case zeros

        var value: OneHot.UnknownTokens { self == .ownColumn ? .ownColumn : .zeros }
    }

    func validate() throws {
        if vocabulary == "-", input.files.isEmpty || input.files.contains("-") {
            throw ValidationError("--vocabulary and the texts cannot both come from standard input")
        }
    }

    func run() throws {
        try Failures.reported {
            let reader = try input.reader()
            let vocabulary = try vocabulary.map { try VocabularyTable.read(path: $0) }
            try output.write { emit in
                try TextStages.oneHot(
                    reader, options.pipeline, vocabulary: vocabulary, form: form, unknown: unknown.value, emit: emit)
            }
        }
    }
}

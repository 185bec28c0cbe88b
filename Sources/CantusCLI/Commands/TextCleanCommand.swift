import ArgumentParser
import Cantus

struct TextCleanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clean",
        abstract: "Cleans texts, line by line.",
        discussion: """
            Example:
              cantus text clean corpus.txt --output words.txt
              cat titles.txt | cantus text clean --preset technical
              cantus text clean page.html --rule stripMarkup --rule collapseWhitespace

            prose leaves lower-case words of letters and apostrophes; technical leaves lower-case words, numbers and \
            names such as c#, .net and utf-8; none changes nothing. Line n of the output is line n of the input.
            """)

    @OptionGroup var input: TextInput

    @Option(help: "How the texts are cleaned (default: prose).")
    var preset: Cleaner.Preset?

    @OptionGroup var ruleOptions: CleaningRuleOptions
    @OptionGroup var output: TextOutput

    func validate() throws { try ruleOptions.check(besides: preset) }

    func run() throws {
        try Failures.reported {
            let reader = try input.reader()
            try output.write { try TextStages.clean(reader, ruleOptions.cleaner(preset ?? .prose), emit: $0) }
        }
    }
}

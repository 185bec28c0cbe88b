import ArgumentParser

@main
struct CantusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cantus",
        abstract: "Trains and uses models of text and sequences.",
        discussion: """
            Example:
              cantus tag train --data questions.tsv --output tagger.safetensors
              cantus tag predict tagger.safetensors "How do I sort a list?"

            Exit codes: 0 done, 64 wrong usage, 65 bad data, 66 no such input, 70 training failed, 73 an output that \
            cannot be made or stands already, 74 reading or writing failed, 130 interrupted.
            """,
        version: "0.1.0",
        subcommands: [
            TagCommand.self, EmbedCommand.self, AudioCommand.self, TextCommand.self, RunCommand.self, InspectCommand.self,
            BenchCommand.self, CorporaCommand.self,
        ])
}

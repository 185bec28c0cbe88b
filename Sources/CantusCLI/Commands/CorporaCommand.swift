import ArgumentParser

struct CorporaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "corpora",
        abstract: "Makes data of known truth, to try and to test every job on.",
        discussion: """
            Example:
              cantus corpora make web-traffic --seed 1 --output traffic.csv

            The same seed gives the same bytes on every machine.
            """,
        subcommands: [CorporaMakeCommand.self])
}

/// Every corpus is a command of its own below `make`, with the options that it needs.
struct CorporaMakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Makes a corpus.",
        discussion: """
            Example:
              cantus corpora make web-traffic --seed 1 --output traffic.csv
            """,
        subcommands: [CorporaTrafficCommand.self])
}

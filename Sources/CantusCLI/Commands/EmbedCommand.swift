import ArgumentParser

struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Trains word vectors.", subcommands: [EmbedTrainCommand.self])
}

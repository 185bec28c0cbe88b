import ArgumentParser

@main
struct CantusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "cantus", abstract: "Sequence and text models.")
}

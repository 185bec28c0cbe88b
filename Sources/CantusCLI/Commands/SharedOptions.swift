import ArgumentParser
import Cantus

/// Threads, for every command that computes.
struct ThreadOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Threads to work on; by default one a core.", valueName: "n"))
    var threads: Int?

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads is \(threads), a number from 1 to 1024 expected")
        }
    }

    func pool() -> WorkerPool { WorkerPool(threadCount: threads ?? WorkerPool.coreCount) }
}

/// What every command that trains takes besides its recipe.
struct TrainingRunOptions: ParsableArguments {
    @OptionGroup var threading: ThreadOptions

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set any key of the recipe: --set training.learningRate=0.01.", valueName: "key=value"))
    var assignments: [String] = []

    @Flag(help: "Go on from the checkpoint beside the output, where there is one.")
    var resume = false

    @Flag(help: "Replace the output where it stands already.")
    var force = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    var settings: [RecipeSetting] {
        get throws { try assignments.map { try RecipeSetting(assignment: $0, place: "--set") } }
    }
}

/// What every command that trains on rows of a table takes.
struct RowOptions: ParsableArguments {
    @Flag(help: "Leave out malformed rows and say how many.")
    var skipMalformed = false
}

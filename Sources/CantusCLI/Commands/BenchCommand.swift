import ArgumentParser
import Cantus

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures how fast this machine trains, predicts and reads text.",
        discussion: """
            Example:
              cantus bench steps --only forecast.lstm tag.conv1d

            Figures move with whatever else the machine does: run it on an idle one, and compare what was measured in \
            one sitting.
            """,
        subcommands: [
            BenchStepsCommand.self, BenchKernelsCommand.self, BenchMemoryCommand.self, BenchScalingCommand.self,
            BenchEmbedCommand.self, BenchTokenizeCommand.self, BenchFeaturesCommand.self,
        ])
}

/// Which jobs are run, how often, and how the result is printed.
struct BenchJobOptions: ParsableArguments {
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Jobs to run; by default all.", valueName: "name"))
    var only: [String] = []

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print a JSON object a job, one a line.")
    var json = false

    func validate() throws {
        for name in only where !StepJob.all.contains(where: { $0.name == name }) {
            throw ValidationError(
                "--only: no job \(name); there are \(StepJob.all.map(\.name).joined(separator: ", "))")
        }
    }

    var jobs: [StepJob] { StepJob.all.filter { only.isEmpty || only.contains($0.name) } }
}

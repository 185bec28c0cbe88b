import ArgumentParser
import Cantus

struct BenchScalingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Shows how the time of a training step grows with its work.",
        discussion: """
            Example:
              cantus bench scaling --only lstm --axis length width

            Time over work falls until a step is large enough to keep the cores busy and is level from there on; where \
            it rises, something does not fit a cache, or threads outnumber cores.
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Layers (\(ScalingBenchmark.layers.joined(separator: ", "))); by default all.", valueName: "name"))
    var only: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("length, width, batch or threads; by default all.", valueName: "name"))
    var axis: [String] = []

    @Option(help: ArgumentHelp("Runs of each, at most.", valueName: "n"))
    var repeats = 7

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print a JSON object a measurement, one a line.")
    var json = false

    func validate() throws {
        if repeats < 1 { throw ValidationError("--repeats is \(repeats), a number from 1 on expected") }
        for name in only where !ScalingBenchmark.layers.contains(name) {
            throw ValidationError(
                "--only: no layer \(name); there are \(ScalingBenchmark.layers.joined(separator: ", "))")
        }
        for name in axis where ScalingBenchmark.Axis(rawValue: name) == nil {
            throw ValidationError("--axis is \(name), length, width, batch or threads expected")
        }
    }

    func run() throws {
        try Failures.reported {
            let axes = ScalingBenchmark.Axis.allCases.filter { axis.isEmpty || axis.contains($0.rawValue) }
            let threads = threading.pool().threadCount
            var table = TextTable(columns: [
                .init("layer"), .init("varied"), .init("value", .right), .init("ms", .right),
                .init("ns a 1,000 products", .right),
            ])
            for layer in only.isEmpty ? ScalingBenchmark.layers : only {
                for axis in axes {
                    for value in axis.values {
                        let result = try ScalingBenchmark.run(
                            layer, axis, value: value, threads: threads, repeats: repeats)
                        if json {
                            try Standard.json(result)
                            continue
                        }
                        table.append([
                            layer, axis.rawValue, Formats.grouped(value),
                            Formats.fixed(result.milliseconds, decimals: 2),
                            Formats.fixed(result.nanosecondsPerThousand, decimals: 1),
                        ])
                    }
                }
            }
            if !json { Standard.output(table.rendered(Standard.tableStyle)) }
        }
    }
}

import ArgumentParser
import Cantus

struct BenchKernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels",
        abstract: "Times the parts of training steps: products, activations, optimizers.",
        discussion: """
            Example:
              cantus bench kernels --only products

            Products have the sizes of the jobs of 'cantus bench steps', one on each thread, and are compared with the \
            best that products reach here. Activations are those of 16,384 elements on one thread, optimizers a step of \
            1,000,000 weights on all threads.
            """)

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("products, activations or optimizers; by default all.", valueName: "name"))
    var only: [String] = []

    @Option(help: ArgumentHelp("Runs of each, at most.", valueName: "n"))
    var repeats = 15

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print a JSON object a part, one a line.")
    var json = false

    func validate() throws {
        if repeats < 1 { throw ValidationError("--repeats is \(repeats), a number from 1 on expected") }
        for name in only where KernelBenchmark.Kind(rawValue: name) == nil {
            throw ValidationError("--only is \(name), products, activations or optimizers expected")
        }
    }

    func run() throws {
        try Failures.reported {
            let pool = threading.pool()
            var table = TextTable(columns: [
                .init("part"), .init("microseconds", .right), .init("ns an element", .right), .init("GFLOP/s", .right),
                .init("of peak", .right),
            ])
            for kind in KernelBenchmark.Kind.allCases where only.isEmpty || only.contains(kind.rawValue) {
                for result in KernelBenchmark.run(kind, repeats: repeats, pool: pool) {
                    if json {
                        try Standard.json(result)
                        continue
                    }
                    table.append([
                        result.name, Formats.fixed(result.milliseconds * 1000, decimals: 1),
                        result.nanosecondsPerElement.map { Formats.fixed($0, decimals: 3) } ?? "",
                        result.gigaflops.map { Formats.fixed($0, decimals: 1) } ?? "",
                        result.shareOfPeak.map { Formats.percent($0, decimals: 0) } ?? "",
                    ])
                }
            }
            if !json { Standard.output(table.rendered(Standard.tableStyle)) }
        }
    }
}

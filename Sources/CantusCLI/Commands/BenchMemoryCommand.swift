import ArgumentParser
import Cantus

struct BenchMemoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory",
        abstract: "Counts what training steps allocate once they are warm.",
        discussion: """
            Example:
              cantus bench memory --only tag.bilstm

            Tensors come from a pool that steps reuse; a step that takes fresh memory would pay for it with page faults.
            """)

    @OptionGroup var options: BenchJobOptions

    @Option(help: ArgumentHelp("Steps to watch, behind three that warm up.", valueName: "n"))
    var steps = 10

    func validate() throws {
        if steps < 1 { throw ValidationError("--steps is \(steps), a number from 1 on expected") }
    }

    func run() throws {
        try Failures.reported {
            let pool = options.threading.pool()
            var table = TextTable(columns: [
                .init("job"), .init("fresh blocks a step", .right), .init("fresh bytes a step", .right),
                .init("heap growth a step", .right), .init("in the pool", .right),
            ])
            for job in options.jobs {
                let result = try MemoryBenchmark.run(job, steps: steps, pool: pool)
                StoragePool.shared.trim()
                if options.json {
                    try Standard.json(result)
                    continue
                }
                table.append([
                    result.job, Formats.fixed(result.freshBlocks, decimals: 1),
                    Formats.fixed(result.freshBytes, decimals: 0), Formats.fixed(result.heapGrowth, decimals: 0),
                    Formats.bytes(result.poolBytes),
                ])
            }
            if !options.json { Standard.output(table.rendered(Standard.tableStyle)) }
        }
    }
}

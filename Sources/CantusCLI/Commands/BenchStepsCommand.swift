import ArgumentParser
import Cantus

struct BenchStepsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "steps",
        abstract: "Times a training step, or a prediction, of typical models.",
        discussion: """
            Example:
              cantus bench steps --only lstm.large --repeats 30
              cantus bench steps --infer --json

            A step is forward, loss, backward and Adam on one batch. Embedding tables step the rows that the batch \
            touched, or all of them with --dense-tables. A prediction is that of one row on all threads, in a context \
            that is kept from one to the next. The speed counts matrix products alone, those of the forward pass three \
            times in training, and is compared with the best that products reach here; it may be above that where \
            steps leave out products for gradients that are zero or that nobody wants.
            """)

    @OptionGroup var options: BenchJobOptions

    @Flag(help: "Time the prediction of one row instead.")
    var infer = false

    @Flag(help: "Step all rows of embedding tables, also those that the batch did not touch.")
    var denseTables = false

    @Flag(help: "Print the names of the jobs and stop.")
    var list = false

    @Option(
        help: ArgumentHelp(
            "Runs of each job; more where they take less than half a second, fewer where more than 12.", valueName: "n")
    )
    var repeats = 15

    func validate() throws {
        if infer, denseTables { throw ValidationError("--dense-tables is about training steps, --infer has none") }
        if repeats < 1 { throw ValidationError("--repeats is \(repeats), a number from 1 on expected") }
    }

    func run() throws {
        if list { return Standard.output(options.jobs.map { $0.name + "\n" }.joined()) }
        try Failures.reported {
            let benchmark = StepBenchmark(
                infer ? .inference : .training, tableRows: denseTables ? .all : .touched, repeats: repeats,
                pool: options.threading.pool())
            var table = TextTable(columns: [
                .init("job"), .init("ms", .right), .init("least", .right), .init("GFLOP/s", .right),
                .init("of peak", .right), .init("peak memory", .right), .init("what it is"),
            ])
            for job in options.jobs {
                let result = try benchmark.run(job)
                if options.json {
                    try Standard.json(result)
                    continue
                }
                table.append([
                    result.job, Formats.fixed(result.milliseconds, decimals: 2),
                    Formats.fixed(result.minimumMilliseconds, decimals: 2),
                    Formats.fixed(result.gigaflops, decimals: 1), Formats.percent(result.shareOfPeak, decimals: 0),
                    "\(result.peakMebibytes) MiB", job.summary,
                ])
            }
            guard !options.json else { return }
            Standard.output(table.rendered(Standard.tableStyle))
            let threads = options.threading.pool().threadCount
            Standard.output(
                "\nMatrix products reach \(Formats.fixed(benchmark.peak, decimals: 0)) GFLOP/s on \(threads) ")
            Standard.output("\(threads == 1 ? "thread" : "threads") with OpenBLAS's \(BLAS.coreName) kernels.\n")
        }
    }
}

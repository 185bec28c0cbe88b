import ArgumentParser
import Cantus

struct BenchTokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Times cleaning and tokenizing on one core.",
        discussion: """
            Example:
              cantus bench tokenize --text article.txt

            Without --text a made-up prose of common English letters is taken.
            """)

    @Option(help: ArgumentHelp("The text, one a line; - reads standard input.", valueName: "file"))
    var text: String?

    @Option(help: ArgumentHelp("Runs of each stage.", valueName: "n"))
    var repeats = 5

    @Flag(help: "Print a JSON object a stage, one a line.")
    var json = false

    func validate() throws {
        if repeats < 1 { throw ValidationError("--repeats is \(repeats), a number from 1 on expected") }
    }

    func run() throws {
        try Failures.reported {
            let bytes = try text.map { try InputFile.bytes(at: $0) } ?? SyntheticText(words: 1_000_000).bytes
            let lines = bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
            var table = TextTable(columns: [
                .init("preset"), .init("stage"), .init("ms", .right), .init("MB/s", .right),
            ])
            for preset in Cleaner.Preset.allCases {
                for result in try TextBenchmark.run(lines: lines, preset: preset, repeats: repeats) {
                    if json {
                        try Standard.json(result)
                        continue
                    }
                    table.append([
                        result.preset, result.stage, Formats.fixed(result.milliseconds, decimals: 1),
                        Formats.fixed(result.megabytesPerSecond, decimals: 1),
                    ])
                }
            }
            if !json { Standard.output(table.rendered(Standard.tableStyle)) }
        }
    }
}

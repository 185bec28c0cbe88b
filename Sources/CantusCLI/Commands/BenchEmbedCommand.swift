import ArgumentParser
import Cantus
import FoundationEssentials

struct BenchEmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Times the training of word vectors.",
        discussion: """
            Example:
              cantus bench embed --corpus corpus.txt --repeats 3

            Trains with the defaults of 'cantus embed train' and counts words of the corpus times epochs over the time \
            of training alone. The corpus is tokens between spaces; without one a made-up text of 2,000,000 words is \
            taken.
            """)

    @Option(help: ArgumentHelp("The corpus.", valueName: "file"))
    var corpus: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("skip-gram, cbow, or both, which is the default.", valueName: "name"))
    var architecture: [String] = []

    @Option(
        help: ArgumentHelp(
            "negative-sampling or hierarchical-softmax (default: negative-sampling).", valueName: "name"))
    var loss: String?

    @Flag(help: "Train character n-grams too.")
    var subwords = false

    @Option(help: ArgumentHelp("Trainings of each.", valueName: "n"))
    var repeats = 3

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Set any key of the recipe: --set training.epochs=1.", valueName: "key=value"))
    var assignments: [String] = []

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print a JSON object a job, one a line.")
    var json = false

    func validate() throws {
        if repeats < 1 { throw ValidationError("--repeats is \(repeats), a number from 1 on expected") }
        for name in architecture where Word2VecOptions.Architecture(rawValue: name) == nil {
            throw ValidationError("--architecture is \(name), skip-gram or cbow expected")
        }
        if let loss, Word2VecOptions.Loss(rawValue: loss) == nil {
            throw ValidationError("--loss is \(loss), negative-sampling or hierarchical-softmax expected")
        }
    }

    private struct Result: Encodable {
        /// What was trained, in the words of the flags.
        let job: String
        let words: Int
        let threads: Int
        let words_per_s: Double
        let runs: [Double]
    }

    func run() throws {
        try Failures.reported {
            let settings = try assignments.map { try RecipeSetting(assignment: $0, place: "--set") }
            let names = architecture.isEmpty ? Word2VecOptions.Architecture.allCases.map(\.rawValue) : architecture
            var table = TextTable(columns: [
                .init("job"), .init("words/s", .right), .init("slowest", .right), .init("fastest", .right),
            ])
            let file = try BenchCorpus(corpus)
            defer { file.remove() }
            let kinds = [loss.map { ("training.loss", "--loss", ConfigurationValue.text($0)) }]
                + [subwords ? ("subwords.enabled", "--subwords", .boolean(true)) : nil]
            for name in names {
                let job = ([name] + (loss.map { [$0] } ?? []) + (subwords ? ["subwords"] : [])).joined(separator: " ")
                let recipe = try EmbedRecipe(
                    settings: [
                        RecipeSetting(assignment: "training.architecture=\(name)", place: "--architecture"),
                        RecipeSetting(assignment: "text.cleaning=none", place: "--corpus"),
                    ] + kinds.compactMap { $0.map { RecipeSetting($0, $2, place: $1) } } + settings)
                let training = EmbedTraining(recipe, pool: threading.pool())
                var (speeds, words): ([Double], Int) = ([], 0)
                for _ in 0..<repeats {
                    let report = try training.run(corpus: file.path).report
                    speeds.append(report.wordsPerSecond)
                    words = report.words
                }
                speeds.sort()
                let median = (speeds[(speeds.count - 1) / 2] + speeds[speeds.count / 2]) / 2
                if json {
                    try Standard.json(
                        Result(
                            job: job, words: words, threads: threading.pool().threadCount,
                            words_per_s: median, runs: speeds))
                    continue
                }
                table.append([job] + [median, speeds[0], speeds[speeds.count - 1]].map { Formats.grouped(Int($0)) })
            }
            if !json { Standard.output(table.rendered(Standard.tableStyle)) }
        }
    }
}

/// The corpus of a benchmark: the user's file, or a made-up one that goes when it has served.
private struct BenchCorpus {
    let path: String
    private let isTemporary: Bool

    init(_ path: String?) throws {
        isTemporary = path == nil
        if let path {
            self.path = path
            return
        }
        self.path = FileManager.default.temporaryDirectory.path + "/cantus-bench-\(UUID().uuidString).txt"
        let text = SyntheticText(words: 2_000_000)
        guard FileManager.default.createFile(atPath: self.path, contents: Data(text.bytes)) else {
            throw FileError(.cannotCreate, path: self.path, "cannot be created")
        }
    }

    func remove() { if isTemporary { try? FileManager.default.removeItem(atPath: path) } }
}

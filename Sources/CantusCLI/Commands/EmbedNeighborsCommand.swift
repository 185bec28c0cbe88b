import ArgumentParser
import Cantus

struct EmbedNeighborsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "neighbors",
        abstract: "Lists the words that are nearest to a word.",
        discussion: """
            Example:
              cantus embed neighbors vectors.safetensors king queen --count 5
              cut -f 1 words.tsv | cantus embed neighbors vectors.safetensors

            Near are words whose vectors have a high cosine. Without words, those of standard input are taken. An \
            unknown word gets its vector from its character n-grams where the file has them.
            """)

    @OptionGroup var file: VectorsArgument

    @Argument(help: "Words; none reads them from standard input.")
    var words: [String] = []

    @Option(help: ArgumentHelp("How many neighbours of each word.", valueName: "n"))
    var count = 10

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        if count < 1 { throw ValidationError("--count is \(count), a number from 1 on expected") }
    }

    /// A word and its neighbours in JSON.
    private struct Answer: Encodable {
        let word: String
        let neighbors: [ScoredWord]
    }

    func run() throws {
        try Failures.reported {
            let vectors = try file.read()
            let pool = threading.pool()
            var answers: [Answer] = []
            var isFirst = true
            try EmbedInput.eachGroup(words) { group in
                for (word, neighbors) in zip(group, try vectors.neighbors(ofWords: group, count: count, pool: pool)) {
                    if json {
                        answers.append(Answer(word: word, neighbors: neighbors.map { ScoredWord($0) }))
                        continue
                    }
                    let table = NeighborTable.rendered(neighbors, heading: word, style: Standard.tableStyle)
                    Standard.output((isFirst ? "" : "\n") + table)
                    isFirst = false
                }
            }
            if json { try Standard.json(["queries": answers]) }
        }
    }
}

import ArgumentParser
import Cantus

struct TagPredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Tags texts.",
        discussion: """
            Example:
              cantus tag predict tagger.safetensors "How do I sort a list?"
              cat questions.txt | cantus tag predict tagger.safetensors --top 3

            Without texts, each line of standard input is one. A line of output holds the labels with their \
            probabilities, a tab, and the text; - stands for no label.
            """)

    @Argument(help: "The model file.")
    var model: String

    @Argument(help: "Texts to tag; none reads them from standard input.")
    var texts: [String] = []

    @Option(help: ArgumentHelp("The k most probable labels, whatever their probability.", valueName: "k"))
    var top: Int?

    @Option(help: ArgumentHelp("Labels from this probability on (default: the model's threshold).", valueName: "p"))
    var threshold: Float?

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        if let top, top < 1 { throw ValidationError("--top is \(top), a number from 1 on expected") }
        if let threshold, !(0...1).contains(threshold) {
            throw ValidationError("--threshold is \(threshold), a probability from 0 to 1 expected")
        }
        if top != nil, threshold != nil { throw ValidationError("--top and --threshold exclude each other") }
    }

    /// A text and its labels in JSON.
    private struct TaggedText: Encodable {
        let text: String
        let labels: [Tagger.Prediction]
    }

    func run() throws {
        try Failures.reported {
            let tagger = try Tagger(contentsOf: model)
            // Waking a second thread costs more than a few questions do.
            let pool = texts.isEmpty || texts.count > 16 ? threading.pool() : WorkerPool(threadCount: 1)
            var tagged: [TaggedText] = []
            func tag(_ texts: [String]) throws {
                let predictions = try tagger.predictions(of: texts, threshold: threshold, top: top, pool: pool)
                for (text, labels) in zip(texts, predictions) {
                    if json {
                        tagged.append(TaggedText(text: text, labels: labels))
                    } else {
                        Standard.output(line(text, labels))
                    }
                }
            }
            if texts.isEmpty {
                var input = InputLines()
                while let lines = try input.next() { try tag(lines) }
            } else {
                try tag(texts)
            }
            if json { try Standard.json(["predictions": tagged]) }
        }
    }

    private func line(_ text: String, _ labels: [Tagger.Prediction]) -> String {
        let list = labels.map { "\($0.label) \(Formats.fixed(Double($0.probability), decimals: 2))" }
        return (list.isEmpty ? "-" : list.joined(separator: ", ")) + "\t\(text)\n"
    }
}

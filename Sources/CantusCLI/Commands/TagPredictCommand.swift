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
            probabilities, a tab, and the text on one line; - stands for no label.

            With --explain a line for each label follows, with the words that carried it. A word's weight is its \
            share of gradient times input (integrated gradients), negative where the word speaks against the label. \
            On a terminal colour shows it (unless NO_COLOR is set): green for, red against. Models of the kind \
            attention can show their attention instead (--explain-by attention): where they look, for all labels alike.
            """)

    @Argument(help: "The model file.")
    var model: String

    @Argument(help: "Texts to tag; none reads them from standard input.")
    var texts: [String] = []

    @Option(help: ArgumentHelp("The k most probable labels, whatever their probability.", valueName: "k"))
    var top: Int?

    @Option(
        help: ArgumentHelp("Labels from this probability on (default: each label's own threshold).", valueName: "p"))
    var threshold: Float?

    @Flag(help: "Show which words carried each label.")
    var explain = false

    @Option(help: ArgumentHelp("What words are weighed by: gradients, or attention.", valueName: "method"))
    var explainBy: Explanation = .gradients

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        if let top, top < 1 { throw ValidationError("--top is \(top), a number from 1 on expected") }
        if let threshold, !(0...1).contains(threshold) {
            throw ValidationError("--threshold is \(threshold), a probability from 0 to 1 expected")
        }
        if top != nil, threshold != nil { throw ValidationError("--top and --threshold exclude each other") }
        if explainBy != .gradients, !explain { throw ValidationError("--explain-by goes with --explain") }
    }

    func run() throws {
        try Failures.reported {
            let tagger = try Tagger(contentsOf: model)
            guard tagger.explanationMethods.contains(explainBy.method) else {
                throw ValidationError(
                    "--explain-by \(explainBy) needs a model of the kind attention; this one is of the kind "
                        + "\(tagger.recipe.model.kind)")
            }
            // Waking a second thread costs more than a few questions do.
            let pool = texts.isEmpty || texts.count > 16 ? threading.pool() : WorkerPool(threadCount: 1)
            var tagged: [TaggedText] = []
            func tag(_ texts: [String]) throws {
                let predictions = try tagger.predictions(of: texts, threshold: threshold, top: top, pool: pool)
                let words =
                    explain
                    ? try tagger.explanations(of: predictions, texts: texts, by: explainBy.method, pool: pool) : nil
                for (row, text) in texts.enumerated() {
                    let result = TaggedText(text, predictions[row], words?[row])
                    if json { tagged.append(result) } else { Standard.output(result.lines) }
                }
            }
            if texts.isEmpty {
                var input = InputLines()
                while let lines = try input.next() { try tag(lines) }
            } else {
                try tag(texts)
            }
            if json {
                try Standard.json(
                    Result(predictions: tagged, explanation: explain ? explainBy.method : nil))
            }
        }
    }

    enum Explanation: String, CaseIterable, ExpressibleByArgument {
        case gradients, attention

        var method: Tagger.ExplanationMethod {
            switch self {
            case .gradients: .integratedGradients
            case .attention: .attention
            }
        }
    }

    /// All texts in JSON; `explanation` and the words are there where they were asked for.
    private struct Result: Encodable {
        let predictions: [TaggedText]
        let explanation: Tagger.ExplanationMethod?
    }

    /// A text and its labels.
    private struct TaggedText: Encodable {
        struct Label: Encodable {
            let label: String
            let probability: Float
            let words: [WordWeight]?
        }
        let text: String
        let labels: [Label]

        init(_ text: String, _ predictions: [Tagger.Prediction], _ words: [[WordWeight]]?) {
            self.text = text
            labels = predictions.enumerated().map { place, prediction in
                Label(label: prediction.label, probability: prediction.probability, words: words?[place])
            }
        }

        /// The line of the text, and those of the words that carried each label.
        var lines: String {
            let list = labels.map { "\($0.label) \(Formats.fixed(Double($0.probability), decimals: 2))" }
            let line = (list.isEmpty ? "-" : list.joined(separator: ", ")) + "\t\(text.onOneLine)\n"
            return line
                + TagExplanationText.rendered(
                    labels.compactMap { label in label.words.map { (label.label, $0) } },
                    style: Standard.outputIsColourful ? .colour : .plain)
        }
    }
}

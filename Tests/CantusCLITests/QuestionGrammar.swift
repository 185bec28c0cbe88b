import Cantus
import Glibc

/// Short questions whose labels can be learned: each label has words of its own, among words that say nothing.
struct QuestionGrammar {
    struct Question: Hashable {
        var text: String
        var labels: [String]
    }

    private static let words = [
        "python": ["tuple", "decorator", "pip", "lambda"], "sql": ["join", "query", "index", "view"],
        "c#": ["linq", "delegate", "wpf", "asp.net"], "css": ["flexbox", "margin", "hover", "selector"],
    ]
    private static let fillers = ["how", "to", "use", "with", "why", "fails", "in", "the", "best", "way"]

    static let labels = words.keys.sorted()

    let questions: [Question]

    init(_ count: Int, seed: UInt64 = 7) {
        var generator = SeededGenerator(seed: seed)
        questions = (0..<count).map { _ in
            var names = Self.labels
            generator.shuffle(&names)
            let labels = Array(names.prefix(1 + generator.index(below: 2)))
            var words = labels.flatMap { label in
                (0..<2).map { _ in Self.words[label]![generator.index(below: 4)] }
            }
            words += (0..<3).map { _ in Self.fillers[generator.index(below: Self.fillers.count)] }
            generator.shuffle(&words)
            return Question(text: words.joined(separator: " "), labels: labels)
        }
    }

    /// A table with tabs and labels as Python writes lists.
    var tsv: String { Self.tsv(questions) }

    static func tsv(_ questions: some Sequence<Question>) -> String {
        questions.reduce(into: "title\ttags\n") { table, question in
            let list = question.labels.map { "'\($0)'" }.joined(separator: ", ")
            table += "\(question.text)\t[\(list)]\n"
        }
    }

    /// A table with commas, labels divided by bars, every text in quotes with a comma in it, CRLF and a byte order
    /// mark.
    var csv: String {
        questions.reduce(into: "\u{FEFF}question,labels\r\n") { table, question in
            table += "\"so, \"\"\(question.text)\"\"?\",\(question.labels.joined(separator: "|"))\r\n"
        }
    }

    /// Lines as fastText reads them.
    var fastText: String {
        questions.reduce(into: "") { lines, question in
            lines += question.labels.map { "__label__\($0) " }.joined() + question.text + "\n"
        }
    }
}

/// What makes a training small and quick.
enum Small {
    static let settings = [
        "model.networks=1", "model.embedding=8", "model.hidden=8", "subwords.buckets=64", "training.learningRate=0.05",
    ].flatMap { ["--set", $0] }

    /// The arguments of a training that learns the grammar.
    static func training(
        _ data: String, output: String = "model.safetensors", epochs: Int = 12, _ others: String...
    ) -> [String] {
        ["tag", "train", "--data", data, "--output", output, "--epochs", "\(epochs)", "--batch-size", "16"]
            + ["--threads", "1"] + settings + others
    }
}

/// A small trained model that tests share for reading.
enum SharedModel {
    /// The data, `questions.tsv`, the rows that training held out, `held.tsv`, and the model, `model.safetensors`.
    static func folder() throws -> TemporaryFolder { try made.get() }

    nonisolated(unsafe) private static let made = Result {
        let folder = try TemporaryFolder()
        // Nothing ends the life of a static value.
        atexit { if let folder = try? SharedModel.folder() { folder.delete() } }
        let grammar = QuestionGrammar(400)
        try folder.write(grammar.tsv, to: "questions.tsv")
        try folder.write(QuestionGrammar.tsv(grammar.questions.suffix(40)), to: "held.tsv")
        let outcome = try Cantus.run(Small.training("questions.tsv", "--json"), in: folder)
        try folder.write(outcome.output, to: "report.json")
        return folder
    }
}

import ArgumentParser
import Cantus

struct AudioClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Classifies sound files, or a raw stream as it comes.",
        discussion: """
            Example:
              cantus audio classify digits.safetensors seven.wav
              sox -d -t raw -r 16000 -e signed -b 16 -c 1 - | \
            cantus audio classify digits.safetensors --stream --rate 16000 --encoding s16

            A line of output holds the most probable label with its probability, the two next, a tab, and the file; - \
            is a file on standard input. With --stream raw samples are read from standard input, and each chunk gives a \
            line as soon as it is there: start and end in seconds, label, probability; with --json each line is an \
            object.
            """)

    @Argument(help: "The model file.")
    var model: String

    @Argument(help: "Sound files to classify.")
    var files: [String] = []

    @Flag(help: "Read raw samples from standard input, and print a line a hop.")
    var stream = false

    @Option(help: ArgumentHelp("Samples a second of the stream (default: the model's rate).", valueName: "hertz"))
    var rate: Int?

    @Option(help: ArgumentHelp("How the stream's samples are written: \(encodings).", valueName: "name"))
    var encoding = PCMFormat.Encoding.s16

    @Option(help: ArgumentHelp("Channels of the stream, sample beside sample; they are mixed.", valueName: "n"))
    var channels = 1

    @OptionGroup var threading: ThreadOptions

    @Flag(help: "Print the result as one JSON object; of a stream, one a line.")
    var json = false

    private static let encodings = PCMFormat.Encoding.allCases.map(\.rawValue).joined(separator: ", ")

    func validate() throws {
        if stream, !files.isEmpty { throw ValidationError("--stream reads standard input and takes no files") }
        if !stream, files.isEmpty { throw ValidationError("no sound files found, one or more expected, or --stream") }
        if let rate, !(1_000...768_000).contains(rate) {
            throw ValidationError("--rate is \(rate), a number from 1000 to 768000 expected")
        }
        if !(1...64).contains(channels) {
            throw ValidationError("--channels is \(channels), a number from 1 to 64 expected")
        }
        if !stream, rate != nil { throw ValidationError("--rate goes with --stream; files tell theirs") }
    }

    func run() throws {
        try Failures.reported {
            let classifier = try AudioClassifier(contentsOf: model)
            // Waking a second thread costs more than a chunk does.
            let pool = stream || files.count == 1 ? WorkerPool(threadCount: threading.threads ?? 1) : threading.pool()
            if stream { return try listen(classifier, pool) }
            var results: [Result] = []
            for file in files {
                let result = Result(try classifier.classification(of: file, pool: pool))
                if json { results.append(result) } else { Standard.output(result.line) }
            }
            if json { try Standard.json(["files": results]) }
        }
    }

    private func listen(_ classifier: AudioClassifier, _ pool: WorkerPool) throws {
        let format = PCMFormat(
            encoding: encoding, sampleRate: rate ?? classifier.sampleRate, channelCount: channels)
        try classifier.classify(stream: "-", format: format, pool: pool) { moment in
            let result = Hop(moment)
            if json { try Standard.json(result) } else { Standard.output(result.line) }
        }
    }

    /// A file and what it is.
    private struct Result: Encodable {
        let file: String
        let seconds: Double
        let chunks: Int
        let label: String
        let probability: Float
        /// The three most probable labels.
        let top: [AudioClassifier.Prediction]

        init(_ classification: AudioClassifier.Classification) {
            (file, seconds, chunks) = (classification.file, classification.seconds, classification.chunks)
            top = Array(classification.labels.prefix(3))
            (label, probability) = (top[0].label, top[0].probability)
        }

        var line: String { AudioClassifyCommand.list(top) + "\t\(file.onOneLine)\n" }
    }

    /// A chunk of a stream and what it is.
    private struct Hop: Encodable {
        let start: Double
        let end: Double
        let label: String
        let probability: Float
        let top: [AudioClassifier.Prediction]

        init(_ moment: AudioClassifier.Moment) {
            (start, end) = (moment.start, moment.end)
            top = Array(moment.labels.prefix(3))
            (label, probability) = (top[0].label, top[0].probability)
        }

        var line: String {
            let times = [start, end].map { Formats.fixed($0, decimals: 2) }.joined(separator: "\t")
            return "\(times)\t\(label.onOneLine)\t\(Formats.fixed(Double(probability), decimals: 2))\n"
        }
    }

    private static func list(_ top: [AudioClassifier.Prediction]) -> String {
        top.map { "\($0.label.onOneLine) \(Formats.fixed(Double($0.probability), decimals: 2))" }
            .joined(separator: ", ")
    }
}

extension PCMFormat.Encoding: ExpressibleByArgument {}

import ArgumentParser
import Cantus

struct EmbedPlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draws words by the principal components of their vectors.",
        discussion: """
            Example:
              cantus embed plot vectors.safetensors --output map.svg
              cantus embed plot vectors.safetensors --output map.svg --words king,queen,apple,pear

            Labels never overlap. Where there is no room for one, its point is faint, and the number of these is \
            written below the picture.
            """)

    @OptionGroup var file: VectorsArgument

    @Option(help: ArgumentHelp("The picture to write, as SVG.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("The words to draw, between commas.", valueName: "a,b,c"))
    var words: String?

    @Option(help: ArgumentHelp("Draw the first n words, which are the most frequent (default: 300).", valueName: "n"))
    var top: Int?

    @Flag(help: "Replace the output where it stands already.")
    var force = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    private static let defaultTop = 300

    func validate() throws {
        if let top, top < 1 { throw ValidationError("--top is \(top), a number from 1 on expected") }
        if top != nil, words != nil { throw ValidationError("--top and --words exclude each other") }
        if let words, Self.list(words).isEmpty { throw ValidationError("--words names no word") }
    }

    private static func list(_ words: String) -> [String] {
        var seen = Set<String>()
        return words.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
            .filter { seen.insert($0).inserted }
    }

    /// What was drawn, in JSON.
    private struct Report: Encodable {
        let words: Int
        let unlabelled: Int
        let output: String
    }

    func run() throws {
        try Failures.reported {
            try OutputFile.check(output, replacing: force)
            let vectors = try file.read()
            let count = min(top ?? Self.defaultTop, vectors.count)
            let drawn = try words.map(Self.list) ?? (0..<count).map { try vectors.word(at: $0) }
            let map = try WordMap(of: drawn, in: vectors)
            try OutputFile.write(map.svg, to: output, replacing: force)
            if json {
                try Standard.json(Report(words: drawn.count, unlabelled: map.unlabelled, output: output))
            } else {
                let left = map.unlabelled > 0 ? ", \(Formats.grouped(map.unlabelled)) without room for a label" : ""
                Standard.output("\(output): \(Formats.grouped(drawn.count)) words\(left)\n")
            }
        }
    }
}

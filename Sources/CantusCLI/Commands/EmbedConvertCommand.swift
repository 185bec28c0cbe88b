import ArgumentParser
import Cantus

struct EmbedConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Converts vectors from one file format to another.",
        discussion: """
            Example:
              cantus embed convert glove.6B.300d.txt glove.safetensors
              cantus embed convert vectors.safetensors vectors.bin

            Formats go by extension: .safetensors; .txt and .vec, word2vec text (GloVe text, which has no header, is \
            known by its first line; --glove writes it); .bin, word2vec binary (a fastText model is known by its \
            first bytes, and can be read only). Only .safetensors keeps counts, subwords and the training's recipe.
            """)

    @Argument(help: "The file to read.")
    var input: String

    @Argument(help: "The file to write.")
    var output: String

    @Flag(help: "Write GloVe text, without a header, into a .txt file.")
    var glove = false

    @Flag(help: "Replace bytes of words that are not UTF-8 by U+FFFD instead of refusing them.")
    var replaceInvalid = false

    @Flag(help: "Replace the output where it stands already.")
    var force = false

    @Flag(help: "Print the result as one JSON object.")
    var json = false

    func validate() throws {
        if glove, !output.lowercased().hasSuffix(".txt") {
            throw ValidationError("--glove writes a .txt file, \(output) is none")
        }
    }

    /// What was converted, in JSON.
    private struct Report: Encodable {
        let words: Int
        let dimensions: Int
        let output: String
    }

    func run() throws {
        try Failures.reported {
            let format = glove ? VectorFormat.gloveText : try VectorFormat.written(to: output)
            try OutputFile.check(output, replacing: force)
            let vectors = try WordVectors(contentsOf: input, invalidText: replaceInvalid ? .replaced : .refused)
            try vectors.write(to: output, format: format, replacing: force)
            if json {
                try Standard.json(Report(words: vectors.count, dimensions: vectors.dimensions, output: output))
            } else {
                let size = "\(Formats.grouped(vectors.count)) words, \(vectors.dimensions) dimensions"
                Standard.output("\(output): \(size)\n")
            }
        }
    }
}

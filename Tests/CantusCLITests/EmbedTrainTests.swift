import Foundation
import Kernels
import TestSupport
import Testing

/// `cantus embed train`, and what it made in the other commands.
@Suite struct EmbedTrainTests {
    private let folder: TemporaryFolder

    /// Company that words keep: animals run and eat, tools are kept in a shed.
    init() throws {
        folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 1)
        func pick(_ words: [String]) -> String { words[generator.index(below: words.count)] }
        let lines = (0..<3_000).map { _ in
            generator.index(below: 2) == 0
                ? "The \(pick(["cat", "dog", "horse", "goat"])) runs over the field and eats its grass."
                : "He takes the \(pick(["hammer", "saw", "drill", "spade"])) out of the old shed to work."
        }
        try folder.write(lines.joined(separator: "\n"), to: "corpus.txt")
    }

    private func train(_ arguments: String..., input: String? = nil) throws -> Cantus.Outcome {
        try Cantus.run(
            ["embed", "train", "--dimensions", "16", "--minimum-count", "1", "--subsample", "0"] + arguments,
            in: folder,
            input: input.map { Array($0.utf8) })
    }

    @Test func vectorsAreOfUse() throws {
        let outcome = try train("--corpus", "corpus.txt", "--output", "v.safetensors", "--json")
        expectSuccess(outcome)
        let keys = Set(try outcome.object().keys)
        #expect(keys == ["words", "vocabulary", "train_s", "words_per_s", "epochs", "loss", "peak_mib"])
        let near = try Cantus.run("embed", "neighbors", "v.safetensors", "cat", "--count", "3", in: folder)
        expectSuccess(near)
        for animal in ["dog", "horse", "goat"] { #expect(near.output.contains(animal)) }
        let odd = try Cantus.run("embed", "odd", "v.safetensors", "cat", "dog", "goat", "saw", in: folder)
        #expect(odd.output.contains("* saw"))
        let inspect = try Cantus.run("inspect", "v.safetensors", "--json", in: folder)
        expectSuccess(inspect)
        #expect(try inspect.object()["job"] as? String == "embed")
    }

    @Test(arguments: ["v.safetensors", "v.txt", "v.bin", "v.vec"]) func everyFormatIsWritten(name: String) throws {
        expectSuccess(try train("--corpus", "corpus.txt", "--output", name, "--epochs", "1"))
        expectSuccess(try Cantus.run("embed", "neighbors", name, "cat", in: folder))
        expectFailure(
            try train("--corpus", "corpus.txt", "--output", name, "--epochs", "1"), 73, saying: name, "--force")
    }

    /// What stands under the name of the output stays as it was.
    @Test func controlCWritesNothing() throws {
        try folder.write("an earlier file", to: "v.txt")
        let process = try Cantus.start(
            [
                "embed", "train", "--corpus", "corpus.txt", "--minimum-count", "1", "--epochs", "10000", "--output",
                "v.txt", "--force",
            ], in: folder)
        while process.isRunning, !process.errorSoFar.contains("epoch 1 of") { usleep(500) }
        process.send(SIGINT)
        expectFailure(try process.outcome(), 130, saying: "interrupted; nothing was written")
        #expect(folder.names == ["corpus.txt", "v.txt"])
        #expect(try folder.text("v.txt") == "an earlier file")
    }

    @Test func standardInputGivesTheSame() throws {
        let text = try folder.text("corpus.txt")
        expectSuccess(try train("--corpus", "corpus.txt", "--output", "a.txt", "--deterministic", "--epochs", "1"))
        expectSuccess(try train("--corpus", "-", "--output", "b.txt", "--deterministic", "--epochs", "1", input: text))
        #expect(try folder.bytes("a.txt") == folder.bytes("b.txt"))
    }

    @Test func subwordsTravelInTheFile() throws {
        expectSuccess(
            try train(
                "--corpus", "corpus.txt", "--output", "v.safetensors", "--subwords", "--set", "subwords.buckets=1000"))
        let near = try Cantus.run("embed", "neighbors", "v.safetensors", "hammers", "--count", "5", in: folder)
        expectSuccess(near)
        #expect(near.output.contains("hammer"))
    }

    @Test func recipesRun() throws {
        try folder.write(
            """
            job: embed
            data: corpus.txt
            output: v.safetensors
            training: {dimensions: 8, epochs: 1, minimumCount: 1, architecture: cbow}
            """, to: "recipe.yaml")
        expectSuccess(try Cantus.run("run", "recipe.yaml", "--json", in: folder))
        #expect(folder.has("v.safetensors"))
        expectFailure(
            try Cantus.run("run", "recipe.yaml", "--test", "x.tsv", "--force", in: folder), 64,
            saying: "takes no test rows")
    }

    @Test func badInput() throws {
        expectFailure(try train("--corpus", "none.txt", "--output", "v.txt"), 66, saying: "none.txt")
        try folder.write("", to: "empty.txt")
        expectFailure(try train("--corpus", "empty.txt", "--output", "v.txt"), 65, saying: "empty.txt")
        try folder.write([0x61, 0x20, 0xff, 0x62], to: "bytes.txt")
        expectFailure(try train("--corpus", "bytes.txt", "--output", "v.txt"), 65, saying: "byte 2", "UTF-8")
        try folder.write("! ? .", to: "signs.txt")
        expectFailure(try train("--corpus", "signs.txt", "--output", "v.txt"), 65, saying: "signs.txt")
        expectFailure(try train("--corpus", "corpus.txt", "--output", "no/v.txt"), 73, saying: "no/v.txt")
        expectFailure(
            try train("--corpus", "corpus.txt", "--output", "v.txt", "--architecture", "glove"), 64,
            saying: "skip-gram, cbow")
        expectFailure(try train("--corpus", "corpus.txt", "--output", "v.xyz"), 73, saying: ".safetensors")
        #expect(!folder.has("v.txt"))
    }
}

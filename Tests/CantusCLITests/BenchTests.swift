import Foundation
import Testing

@Suite struct BenchTests {
    @Test func stepsAreJSONLines() throws {
        let outcome = try Cantus.run(
            "bench", "steps", "--only", "forecast.rnn", "--repeats", "1", "--json", in: try TemporaryFolder())
        expectSuccess(outcome)
        let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
        #expect(object?["job"] as? String == "forecast.rnn")
        for key in ["ms", "min_ms", "runs", "threads", "peak_mib", "gflops", "peak_share"] {
            #expect((object?[key] as? Double ?? 0) > 0, "\(key)")
        }
    }

    @Test func predictionsAndListsAreThere() throws {
        let folder = try TemporaryFolder()
        let table = try Cantus.run("bench", "steps", "--only", "tag.conv1d", "--infer", "--repeats", "1", in: folder)
        expectSuccess(table)
        #expect(table.output.contains("tag.conv1d") && table.output.contains("GFLOP/s"))
        let list = try Cantus.run("bench", "steps", "--list", in: folder)
        #expect(list.output.split(separator: "\n").count == 15)
    }

    @Test func unknownNamesAreRefused() throws {
        let folder = try TemporaryFolder()
        expectFailure(
            try Cantus.run("bench", "steps", "--only", "forecast.gur", in: folder), 64, saying: "forecast.gur")
        expectFailure(try Cantus.run("bench", "scaling", "--axis", "depth", in: folder), 64, saying: "depth")
        expectFailure(try Cantus.run("bench", "embed", "--architecture", "glove", in: folder), 64, saying: "glove")
        expectFailure(try Cantus.run("bench", "embed", "--loss", "softmax", in: folder), 64, saying: "softmax")
    }

    @Test func memoryAndTextAndVectorsAreMeasured() throws {
        let folder = try TemporaryFolder()
        let memory = try Cantus.run("bench", "memory", "--only", "forecast.lstm", "--steps", "2", "--json", in: folder)
        expectSuccess(memory)
        #expect(memory.output.contains("\"fresh_blocks_per_step\":0"))
        let text = String(repeating: "The cat sat on the mat, and the dog saw it there.\n", count: 50)
        try text.write(toFile: folder["text.txt"], atomically: true, encoding: .utf8)
        let tokens = try Cantus.run("bench", "tokenize", "--text", "text.txt", "--repeats", "1", in: folder)
        expectSuccess(tokens)
        #expect(tokens.output.contains("clean and tokenize"))
        let vectors = try Cantus.run(
            "bench", "embed", "--corpus", "text.txt", "--repeats", "1", "--set", "training.epochs=1", "--json",
            in: folder)
        expectSuccess(vectors)
        #expect(vectors.output.split(separator: "\n").count == 2)
        let kinds = try Cantus.run(
            "bench", "embed", "--corpus", "text.txt", "--repeats", "1", "--set", "training.epochs=1", "--architecture",
            "cbow", "--loss", "hierarchical-softmax", "--subwords", in: folder)
        expectSuccess(kinds)
        #expect(kinds.output.contains("cbow hierarchical-softmax subwords"))
    }
}

import Testing

/// The same recipe, seed and number of replicas give the same bytes.
@Suite struct ReproducibilityTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(200).tsv, to: "questions.tsv")
    }

    /// The bytes of a model trained with these arguments besides the usual ones.
    private func model(_ name: String, _ arguments: String...) throws -> [UInt8] {
        // Small.training asks for one thread; the last --threads counts.
        let usual = Small.training("questions.tsv", output: name, epochs: 3)
        expectSuccess(try Cantus.run(usual + arguments, in: folder))
        return try folder.bytes(name)
    }

    @Test func theSameTrainingGivesTheSameBytes() throws {
        let first = try model("a")
        #expect(try model("b") == first)
        #expect(try model("c", "--seed", "1") == first)
        #expect(try model("d", "--seed", "2") != first)
        #expect(try model("e", "--set", "seed=2") == folder.bytes("d"))
    }

    @Test func theNumberOfThreadsDoesNotMatter() throws {
        let replicas = ["--set", "training.replicas=2"]
        let usual = Small.training("questions.tsv", output: "a", epochs: 3)
        expectSuccess(try Cantus.run(usual + replicas, in: folder))
        let onOne = try folder.bytes("a")
        #expect(try model("b", "--threads", "2", "--set", "training.replicas=2") == onOne)
        #expect(try model("c", "--threads", "3", "--set", "training.replicas=2") == onOne)
        // Left open, there is a replica for each thread.
        #expect(try model("d", "--threads", "2") == onOne)
        #expect(try model("e", "--threads", "1") != onOne)
    }
}

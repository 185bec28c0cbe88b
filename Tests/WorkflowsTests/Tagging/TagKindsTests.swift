import Files
import Kernels
import TestSupport
import Testing
import Training
import Workflows

/// What is promised of every training, for each kind of model.
@Suite struct TagKindsTests {
    private static let kinds = TagRecipe.Model.Kind.allCases

    /// The bytes of a tagger's file.
    private func bytes(_ tagger: Tagger) throws -> [UInt8] {
        try withTemporaryFile("tagger.safetensors") { path in
            try tagger.write(to: path, replacing: false)
            return try InputFile.bytes(at: path)
        }
    }

    private func train(_ recipe: TagRecipe, threads: Int = 1) throws -> Tagger {
        try TagTraining(recipe, pool: WorkerPool(threadCount: threads))
            .run(try TagFixture.tellingRows(60), path: "rows.tsv", test: nil).tagger
    }

    @Test(arguments: kinds) func theSameTrainingGivesTheSameBytes(kind: TagRecipe.Model.Kind) throws {
        let recipe = try TagFixture.recipe(kind, ("training.replicas", "2"))
        let first = try bytes(try train(recipe))
        #expect(try bytes(try train(recipe)) == first)
        #expect(try bytes(try train(recipe, threads: 2)) == first)
        #expect(try bytes(try train(try TagFixture.recipe(kind, ("seed", "2")))) != first)
    }

    /// Interrupted in the second epoch, it goes on behind the first.
    @Test(arguments: kinds) func aTrainingGoesOnToTheSameBytes(kind: TagRecipe.Model.Kind) throws {
        let recipe = try TagFixture.recipe(kind)
        let rows = try TagFixture.tellingRows(60)
        let whole = try bytes(try train(recipe))
        try withTemporaryFile("checkpoint") { path in
            let training = TagTraining(recipe, checkpointPath: path, resumes: true, pool: TagFixture.pool)
            var steps = 0
            let error = #expect(throws: TrainingError.self) {
                try training.run(
                    rows, path: "rows.tsv", test: nil,
                    shouldStop: {
                        steps += 1
                        return steps > 4
                    })
            }
            #expect(error == .interrupted)
            var resumed: Int?
            let tagger = try training.run(
                rows, path: "rows.tsv", test: nil,
                report: { event in
                    if case .trainer(.resumed(let epoch)) = event { resumed = epoch }
                }
            ).tagger
            #expect(resumed == 1)
            #expect(try bytes(tagger) == whole)
        }
    }

    /// Texts stand in batches with longer ones, and must not notice.
    @Test(arguments: kinds) func textsDoNotNoticeTheirBatch(kind: TagRecipe.Model.Kind) throws {
        let tagger = try TagFixture.tagger(kind)
        let texts = ["worda", "", "wordb odd some more words than the others have", "neverseen only3", "some"]
        let together = try tagger.probabilities(of: texts, pool: TagFixture.pool)
        let alone = try texts.flatMap { try tagger.probabilities(of: [$0], pool: TagFixture.pool) }
        #expect(together.count == alone.count)
        for (a, b) in zip(together, alone) { #expect(abs(a - b) < 1e-5) }
    }

    @Test(arguments: kinds) func aTextOfTheGreatestLengthIsRead(kind: TagRecipe.Model.Kind) throws {
        let tagger = try TagFixture.tagger(kind)
        let long = String(repeating: "worda some ", count: 200)
        let probabilities = try tagger.probabilities(of: [long], pool: TagFixture.pool)
        #expect(probabilities.allSatisfy { (0...1).contains($0) })
    }
}

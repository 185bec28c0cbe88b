import Files
import TestSupport
import Testing
import Training
import Workflows

/// The keys of `training`, as they act on taggers.
@Suite struct TagTrainingOptionsTests {
    /// The weights of a tagger that is trained on a few rows, as the bits that they are.
    private func weights(_ settings: [(key: String, value: String)]) throws -> [[UInt32]] {
        let training = TagTraining(try recipe(settings), pool: TagFixture.pool)
        let tagger = try training.run(try TagFixture.tellingRows(60), path: "rows.tsv", test: nil).tagger
        return tagger.parameters.map { $0.value.elements.map(\.bitPattern) }
    }

    private func recipe(_ settings: [(key: String, value: String)]) throws -> TagRecipe {
        let small = [
            ("model.networks", "1"), ("model.embedding", "4"), ("model.hidden", "4"), ("subwords.buckets", "16"),
            ("training.epochs", "4"), ("training.batchSize", "16"), ("training.replicas", "2"),
        ]
        return try TagRecipe(settings: (small + settings).map { RecipeSetting($0.0, .text($0.1), place: "test") })
    }

    private static let changes: [(key: String, value: String)] = [
        ("training.optimizer", "sgd"), ("training.optimizer", "adagrad"), ("training.optimizer", "adadelta"),
        ("training.optimizer", "rmsprop"), ("training.optimizer", "adamw"), ("training.optimizer", "adamax"),
        ("training.optimizer", "nadam"), ("training.optimizer.beta1", "0.8"), ("training.optimizer.weightDecay", "0.1"),
        ("training.schedule", "constant"), ("training.schedule", "exponential"), ("training.schedule", "polynomial"),
        ("training.schedule", "cosine"), ("training.schedule", "oneCycle"), ("training.warmUpEpochs", "0.5"),
        ("training.accumulatedBatches", "2"), ("training.maximumGradientValue", "0.001"),
        ("training.maximumParameterGradientNorm", "0.01"), ("training.maximumGradientNorm", "0.01"),
        ("training.l1", "0.01"), ("training.l2", "0.01"), ("training.averageDecay", "0.9"),
        ("training.frozen", "encoder.*"), ("training.learningRateFactors", "head.*=2"),
    ]

    @Test func everyKeyActs() throws {
        let usual = try weights([])
        #expect(try weights([]) == usual)
        var outcomes = [usual: "the default"]
        for change in Self.changes {
            let found = try weights([change])
            let same = outcomes.updateValue("\(change)", forKey: found)
            #expect(same == nil, "\(change) comes to the same as \(same ?? "")")
        }
    }

    @Test func frozenLayersStay() throws {
        let names = try TagFixture.tagger().parameters.map(\.name)
        let frozen = ("training.frozen", "encoder.*,words.*")
        let (short, long) = (try weights([frozen]), try weights([frozen, ("training.epochs", "9")]))
        for (index, name) in names.enumerated() {
            #expect((short[index] == long[index]) != name.hasPrefix("head."), "\(name)")
        }
    }

    /// Interrupted within the third epoch and taken up again, whatever there is to be remembered.
    @Test func resumedTrainingsEndWithTheSameBytes() throws {
        let settings = [
            ("training.optimizer", "nadam"), ("training.schedule", "plateau"), ("training.schedule.patience", "0"),
            ("training.averageDecay", "0.9"), ("training.accumulatedBatches", "2"),
            ("training.frozen", "encoder.bias*"),
            ("training.learningRateFactors", "words.*=2"), ("training.warmUpEpochs", "1.5"), ("training.l2", "0.001"),
            ("training.epochs", "6"), ("training.minimumImprovement", "0.001"),
        ]
        let rows = try TagFixture.tellingRows(60)
        func train(_ path: String?, steps: Int = .max) throws -> Tagger {
            var asked = 0
            let training = TagTraining(
                try recipe(settings), checkpointPath: path, resumes: true, pool: TagFixture.pool)
            return try training.run(
                rows, path: "rows.tsv", test: nil,
                shouldStop: {
                    asked += 1
                    return asked > steps
                }
            ).tagger
        }
        let whole = try train(nil)
        try withTemporaryFile("options.checkpoint") { path in
            #expect(throws: TrainingError.interrupted) { try train(path, steps: 5) }
            #expect(OutputFile.exists(path))
            let resumed = try train(path)
            #expect(resumed.history == whole.history)
            for (found, expected) in zip(resumed.parameters, whole.parameters) {
                #expect(found.value.elements.map(\.bitPattern) == expected.value.elements.map(\.bitPattern))
            }
        }
    }

    /// A model file holds the whole recipe.
    @Test func filesKeepTheOptions() throws {
        let recipe = try recipe([
            ("training.optimizer", "sgd"), ("training.optimizer.momentum", "0.5"), ("training.schedule", "step"),
            ("training.frozen", "words.*"), ("training.learningRateFactors", "head.*=0.5"),
        ])
        let rows = try TagFixture.tellingRows(60)
        let tagger = try TagTraining(recipe, pool: TagFixture.pool).run(rows, path: "rows.tsv", test: nil).tagger
        try withTemporaryFile("options.safetensors") { path in
            try tagger.write(to: path, replacing: false)
            let read = try Tagger(contentsOf: path)
            #expect(read.recipe == tagger.recipe && read.recipe.training.optimizer == recipe.training.optimizer)
            #expect(read.recipe.training.frozen == recipe.training.frozen)
            #expect(read.history == tagger.history)
            #expect(read.history.epochs[0].layerGradientNorms.map(\.layer) == ["encoder", "head"])
        }
    }

    @Test(arguments: [
        ("frozen", "encodr.*", "no parameter has a name like \"encodr.*\"; there are words.weight, encoder."),
        ("learningRateFactors", "tail=2", "no parameter has a name like \"tail\""),
        ("frozen", "*", "every parameter is frozen"),
    ])
    func namesThatNothingHasAreRefused(key: String, value: String, message: String) throws {
        let error = #expect(throws: RecipeError.self) { try weights([("training.\(key)", value)]) }
        #expect(error?.description.hasPrefix("training.\(key): \(message)") == true, "\(String(describing: error))")
    }
}

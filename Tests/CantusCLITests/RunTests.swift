import Testing

/// Recipes in YAML.
@Suite struct RunTests {
    private let folder: TemporaryFolder
    private let recipe = """
        job: tag
        data: questions.tsv
        output: model.safetensors
        model:
          kind: average        # nested
          embedding: 8
        subwords.buckets: 64   # joined by dots
        training: {epochs: 3, batchSize: 16, replicas: 1}
        seed: 5
        """

    init() throws {
        folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(200).tsv, to: "questions.tsv")
        try folder.write(recipe, to: "recipe.yaml")
    }

    private struct Inspection: Decodable {
        struct Recipe: Decodable {
            struct Model: Decodable { var kind: String, embedding: Int }
            struct Training: Decodable { var epochs, batchSize: Int }
            struct Subwords: Decodable { var buckets: Int }
            var model: Model, training: Training, subwords: Subwords, seed: Int
        }
        var recipe: Recipe
    }

    private func inspected(_ name: String) throws -> Inspection.Recipe {
        try Cantus.run("inspect", name, "--json", in: folder).decoded(Inspection.self).recipe
    }

    @Test func aRecipeGivesWhatItsFlagsGive() throws {
        expectSuccess(try Cantus.run("run", "recipe.yaml", in: folder))
        let recipe = try inspected("model.safetensors")
        #expect(recipe.model.kind == "average")
        #expect([recipe.model.embedding, recipe.training.epochs, recipe.training.batchSize] == [8, 3, 16])
        #expect([recipe.subwords.buckets, recipe.seed] == [64, 5])
        expectSuccess(
            try Cantus.run(
                "tag", "train", "--data", "questions.tsv", "-o", "flags", "--model", "average", "--epochs", "3",
                "--batch-size", "16", "--seed", "5", "--set", "model.embedding=8", "--set", "subwords.buckets=64",
                "--set", "training.replicas=1", in: folder))
        #expect(try folder.bytes("flags") == folder.bytes("model.safetensors"))
    }

    @Test func flagsWinOverTheRecipe() throws {
        try folder.write(QuestionGrammar(100, seed: 4).tsv, to: "others.tsv")
        let outcome = try Cantus.run(
            "run", "recipe.yaml", "--data", "others.tsv", "--output", "other", "--set", "training.epochs=2", "--set",
            "seed=6", "--test", "questions.tsv", "--json", in: folder)
        expectSuccess(outcome)
        #expect(try outcome.decoded(TrainTests.Report.self).rows.test == 200)
        #expect(folder.names == ["other", "others.tsv", "questions.tsv", "recipe.yaml"])
        let recipe = try inspected("other")
        #expect([recipe.training.epochs, recipe.seed] == [2, 6])
    }

    @Test func aRecipeMayComeOnStandardInput() throws {
        expectSuccess(try Cantus.run("run", "-", in: folder, input: recipe))
        #expect(folder.has("model.safetensors"))
    }

    @Test func cleaningRulesMayStandInTheRecipe() throws {
        let rules = """

            text:
              cleaning:
                - caseFolding
                - {name: signs, pattern: '[^a-z#]+', replacement: ' '}

            """
        try folder.write(recipe + rules, to: "recipe.yaml")
        expectSuccess(try Cantus.run("run", "recipe.yaml", in: folder))
        #expect(try Cantus.run("inspect", "model.safetensors", in: folder).output.contains("pattern: [^a-z#]+"))
        expectSuccess(try Cantus.run("tag", "predict", "model.safetensors", "LINQ & WPF", in: folder))
    }

    /// Text, exit code, what the message says.
    private static let wrong: [(String, Int32, [String])] = [
        ("job: tag\ndata: [questions.tsv\noutput: m\n", 65, ["recipe.yaml:3: not YAML"]),
        ("job: tag\n\tdata: x\n", 65, ["recipe.yaml:2: not YAML"]),
        ("job: tag\ndata: \"abc\n", 65, ["recipe.yaml:3: not YAML"]),
        ("", 65, ["recipe.yaml: ", "job: tag"]),
        ("- a\n- b\n", 65, ["recipe.yaml: ", "job: tag"]),
        ("job: tag\nmodl:\n  kind: average\n", 64, ["recipe.yaml:3: ", "\"modl.kind\"", "\"model.kind\""]),
        ("job: tag\nmodel:\n  kind: averag\n", 64, ["recipe.yaml:3: ", "averag", "average expected"]),
        ("job: tag\ntraining:\n  epochs: [1]\n", 64, ["recipe.yaml:3: ", "is a list, a number expected"]),
        ("job: tag\ntraining: 3\n", 64, ["recipe.yaml:2: ", "training is"]),
        ("job: tog\n", 64, ["recipe.yaml:1: ", "\"tog\"", "tag, embed, forecast or audio expected"]),
        ("data: questions.tsv\n", 64, ["recipe.yaml: no job found"]),
        ("job: tag\noutput: m\n", 64, ["recipe.yaml: no data found", "--data"]),
        ("job: tag\ndata: questions.tsv\n", 64, ["recipe.yaml: no output found", "--output"]),
        ("? [a]\n: 3\njob: tag\n", 64, ["recipe.yaml:1: "]),
    ]

    @Test(arguments: wrong) func aWrongRecipeIsRefused(text: String, code: Int32, messages: [String]) throws {
        try folder.write(text, to: "recipe.yaml")
        let outcome = try Cantus.run("run", "recipe.yaml", in: folder)
        expectFailure(outcome, code)
        for message in messages { #expect(outcome.error.contains(message), "\(message) in: \(outcome.error)") }
        #expect(folder.names == ["questions.tsv", "recipe.yaml"])
    }

    @Test func bytesThatAreNotUTF8AreRefused() throws {
        try folder.write(Array("job: tag\nda".utf8) + [0xFF], to: "recipe.yaml")
        expectFailure(try Cantus.run("run", "recipe.yaml", in: folder), 65, saying: "recipe.yaml: ", "UTF-8")
    }

    @Test func aMissingRecipeIsRefused() throws {
        expectFailure(try Cantus.run("run", "none.yaml", in: folder), 66, saying: "none.yaml: no such file")
    }

    /// Also where what it should have been is missing, and in recipes of another job.
    @Test(arguments: ["outpt: m\n", "dta: m\n"])
    func aMisspeltFileKeyIsToldFromTheRecipesKeys(line: String) throws {
        try folder.write("job: tag\n" + line, to: "recipe.yaml")
        expectFailure(
            try Cantus.run("run", "recipe.yaml", in: folder), 64, saying: "recipe.yaml:2: unknown key",
            line.hasPrefix("o") ? "the nearest is \"output\"" : "the nearest is \"data\"")
        try folder.write("job: embed\n" + line, to: "recipe.yaml")
        expectFailure(try Cantus.run("run", "recipe.yaml", in: folder), 64, saying: "recipe.yaml:2: unknown key")
    }

    @Test func aFileKeyIsAText() throws {
        try folder.write("job: tag\noutput: [m]\ndata: questions.tsv\n", to: "recipe.yaml")
        expectFailure(
            try Cantus.run("run", "recipe.yaml", in: folder), 64, saying: "recipe.yaml:2: output: a text expected")
    }

    @Test func anEmptyFileKeyCountsAsMissing() throws {
        try folder.write("job: tag\noutput: m\ndata:\n", to: "recipe.yaml")
        expectFailure(
            try Cantus.run("run", "recipe.yaml", in: folder), 64, saying: "recipe.yaml:3: no data found")
    }

    @Test func aKeyThatStandsTwiceIsNamed() throws {
        try folder.write("job: tag\noutput: m\noutput: m\n", to: "recipe.yaml")
        let outcome = try Cantus.run("run", "recipe.yaml", in: folder)
        expectFailure(outcome, 65, saying: "recipe.yaml: the key \"output\" stands twice")
        #expect(!outcome.error.contains("Parser"))
    }
}

import FoundationEssentials
import Testing
import Text
import Training
import Workflows

@Suite struct RecipeTests {
    private func recipe(_ settings: (String, ConfigurationValue)...) throws -> TagRecipe {
        try TagRecipe(settings: settings.map { RecipeSetting($0, $1, place: "here") })
    }

    /// What the error for some settings says; nil where they are accepted.
    private func refusal(_ settings: RecipeSetting...) throws -> String? {
        do {
            _ = try TagRecipe(settings: settings)
            return nil
        } catch let error as RecipeError {
            return error.description
        }
    }

    // MARK: Settings

    @Test func defaultsAreSound() throws {
        for kind in TagRecipe.Model.Kind.allCases { try TagRecipe(kind).validate() }
        #expect(try recipe() == TagRecipe())
        #expect(try recipe(("model.kind", .text("average"))) == TagRecipe(.average))
    }

    @Test func settingsChangeWhatTheyName() throws {
        let found = try recipe(
            ("training.epochs", .number(3)), ("training.learningRate", .number(0.5)),
            ("training.schedule", .text("constant")), ("embeddings.frozen", .boolean(false)),
            ("columns.text", .text("question")), ("text.tokenizer", .text("wordsAndPunctuation")),
            ("seed", .number(17)))
        var expected = TagRecipe()
        expected.training.epochs = 3
        expected.training.learningRate = 0.5
        expected.training.schedule = .constant
        expected.embeddings.frozen = false
        expected.columns.text = "question"
        expected.text.tokenizer = .wordsAndPunctuation
        expected.seed = 17
        #expect(found == expected && found != TagRecipe())
    }

    @Test func laterSettingsWin() throws {
        let found = try recipe(
            ("training.epochs", .number(3)), ("model.kind", .text("average")), ("training.epochs", .text("7")),
            ("model.kind", .text("lstm")), ("training.epochs", .number(5)))
        #expect(found.training.epochs == 5 && found.model.kind == .lstm)
    }

    @Test func textBecomesWhatTheKeyNeeds() throws {
        let found = try recipe(
            ("training.epochs", .text("12")), ("training.learningRate", .text("1e-3")),
            ("embeddings.frozen", .text("false")), ("model.dropout", .text("0")), ("columns.labels", .text("12")),
            ("seed", .text("9007199254740992")))
        #expect(found.training.epochs == 12 && found.training.learningRate == 0.001)
        #expect(!found.embeddings.frozen && found.model.dropout == 0 && found.columns.labels == "12")
        #expect(found.seed == 1 << 53)
    }

    @Test func cleaningIsAPresetOrAListOfRules() throws {
        #expect(try recipe(("text.cleaning", .text("prose"))).text.cleaning == Cleaner(.prose))
        #expect(try recipe(("text.cleaning", .text("none"))).text.cleaning == Cleaner(.none))
        #expect(try recipe(("text.cleaning", .list([]))).text.cleaning == Cleaner([]))
        let rules: ConfigurationValue = .list([
            .text("stripMarkup"),
            .object(["name": .text("tickets"), "pattern": .text("#\\d+"), "replacement": .text("ticket")]),
            .text("caseFolding"),
        ])
        let expected = Cleaner([
            .stripMarkup, .replacing(name: "tickets", pattern: "#\\d+", with: "ticket"), .caseFolding,
        ])
        #expect(try recipe(("text.cleaning", rules)).text.cleaning == expected)
        // A shorter list takes the place of a longer one as a whole.
        #expect(try recipe(("text.cleaning", rules), ("text.cleaning", .list([.text("keepWords")]))).text.cleaning
            == Cleaner([.keepWords]))
        // A preset before does not keep a list away.
        #expect(try recipe(("text.cleaning", .text("prose")), ("text.cleaning", rules)).text.cleaning == expected)
        #expect(try recipe(("text.cleaning", rules), ("text.cleaning", .text("prose"))).text.cleaning
            == Cleaner(.prose))
    }

    // MARK: Refusals

    @Test(arguments: [
        // Kinds.
        ("training.epochs", .text("many"), "training.epochs is \"many\", a number expected"),
        ("training.epochs", .text(""), "training.epochs is \"\", a number expected"),
        ("training.epochs", .boolean(true), "training.epochs is true, a number expected"),
        ("training.epochs", .null, "training.epochs is nothing, a number expected"),
        ("training.epochs", .list([.number(1)]), "training.epochs is a list, a number expected"),
        ("training.learningRate", .text("nan"), "training.learningRate is \"nan\", a number expected"),
        ("training.learningRate", .number(.infinity), "training.learningRate is inf, a number expected"),
        ("embeddings.frozen", .text("yes"), "embeddings.frozen is \"yes\", true or false expected"),
        ("embeddings.frozen", .number(1), "embeddings.frozen is 1, true or false expected"),
        ("columns.text", .number(3), "columns.text is 3, a text expected"),
        ("training", .text("fast"), "training is \"fast\", one of the keys within it expected"),
        ("text.cleaning", .number(0.5), "text.cleaning is 0.5, a list or a name expected"),
        ("text.cleaning", .object([:]), "text.cleaning is a group of keys, a list or a name expected"),
        // Whole numbers.
        ("training.epochs", .number(2.5), "training.epochs is 2.5, a whole number from 0 on expected"),
        ("training.epochs", .text("2.5"), "training.epochs is \"2.5\", a whole number from 0 on expected"),
        ("seed", .number(-1), "seed is -1, a whole number from 0 on expected"),
        ("seed", .text("-1"), "seed is \"-1\", a whole number from 0 on expected"),
        ("seed", .text("9007199254740993"), "seed is \"9007199254740993\", a number of at most 53 bits expected"),
        ("seed", .text("18446744073709551615"), "a number of at most 53 bits expected"),
        ("training.epochs", .number(1e30), "training.epochs is 1e+30, a smaller number expected"),
        // Names.
        ("model.kind", .text("blstm"), "model.kind is \"blstm\", one of rnn, lstm, gru, bilstm, bigru, conv1d, attention"),
        (
            "training.schedule", .text("cosinus"),
            "training.schedule.kind is \"cosinus\", one of constant, linear, step, exponential, polynomial, cosine, "
                + "oneCycle, plateau expected"
        ),
        (
            "training.optimizer.kind", .text("sdg"),
            "training.optimizer.kind is \"sdg\", one of adam, adamw, adamax, nadam, sgd, rmsprop, adagrad, adadelta"
        ),
        ("training.optimizer", .number(3), "training.optimizer is 3, one of the keys within it expected"),
        ("training.frozen", .number(3), "training.frozen is 3, a list or a name expected"),
        ("training.learningRateFactors", .text("head.*"), "\"head.*\" found, a pattern and a factor above 0 expected"),
        ("training.learningRateFactors", .list([.text("head.*=0")]), "\"head.*=0\" found, a pattern and a factor"),
        ("text.tokenizer", .text("bytes"), "one of words, wordsAndPunctuation, whitespace expected"),
        ("text.cleaning", .text("prosa"), "text.cleaning is \"prosa\": no cleaning preset is named \"prosa\""),
        ("text.cleaning", .list([.text("keepWord")]), "text.cleaning is a list: no cleaning rule is named \"keepWord"),
        ("text.cleaning", .list([.number(3)]), "text.cleaning is a list: "),
        ("text.cleaning", .list([.object(["name": .text("x")])]), "text.cleaning is a list: "),
        ("model.pooling", .text("median"), "model.pooling is \"median\", one of last, mean, max, all expected"),
        // Ranges.
        ("model.layers", .number(65), "model.layers is 65, at most 64 expected"),
        ("training.epochs", .number(-1), "training.epochs is -1, a whole number from 0 on expected"),
        ("training.epochs", .text("2000000"), "training.epochs is 2000000, at most 1048576 expected"),
        ("training.batchSize", .number(1e18), "training.batchSize is 1000000000000000000, at most 1048576 expected"),
        ("training.replicas", .number(1000), "training.replicas is 1000, at most 256 expected"),
        ("training.learningRate", .number(0), "training.learningRate is 0.0, a number above 0 expected"),
        ("training.maximumGradientNorm", .text("-1"), "training.maximumGradientNorm is -1.0, a number from 0 on"),
        ("training.accumulatedBatches", .number(0), "is 0, a whole number from 1 to 1048576 expected"),
        ("training.warmUpEpochs", .number(-1), "training.warmUpEpochs is -1.0, a number from 0 to 1048576 expected"),
        ("training.maximumGradientValue", .number(-1), "training.maximumGradientValue is -1.0, a number from 0 on"),
        ("training.maximumParameterGradientNorm", .number(-1), "is -1.0, a number from 0 on expected"),
        ("training.l1", .number(-0.5), "training.l1 is -0.5, a number from 0 on expected"),
        ("training.l2", .number(-0.5), "training.l2 is -0.5, a number from 0 on expected"),
        ("training.averageDecay", .number(1), "training.averageDecay is 1.0, a number from 0 to below 1 expected"),
        ("training.minimumImprovement", .number(-1), "training.minimumImprovement is -1.0, a number from 0 on"),
        ("training.optimizer.beta2", .number(1), "training.optimizer.beta2 is 1.0, a number from 0 to below 1"),
        ("training.optimizer.epsilon", .number(0), "training.optimizer.epsilon is 0.0, a number above 0 expected"),
        ("training.optimizer.weightDecay", .number(-1), "training.optimizer.weightDecay is -1.0, a number from 0 on"),
        ("training.patience", .number(-2), "training.patience is -2, a whole number from 0 on expected"),
        ("text.minimumCount", .number(0), "text.minimumCount is 0, a whole number from 1 on expected"),
        ("model.embedding", .number(65537), "model.embedding is 65537, at most 65536 expected"),
        ("model.dropout", .number(1), "model.dropout is 1.0, a probability from 0 to below 1 expected"),
        ("model.wordDropout", .number(-0.1), "model.wordDropout is -0.1, a probability from 0 to below 1 expected"),
        ("split.test", .number(1), "split.test is 1.0, a share from 0 to below 1 expected"),
        ("split.threshold", .number(0), "split.validation and split.threshold together is 0.1, each above 0"),
        ("subwords.minimumLength", .number(6), "subwords.maximumLength is 5, no less than subwords.minimumLength"),
        ("subwords.maximumLength", .number(1e18), "subwords.maximumLength is 1000000000000000000, at most 65536"),
        ("subwords.buckets", .number(1e9), "subwords.buckets is 1000000000, at most 268435456 expected"),
    ] as [(String, ConfigurationValue, String)])
    func wrongValuesAreNamed(key: String, value: ConfigurationValue, expected: String) throws {
        let message = try refusal(RecipeSetting(key, value, place: "recipe.yaml:7"))
        #expect(message?.hasPrefix("recipe.yaml:7: ") == true, "\(message ?? "accepted")")
        #expect(message?.contains(expected) == true, "\(message ?? "accepted")")
    }

    @Test(arguments: [
        ("conv1d", "model.filterWidths", "1,2,2", "model.filterWidths is \"1,2,2\", 1 to 16 different numbers from 1 to 64"),
        ("conv1d", "model.filterWidths", "0", "model.filterWidths is \"0\", 1 to 16 different numbers from 1 to 64"),
        ("conv1d", "model.filterWidths", "", "model.filterWidths is \"\", a number expected"),
        ("conv1d", "model.filterWidths", "1,two", "model.filterWidths is \"two\", a number expected"),
        ("conv1d", "model.filterWidths", "nan", "model.filterWidths is \"nan\", a number expected"),
        ("conv1d", "model.filterWidths", "1.5", "model.filterWidths is \"1.5\", whole numbers expected"),
        ("transformer", "model.heads", "5", "model.heads is 5, a divisor of half of model.hidden, 64, expected"),
        ("transformer", "model.pooling", "last", "model.pooling is \"last\", one of mean, max, all expected"),
        ("transformer", "text.maximumLength", "65536", "text.maximumLength times model.hidden is 4194304, at most "),
        ("average", "model.hidden", "8", "unknown key \"model.hidden\"; the model average does not have it, but rnn, lstm"),
        ("bilstm", "model.heads", "8", "unknown key \"model.heads\"; the model bilstm does not have it, but transformer"),
        ("bigru", "model.bidirectional", "true", "is a matter of model.kind: lstm or bilstm, gru or bigru"),
    ])
    func valuesThatAKindCannotHaveAreNamed(kind: String, key: String, value: String, expected: String) throws {
        let message = try refusal(
            RecipeSetting("model.kind", .text(kind), place: "--model"), RecipeSetting(key, .text(value), place: "--set"))
        #expect(message?.hasPrefix("--set: ") == true && message?.contains(expected) == true, "\(message ?? "accepted")")
    }

    @Test func listsOfNumbersHaveCommasOrAreLists() throws {
        let kind = ("model.kind", ConfigurationValue.text("conv1d"))
        #expect(try recipe(kind, ("model.filterWidths", .text("2,5"))).model.filterWidths == [2, 5])
        #expect(try recipe(kind, ("model.filterWidths", .list([.text("3"), .number(1)]))).model.filterWidths == [3, 1])
        #expect(try recipe(kind, ("model.filterWidths", .number(4))).model.filterWidths == [4])
    }

    @Test func allStandsForEveryKind() throws {
        let recipes = try TagRecipe.recipes(settings: [
            RecipeSetting("model.kind", .text("lstm"), place: "a"), RecipeSetting("model.hidden", .number(6), place: "b"),
            RecipeSetting("model.kind", .text("all"), place: "c"), RecipeSetting("model.heads", .text("3"), place: "d"),
        ])
        #expect(recipes.map(\.model.kind) == TagRecipe.Model.Kind.allCases)
        #expect(recipes.allSatisfy { $0.model.hidden == 6 || $0.model.hidden == nil })
        #expect(recipes.compactMap(\.model.heads) == [3])
        let one = try TagRecipe.recipes(settings: [RecipeSetting("model.kind", .text("gru"), place: "a")])
        #expect(one == [TagRecipe(.gru)])
        #expect {
            try TagRecipe.recipes(settings: [
                RecipeSetting("model.kind", .text("all"), place: "a"), RecipeSetting("model.head", .text("3"), place: "b"),
            ])
        } throws: { ($0 as? RecipeError)?.description.hasPrefix("b: unknown key \"model.head\"") == true }
    }

    /// The setting that decides is the last one for a key, and each of two keys that do not go together.
    @Test func theDecidingPlaceIsNamed() throws {
        let earlier = RecipeSetting("training.epochs", .number(-5), place: "recipe.yaml:3")
        let later = RecipeSetting("training.epochs", .number(-1), place: "--epochs")
        #expect(try refusal(earlier, later)
            == "--epochs: training.epochs is -1, a whole number from 0 on expected")
        #expect(try refusal(earlier, RecipeSetting("training.epochs", .number(2), place: "--epochs")) == nil)
        let fraction = RecipeSetting("training.epochs", .number(0.5), place: "recipe.yaml:3")
        let seed = RecipeSetting("seed", .number(-1), place: "recipe.yaml:4")
        #expect(try refusal(fraction, later, seed)
            == "recipe.yaml:4: seed is -1, a whole number from 0 on expected")
        #expect(try refusal(
            RecipeSetting("split.validation", .number(0.6), place: "recipe.yaml:3"),
            RecipeSetting("seed", .number(2), place: "--seed"),
            RecipeSetting("split.threshold", .number(0.5), place: "recipe.yaml:9"))?
            .hasPrefix("recipe.yaml:9: split.validation and split.threshold together is 1.1, ") == true)
    }

    @Test(arguments: [
        ("epochs", "training.epochs"), ("training.epoch", "training.epochs"), ("frozen", "embeddings.frozen"),
        ("training.learning_rate", "training.learningRate"), ("Model.Kind", "model.kind"), ("sede", "seed"),
        ("text.cleanin", "text.cleaning"), ("buckets", "subwords.buckets"),
    ])
    func unknownKeysBringUpTheNearest(key: String, nearest: String) throws {
        #expect(try refusal(RecipeSetting(key, .text("3"), place: "--set"))
            == "--set: unknown key \"\(key)\"; the nearest is \"\(nearest)\"")
    }

    @Test(arguments: ["", ".", "training.", ".epochs", "training..epochs", "text.cleaning.0", "weather", "seed.low"])
    func otherKeysAreUnknown(key: String) throws {
        let message = try refusal(RecipeSetting(key, .text("3"), place: "--set"))
        #expect(message?.hasPrefix("--set: unknown key \"\(key)\"") == true, "\(message ?? "accepted")")
    }

    // MARK: Forms

    @Test func assignments() throws {
        func read(_ assignment: String) throws -> RecipeSetting {
            try RecipeSetting(assignment: assignment, place: "--set")
        }
        #expect(try read("seed=3") == RecipeSetting("seed", .text("3"), place: "--set"))
        #expect(try read("columns.text=a=b") == RecipeSetting("columns.text", .text("a=b"), place: "--set"))
        #expect(try read("columns.text=") == RecipeSetting("columns.text", .text(""), place: "--set"))
        for wrong in ["", "seed", "=3", "seed 3"] {
            #expect(throws: RecipeError("--set: \"\(wrong)\" found, key=value expected")) { try read(wrong) }
        }
    }

    @Test func groupsBecomeKeys() {
        let tree: ConfigurationValue = .object([
            "training": .object(["epochs": .number(3), "schedule": .text("linear")]), "seed": .number(1),
            "text": .object(["cleaning": .list([.text("keepWords")])]),
        ])
        #expect(RecipeSetting.flattened(tree, place: "p") == [
            RecipeSetting("seed", .number(1), place: "p"),
            RecipeSetting("text.cleaning", .list([.text("keepWords")]), place: "p"),
            RecipeSetting("training.epochs", .number(3), place: "p"),
            RecipeSetting("training.schedule", .text("linear"), place: "p"),
        ])
    }

    /// Recipes whose numbers, texts and rules try the form: long fractions, signs, the largest seed.
    private static var unusual: TagRecipe {
        var recipe = TagRecipe(.average)
        recipe.columns.text = "\"title\" / é\n\u{1F98A}"
        recipe.text.cleaning = Cleaner([.replacing(name: "a/b", pattern: "\\s+\"", with: "$0"), .keepWords])
        recipe.training.learningRate = 0.1 + 0.2
        recipe.training.maximumGradientNorm = 1e-300
        recipe.split.test = 1.0 / 3
        recipe.seed = .max
        return recipe
    }

    @Test(arguments: TagRecipe.Model.Kind.allCases.map { TagRecipe($0) } + [unusual]) func jsonComesBack(recipe: TagRecipe) throws {
        let json = try recipe.json()
        let found = try JSONDecoder().decode(TagRecipe.self, from: Data(json.utf8))
        #expect(found == recipe)
        #expect(try found.json() == json && json == recipe.json())
    }

    /// The tree of a recipe, given as settings, makes the same recipe: what `inspect` shows can be used as it is.
    @Test func treesComeBackAsSettings() throws {
        var recipe = TagRecipe(.average)
        recipe.training.learningRate = 0.1 + 0.2
        recipe.text.cleaning = Cleaner([.stripURLs, .replacing(name: "n", pattern: "a+", with: "b")])
        let settings = RecipeSetting.flattened(try recipe.tree(), place: "tree")
        #expect(try TagRecipe(settings: settings) == recipe)
    }

    @Test(arguments: [
        "null", "true", "3", "-0.25", "1e+300", "\"\"", "\"3\"", "[]", "{}", "[1,[true,null],\"a\"]",
        "{\"a\":{\"b\":[{\"c\":1.5}]},\"d\":\"e\"}",
    ])
    func valuesComeBackAsTheyAre(json: String) throws {
        let value = try JSONDecoder().decode(ConfigurationValue.self, from: Data(json.utf8))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(value), as: UTF8.self) == json)
    }
}

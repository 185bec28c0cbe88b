import Testing
import Training
import Workflows

/// Keys of `training` that depend on a kind, or hold lists.
@Suite struct TrainingOptionsRecipeTests {
    private func training(_ settings: (String, ConfigurationValue)...) throws -> TrainingOptions {
        try TagRecipe(settings: settings.map { RecipeSetting($0, $1, place: "here") }).training
    }

    private func refusal(_ settings: (String, ConfigurationValue)...) throws -> String? {
        do {
            _ = try TagRecipe(settings: settings.map { RecipeSetting($0, $1, place: "here") })
            return nil
        } catch let error as RecipeError {
            return error.description
        }
    }

    @Test(arguments: OptimizerDescription.Kind.allCases) func optimizersByName(kind: OptimizerDescription.Kind) throws {
        let name = ConfigurationValue.text(kind.rawValue)
        #expect(try training(("training.optimizer", name)).optimizer == OptimizerDescription(kind))
        #expect(try training(("training.optimizer.kind", name)).optimizer == OptimizerDescription(kind))
        let decaying = try training(("training.optimizer.weightDecay", .text("0.25")), ("training.optimizer", name))
        #expect(decaying.optimizer.kind == kind && decaying.optimizer != OptimizerDescription(kind))
    }

    @Test(arguments: LearningRateSchedule.Kind.allCases) func schedulesByName(kind: LearningRateSchedule.Kind) throws {
        let name = ConfigurationValue.text(kind.rawValue)
        #expect(try training(("training.schedule", name)).schedule == LearningRateSchedule(kind))
    }

    @Test func numbersOfAKind() throws {
        let found = try training(
            ("training.optimizer", .text("sgd")), ("training.optimizer.momentum", .text("0.9")),
            ("training.optimizer.nesterov", .text("true")), ("training.schedule", .text("cosine")),
            ("training.schedule.cycles", .number(3)), ("training.schedule.growth", .number(2)))
        #expect(found.optimizer == .sgd(.init(momentum: 0.9, nesterov: true)))
        #expect(found.schedule == .cosine(.init(cycles: 3, growth: 2)))
        // The last name decides; a name given twice keeps the numbers.
        let last = try training(
            ("training.optimizer.beta1", .number(0.8)), ("training.optimizer", .text("sgd")),
            ("training.optimizer", .text("adamax")))
        #expect(last.optimizer == .adamax(.init(beta1: 0.8)))
    }

    @Test func numbersOfAnotherKindAreUnknown() throws {
        #expect(try refusal(("training.optimizer.momentum", .number(0.9)))?
            .hasPrefix("here: unknown key \"training.optimizer.momentum\"") == true)
        #expect(try refusal(("training.optimizer", .text("sgd")), ("training.optimizer.momentun", .number(0.9)))
            == "here: unknown key \"training.optimizer.momentun\"; the nearest is \"training.optimizer.momentum\"")
        #expect(try refusal(("training.schedule", .text("step")), ("training.schedule.cycles", .number(2)))?
            .hasPrefix("here: unknown key \"training.schedule.cycles\"") == true)
    }

    @Test(arguments: [
        ("sgd", "nesterov", .text("true"), "nesterov is true, false where momentum is 0 expected"),
        ("sgd", "momentum", .number(1), "momentum is 1.0, a number from 0 to below 1 expected"),
        ("rmsprop", "alpha", .number(-0.1), "alpha is -0.1, a number from 0 to below 1 expected"),
        ("adadelta", "rho", .number(2), "rho is 2.0, a number from 0 to below 1 expected"),
        ("adagrad", "epsilon", .number(-1), "epsilon is -1.0, a number above 0 expected"),
        ("adamw", "weightDecay", .number(-1), "weightDecay is -1.0, a number from 0 on expected"),
        ("adamax", "beta1", .number(1), "beta1 is 1.0, a number from 0 to below 1 expected"),
        ("nadam", "momentumDecay", .number(-1), "momentumDecay is -1.0, a number from 0 on expected"),
    ] as [(String, String, ConfigurationValue, String)])
    func optimizersOutOfRange(kind: String, key: String, value: ConfigurationValue, expected: String) throws {
        #expect(try refusal(("training.optimizer", .text(kind)), ("training.optimizer.\(key)", value))
            == "here: training.optimizer.\(expected)")
    }

    @Test(arguments: [
        ("step", "everyEpochs", .number(0), "everyEpochs is 0, a whole number from 1 on expected"),
        ("step", "factor", .number(0), "factor is 0.0, a number above 0 to 1 expected"),
        ("exponential", "factor", .number(2), "factor is 2.0, a number above 0 to 1 expected"),
        ("polynomial", "power", .number(0), "power is 0.0, a number above 0 expected"),
        ("polynomial", "end", .number(2), "end is 2.0, a share from 0 to 1 expected"),
        ("cosine", "cycles", .number(0), "cycles is 0, a whole number from 1 to 1000 expected"),
        ("cosine", "growth", .number(0.5), "growth is 0.5, a number from 1 to 100 expected"),
        ("oneCycle", "rise", .number(1), "rise is 1.0, a share above 0 and below 1 expected"),
        ("oneCycle", "startDivisor", .number(0), "startDivisor is 0.0, a number from 1 on expected"),
        ("plateau", "factor", .number(1), "factor is 1.0, a number above 0 and below 1 expected"),
        ("plateau", "patience", .number(-1), "patience is -1, a whole number from 0 on expected"),
        ("plateau", "minimum", .number(-1), "minimum is -1.0, a share from 0 to 1 expected"),
    ] as [(String, String, ConfigurationValue, String)])
    func schedulesOutOfRange(kind: String, key: String, value: ConfigurationValue, expected: String) throws {
        #expect(try refusal(("training.schedule", .text(kind)), ("training.schedule.\(key)", value))
            == "here: training.schedule.\(expected)")
    }

    @Test func listsOfNames() throws {
        let found = try training(
            ("training.frozen", .list([.text("words.*"), .text("*.bias")])),
            ("training.learningRateFactors", .text("encoder.*=0.1, head.*=2")))
        #expect(found.frozen == ["words.*", "*.bias"])
        #expect(found.learningRateFactors == LearningRateFactors([.init("encoder.*", 0.1), .init("head.*", 2)]))
    }

    /// The tree of a recipe, given as settings, makes the same recipe, whatever its kinds.
    @Test func treesComeBackAsSettings() throws {
        var recipe = TagRecipe()
        recipe.training.optimizer = .rmsProp(.init(centered: true, momentum: 0.5))
        recipe.training.schedule = .plateau(.init(factor: 0.3))
        recipe.training.frozen = ["head.*"]
        recipe.training.learningRateFactors = LearningRateFactors([.init("words.*", 0.1 + 0.2)])
        #expect(try TagRecipe(settings: RecipeSetting.flattened(try recipe.tree(), place: "tree")) == recipe)
    }
}

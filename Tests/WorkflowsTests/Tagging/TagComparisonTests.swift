import Kernels
import Testing
import Workflows

/// One model of each kind on the same parts.
@Suite struct TagComparisonTests {
    private static let kinds = TagRecipe.Model.Kind.allCases

    @Test func aComparisonGivesWhatEachTrainingGives() throws {
        let rows = try TagFixture.tellingRows(60)
        let recipes = try TagFixture.recipes()
        let (tagger, report) = try TagComparison(recipes, pool: TagFixture.pool).run(rows, path: "rows.tsv", test: nil)
        #expect(report.models.map(\.line.name) == Self.kinds.map(\.rawValue))
        #expect(report.saved == tagger.recipe.model.kind.rawValue)
        var best = 0.0
        for (recipe, entry) in zip(recipes, report.models) {
            let alone = try TagTraining(recipe, pool: TagFixture.pool).run(rows, path: "rows.tsv", test: nil)
            #expect(entry.line == alone.report.model)
            #expect(entry.parameters == alone.report.parameters)
            #expect(report.baselines.map(\.line) == alone.report.baselines)
            let score = try #require(alone.tagger.history.best?.validationScore)
            #expect(entry.validationMicroF1 == score)
            // The earliest of equals.
            if score > best || entry.line.name == Self.kinds[0].rawValue {
                best = score
            } else {
                #expect(entry.line.name != report.saved)
            }
            if entry.line.name == report.saved {
                #expect(score == report.models.compactMap(\.validationMicroF1).max())
                #expect(tagger.metrics == alone.tagger.metrics)
                #expect(tagger.baselines == alone.tagger.baselines)
            }
        }
        let scores = report.ranking.map(\.line.metrics.microF1)
        #expect(scores == scores.sorted(by: >))
        #expect(report.ranking.count == Self.kinds.count + 2)
    }

    @Test func eachKindTakesTheSettingsThatItHas() throws {
        let recipes = try TagFixture.recipes()
        #expect(recipes.map(\.model.kind) == Self.kinds)
        for recipe in recipes {
            #expect(recipe.model.embedding == 4)
            #expect(recipe.model.hidden == TagRecipe(recipe.model.kind).model.hidden.map { _ in 4 })
        }
    }

    @Test func anyStopInAComparisonEndsIt() throws {
        var steps = 0
        #expect(throws: (any Error).self) {
            try TagComparison(try TagFixture.recipes(), pool: TagFixture.pool).run(
                try TagFixture.tellingRows(60), path: "rows.tsv", test: nil,
                shouldStop: {
                    steps += 1
                    return steps > 10
                })
        }
        #expect(steps == 11)
    }
}

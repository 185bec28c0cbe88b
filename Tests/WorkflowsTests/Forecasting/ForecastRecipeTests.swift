import Testing
import TimeSeries
import Workflows

/// The recipe of a forecaster: kinds and their keys, what is refused, and why.
@Suite struct ForecastRecipeTests {
    private func recipes(_ settings: (String, String)...) throws -> [ForecastRecipe] {
        try ForecastFixture.recipes(settings.map { (key: $0.0, value: $0.1) })
    }

    private func refusal(_ settings: (String, String)...) -> String? {
        do {
            _ = try ForecastFixture.recipes(settings.map { (key: $0.0, value: $0.1) })
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func anOpenKindStandsForSeveral() throws {
        let open = try recipes()
        #expect(open.map(\.model.kind) == [.linear, .nlinear, .gru, .conv1d])
        #expect(try recipes(("model.kind", "auto")) == open)
        // Each takes the keys that it has.
        let wider = try recipes(("model.hidden", "7"), ("window.horizon", "3"))
        #expect(wider.map(\.model.hidden) == [nil, nil, 7, nil])
        #expect(wider.allSatisfy { $0.window.horizon == 3 })
        let dated = try recipes(("calendar.parts", "hour,month"))
        #expect(dated.map(\.calendar.parts.names) == [[], [], ["hour", "month"], ["hour", "month"]])
    }

    @Test(arguments: ForecastRecipe.Model.Kind.allCases)
    func everyKindHasSoundDefaults(kind: ForecastRecipe.Model.Kind) throws {
        let recipe = try #require(try recipes(("model.kind", kind.rawValue)).first)
        #expect(recipe == ForecastRecipe(kind))
        try recipe.validate()
    }

    @Test func splitsAndQuantilesAreReadAsTheyAreWritten() throws {
        let recipe = try #require(
            try recipes(("model.kind", "linear"), ("split", "8640,2880,2880"), ("target.quantiles", "0.05,0.95")).first)
        #expect(recipe.split == .counts(train: 8640, validation: 2880, test: 2880))
        #expect(recipe.target.quantiles == [0.05, 0.95])
        #expect(try recipes(("model.kind", "linear"), ("series.value", "a,b")).first?.series.value.names == ["a", "b"])
    }

    @Test func whatCannotBeIsRefusedWithTheKey() throws {
        #expect(refusal(("model.kind", "lsmt"))?.contains("one of linear, nlinear") == true)
        #expect(refusal(("window.lookbak", "3"))?.contains("window.lookback") == true)
        #expect(refusal(("window.lookback", "0"))?.contains("window.lookback is 0") == true)
        #expect(refusal(("target.quantiles", "0.9,0.1"))?.contains("ascending") == true)
        #expect(refusal(("target.quantiles", "0,1"))?.contains("between 0 and 1") == true)
        #expect(refusal(("split", "0.9,0.2,0.1"))?.contains("split") == true)
        #expect(refusal(("series.step", "soon"))?.contains("series.step") == true)
        #expect(refusal(("series.start", "2024-01-01"))?.contains("series.step") == true)
        #expect(refusal(("model.kind", "linear"), ("model.hidden", "3"))?.contains("rnn, lstm, gru") == true)
        #expect(refusal(("model.kind", "transformer"), ("model.heads", "3"))?.contains("divisor") == true)
        #expect(refusal(("model.kind", "conv1d"), ("model.strategy", "decoder"))?.contains("decoder") == true)
        #expect(refusal(("model.kind", "gru"), ("calendar.parts", "hour,moon"))?.contains("\"moon\"") == true)
        #expect(refusal(("model.kind", "gru"), ("calendar.parts", "holiday"))?.contains("calendar.holidays") == true)
        #expect(refusal(("model.kind", "linear"), ("calendar.parts", "hour"))?.contains("calendar.inputs=true") == true)
        let both = refusal(("model.kind", "gru"), ("model.strategy", "recursive"), ("target.bands", "pinball"))
        #expect(both?.contains("target.bands") == true)
        #expect(
            refusal(("model.kind", "gru"), ("model.strategy", "recursive"), ("window.gap", "2"))?.contains("window.gap")
                == true)
    }
}

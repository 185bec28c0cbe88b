import Files
import Testing
import TimeSeries
import Workflows

/// Series that a forecaster can do nothing with, or little: a clear error, or a sane forecast.
@Suite struct ForecastHostileDataTests {
    typealias Kind = ForecastRecipe.Model.Kind

    private func forecasts(_ values: [Double], _ kind: Kind, after: [Double]? = nil) throws -> [Forecaster.Prediction] {
        let forecaster = try ForecastFixture.train(values, try ForecastFixture.recipe(kind)).forecaster
        return try forecaster.predictions(
            after: try ForecastFixture.reading(after ?? values).table, path: "", steps: 4, pool: ForecastFixture.pool
        )[0]
    }

    /// A transformer normalises each window by a variance to which 1e-5 is added: what it makes of a constant one moves
    /// by parts of the root of that.
    @Test(arguments: Kind.allCases) func aConstantSeriesStaysConstant(kind: Kind) throws {
        for level in [0.0, 7, 1e9, -3] {
            let near = (kind == .transformer ? 1e-5.squareRoot() : 1e-3) + 1e-6 * abs(level)
            let report = try ForecastFixture.train(
                [Double](repeating: level, count: 200), try ForecastFixture.recipe(kind)
            ).report
            #expect(report.model.rmse <= near, "\(level): \(report.model.rmse)")
            for prediction in try forecasts([Double](repeating: level, count: 200), kind) {
                #expect(abs(prediction.value - level) <= near)
                #expect(prediction.quantiles.allSatisfy { abs($0 - level) <= near })
            }
        }
    }

    /// One value of 1e12 among hundreds: in the training part, in the window that is read, and as the value to
    /// forecast.
    @Test(arguments: [Kind.linear, .gru, .conv1d], [40, 299]) func oneOutlierDoesNotSpoilForecasts(
        kind: Kind, step: Int
    ) throws {
        var values = ForecastFixture.daily(300)
        values[step] = 1e12
        for prediction in try forecasts(values, kind) {
            // Wherever it stands, it is read as the edge of a range of about ten times that of the data on each side.
            #expect(prediction.value.isFinite && prediction.value > -1_000 && prediction.value < 2_500, "\(prediction)")
        }
        let behind = ForecastFixture.daily(60)
        for prediction in try forecasts(values, kind, after: behind) {
            #expect(prediction.value > 0 && prediction.value < 200, "\(prediction)")
        }
        let report = try ForecastFixture.train(values, try ForecastFixture.recipe(kind)).report
        #expect(report.remarks.contains { $0.contains("far outside") && $0.contains("1000000000000") })
    }

    @Test func tooShortASeriesIsRefusedWithTheNumbers() throws {
        let recipe = try ForecastFixture.recipe(.linear)
        for count in [3, 20, 30] {
            let error = #expect(throws: FileError.self) {
                try ForecastFixture.train(ForecastFixture.daily(count), recipe)
            }
            #expect(error?.kind == .malformed)
            #expect("\(error!)".contains("series.csv: "))
        }
        let error = #expect(throws: FileError.self) { try ForecastFixture.train(ForecastFixture.daily(30), recipe) }
        #expect("\(error!)".contains("lookback of 24"))
    }

    @Test func negativeDataAreNotForcedAboveZero() throws {
        let values = ForecastFixture.daily(300, level: 0)
        // 300 hours end at noon, behind which the course falls.
        #expect(try forecasts(values, .linear).contains { $0.value < 0 })
        #expect(throws: FileError.self) {
            try ForecastFixture.train(values, try ForecastFixture.recipe(.linear, ("scaling.kind", "logarithm")))
        }
    }

    @Test func dataThatAreNeverNegativeAreForecastSo() throws {
        // Zero but for a burst each day: a linear model would fall below.
        let values = (0..<400).map { $0 % 24 == 3 ? 50.0 : 0 }
        for kind in [Kind.linear, .gru] {
            for prediction in try forecasts(values, kind) {
                #expect(prediction.value >= 0 && prediction.quantiles.allSatisfy { $0 >= 0 })
            }
        }
    }
}

import Foundation
import TestSupport
import Testing

/// Real series, with no option beyond the data and a horizon.
@Suite struct RealSeriesTests {
    private func report(_ file: String, _ arguments: String...) throws -> ForecastTrainTests.Report {
        let folder = try TemporaryFolder()
        let outcome = try Cantus.run(
            ["forecast", "train", "--data", PackageRoot.sharedData("series/\(file)"), "-o", "model", "--json"]
                + arguments, in: folder)
        expectSuccess(outcome)
        return try outcome.decoded(ForecastTrainTests.Report.self)
    }

    @Test(
        .enabled(if: PackageRoot.hasSharedData("series/webtraffic.csv"), "needs ../shared/data/series/webtraffic.csv"))
    func theNextHourOfWebTrafficIsForecastBetterThanByRidgeRegression() throws {
        let report = try report("webtraffic.csv", "--model", "linear")
        #expect(report.windows.test == 490)
        let ridge = try #require(report.baselines.first { $0.name == "ridge autoregression" })
        let persistence = try #require(report.baselines.first { $0.name == "persistence" })
        // Known from elsewhere: 1.09e8 and 2.08e8.
        #expect(abs(ridge.rmse - 1.1e8) < 0.03e8)
        #expect(abs(persistence.rmse - 2.084e8) < 0.001e8)
        #expect(report.model.rmse < 1.05e8)
        #expect(report.baselines.allSatisfy { $0.mae > report.model.mae })
    }

    @Test(
        .enabled(
            if: PackageRoot.hasSharedData("series/elb_request_count.csv"),
            "needs ../shared/data/series/elb_request_count.csv"))
    func seriesWithGapsBeatSeasonalNaive() throws {
        for file in ["wikipedia_peyton_manning_log_daily.csv", "elb_request_count.csv"] {
            let report = try report(file, "--horizon", "7", "--model", "linear")
            let naive = try #require(report.baselines.first { $0.name.hasPrefix("seasonal naive (") })
            #expect(report.model.rmse < naive.rmse)
            #expect(report.model.mae < naive.mae)
        }
    }
}

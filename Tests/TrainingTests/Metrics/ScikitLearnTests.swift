import Files
import FoundationEssentials
import TestSupport
import Testing
import Training

/// One case of Tests/Fixtures/metrics/classes.json.
struct ClassesFixture: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let class_count: Int
    let scores: [Float]
    let targets: [Int32]
    let weights: [Float]?
    let confusion: [Double]
    let accuracy: Double
    let by_class: [String: [Double]]
    let averages: [String: [String: Double]]
    let areas: [Double]
    let average_precisions: [Double]

    var testDescription: String { name }
}

/// One case of Tests/Fixtures/metrics/numbers.json.
struct NumbersFixture: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let predictions, targets: [Float]
    let weights: [Float]?
    let quantiles, forecast: [Float]
    let mean_squared_error, mean_absolute_error, r_squared: Double
    let symmetric_percentage_error, weighted_percentage_error, seasonal_scale: Double
    let pinball_losses: [Double]
    let coverage: Double

    var testDescription: String { name }
}

private func cases<Case: Decodable>(_ name: String, of: Case.Type) throws -> [Case] {
    let path = Fixture.folder + "/metrics/\(name).json"
    return try JSONDecoder().decode([Case].self, from: Data(InputFile.bytes(at: path)))
}

/// Metrics against scikit-learn, and against numpy where that lacks them.
@Suite struct ScikitLearnTests {
    private func expectEqual(_ value: Double?, _ expected: Double, _ what: String) {
        let error = value.map { abs($0 - expected) / max(abs(expected), 1) } ?? .infinity
        #expect(error < 1e-12, "\(what): \(String(describing: value)), not \(expected)")
    }

    @Test(arguments: try cases("classes", of: ClassesFixture.self))
    func confusion(_ item: ClassesFixture) throws {
        var matrix = ConfusionMatrix(classCount: item.class_count)
        matrix.add(scores: item.scores, targets: item.targets, weights: item.weights)
        for (value, expected) in zip(matrix.counts, item.confusion) { expectEqual(value, expected, "confusion") }
        expectEqual(matrix.accuracy, item.accuracy, "accuracy")
        for index in 0..<item.class_count {
            expectEqual(matrix.precision(of: index), item.by_class["precision"]![index], "precision of \(index)")
            expectEqual(matrix.recall(of: index), item.by_class["recall"]![index], "recall of \(index)")
            expectEqual(matrix.f1(of: index), item.by_class["f1"]![index], "F1 of \(index)")
        }
        for (name, average) in [("micro", ConfusionMatrix.Average.micro), ("macro", .macro), ("weighted", .weighted)] {
            expectEqual(matrix.precision(average), item.averages["precision"]![name]!, "\(name) precision")
            expectEqual(matrix.recall(average), item.averages["recall"]![name]!, "\(name) recall")
            expectEqual(matrix.f1(average), item.averages["f1"]![name]!, "\(name) F1")
        }
    }

    @Test(arguments: try cases("classes", of: ClassesFixture.self))
    func ranking(_ item: ClassesFixture) throws {
        let count = item.class_count
        for index in 0..<count {
            let scores = stride(from: index, to: item.scores.count, by: count).map { item.scores[$0] }
            let ranking = RankingMetrics(
                scores: scores, targets: item.targets.map { $0 == index }, weights: item.weights)
            expectEqual(ranking.areaUnderROC, item.areas[index], "area of \(index)")
            expectEqual(ranking.averagePrecision, item.average_precisions[index], "average precision of \(index)")
        }
        let all = RankingMetrics(
            scores: item.scores, targets: item.targets, classCount: count, weights: item.weights)
        expectEqual(all.areaUnderROC, item.areas.reduce(0, +) / Double(count), "mean area")
        expectEqual(all.averagePrecision, item.average_precisions.reduce(0, +) / Double(count), "mean precision")
    }

    @Test(arguments: try cases("numbers", of: NumbersFixture.self))
    func numbers(_ item: NumbersFixture) throws {
        var metrics = RegressionMetrics()
        metrics.add(predictions: item.predictions, targets: item.targets, weights: item.weights)
        expectEqual(metrics.meanSquaredError, item.mean_squared_error, "MSE")
        expectEqual(metrics.rootMeanSquaredError, item.mean_squared_error.squareRoot(), "RMSE")
        expectEqual(metrics.meanAbsoluteError, item.mean_absolute_error, "MAE")
        expectEqual(metrics.rSquared, item.r_squared, "R2")
        expectEqual(metrics.symmetricPercentageError, item.symmetric_percentage_error, "sMAPE")
        expectEqual(metrics.weightedPercentageError, item.weighted_percentage_error, "WAPE")
        let scale = RegressionMetrics.seasonalScale(of: item.targets.map(Double.init), period: 7)
        expectEqual(scale, item.seasonal_scale, "scale")
        expectEqual(metrics.scaledError(scale: scale), item.mean_absolute_error / item.seasonal_scale, "MASE")
    }

    @Test(arguments: try cases("numbers", of: NumbersFixture.self))
    func quantiles(_ item: NumbersFixture) throws {
        var metrics = QuantileMetrics(quantiles: item.quantiles)
        metrics.add(predictions: item.forecast, targets: item.targets, weights: item.weights)
        let losses = try #require(metrics.pinballLosses)
        for (loss, expected) in zip(losses, item.pinball_losses) { expectEqual(loss, expected, "pinball") }
        expectEqual(metrics.meanPinballLoss, item.pinball_losses.reduce(0, +) / 3, "mean pinball")
        expectEqual(metrics.coverage?.first, item.coverage, "coverage")
    }
}

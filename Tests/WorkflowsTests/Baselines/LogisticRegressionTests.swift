import Foundation
import Testing
import Workflows

@Suite struct LogisticRegressionTests {
    private func worstDifference(_ fixtureCase: LogisticFixture.Case, tolerance: Double?) throws -> Double {
        let fixture = try LogisticFixture.load()
        let vectorizer = TermFrequencyInverseDocumentFrequency(
            fitting: fixture.training, options: fixtureCase.options)
        var regression = LogisticRegression(cost: fixtureCase.cost)
        if let tolerance { regression.tolerance = tolerance }
        let scores = regression.scores(
            training: vectorizer(fixture.training), targets: fixture.targets, labelCount: fixture.labelCount,
            scoring: [vectorizer(fixture.scoring)])
        #expect(scores.count == 1)
        #expect(scores[0].count == fixtureCase.probabilities.count)
        return zip(scores[0], fixtureCase.probabilities).map { abs(Double($0) - $1) }.max() ?? .infinity
    }

    @Test(arguments: try LogisticFixture.load().cases) func agreesWithScikitLearn(_ fixtureCase: LogisticFixture.Case)
        throws
    {
        #expect(try worstDifference(fixtureCase, tolerance: nil) < 1e-3)
    }

    @Test(arguments: try LogisticFixture.load().cases) func convergesAsTheToleranceSays(
        _ fixtureCase: LogisticFixture.Case
    ) throws {
        #expect(try worstDifference(fixtureCase, tolerance: 1e-6) < 1e-6)
    }

    /// Rows of one to three values, of which the label depends on the first column.
    private func problem(rows: Int) -> (rows: SparseRows, positiveRows: [Int]) {
        var matrix = SparseRows(columnCount: 6)
        var positiveRows: [Int] = []
        for row in 0..<rows {
            let first = Float(row % 3) - 1
            let last = Float(row % 7) / 7
            let entries: [(column: Int32, value: Float)] = [(0, first), (Int32(1 + row % 4), 0.5), (5, last)]
            matrix.append(entries)
            if row % 3 == 2 || row % 11 == 0 { positiveRows.append(row) }
        }
        return (matrix, positiveRows)
    }

    @Test func gradientOfTheObjectiveVanishes() {
        let (rows, positiveRows) = problem(rows: 90)
        let weights = LogisticRegression(cost: 2, tolerance: 1e-9).fit(rows, positiveRows: positiveRows)
        #expect(weights.converged)
        // dP/dw = w − C Σ (t − p) x, with t = 1 where the label is true; the intercept likewise with x = 1.
        var gradient = weights.columns + [weights.intercept]
        for row in 0..<rows.rowCount {
            var logOdds = weights.intercept
            let places = rows.rowStarts[row]..<rows.rowStarts[row + 1]
            for place in places { logOdds += weights.columns[Int(rows.columns[place])] * Double(rows.values[place]) }
            let truth: Double = positiveRows.contains(row) ? 1 : 0
            let error = truth - 1 / (1 + exp(-logOdds))
            for place in places { gradient[Int(rows.columns[place])] -= 2 * error * Double(rows.values[place]) }
            gradient[6] -= 2 * error
        }
        for part in gradient { #expect(abs(part) < 1e-7) }
    }

    @Test(arguments: [1e-3, 1.0, 1e4]) func anyCostConverges(cost: Double) {
        let (rows, positiveRows) = problem(rows: 60)
        let weights = LogisticRegression(cost: cost, maximumPasses: 100_000).fit(rows, positiveRows: positiveRows)
        #expect(weights.converged)
        #expect(weights.columns.allSatisfy { $0.isFinite })
    }

    @Test func stopsAfterTheAllowedPasses() {
        let (rows, positiveRows) = problem(rows: 60)
        let weights = LogisticRegression(tolerance: 1e-12, maximumPasses: 2).fit(rows, positiveRows: positiveRows)
        #expect(weights.passes == 2)
        #expect(!weights.converged)
    }

    @Test func labelsOfNoRowAndOfEveryRowStayFinite() {
        let (rows, _) = problem(rows: 60)
        let targets = [[Int32]](repeating: [1], count: 60)
        let scores = LogisticRegression().scores(
            training: rows, targets: targets, labelCount: 2, scoring: [rows])[0]
        for row in 0..<60 {
            #expect(scores[row * 2] < 0.1)
            #expect(scores[row * 2 + 1] > 0.9)
        }
    }

    @Test func threadsDoNotChangeTheResult() throws {
        let fixture = try LogisticFixture.load()
        let vectorizer = TermFrequencyInverseDocumentFrequency(fitting: fixture.training)
        func scores(_ parallel: LogisticRegression.ParallelLoop) -> [[Float]] {
            LogisticRegression().scores(
                training: vectorizer(fixture.training), targets: fixture.targets, labelCount: fixture.labelCount,
                scoring: [vectorizer(fixture.scoring), vectorizer(fixture.training)], parallel: parallel)
        }
        let serial = scores(LogisticRegression.serially)
        let concurrent = scores { count, body in
            withoutActuallyEscaping(body) { body in
                DispatchQueue.concurrentPerform(iterations: count) { body($0) }
            }
        }
        #expect(serial.map(\.count) == [fixture.scoring.count * 4, fixture.training.count * 4])
        #expect(serial == concurrent)
    }

    @Test func seedDecidesTheBits() {
        let (rows, positiveRows) = problem(rows: 60)
        let first = LogisticRegression(seed: 1).fit(rows, positiveRows: positiveRows)
        #expect(first == LogisticRegression(seed: 1).fit(rows, positiveRows: positiveRows))
        #expect(first != LogisticRegression(seed: 2).fit(rows, positiveRows: positiveRows))
    }
}

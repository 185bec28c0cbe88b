import Foundation
import Testing
import Workflows

@Suite struct TermFrequencyInverseDocumentFrequencyTests {
    private typealias Options = TermFrequencyInverseDocumentFrequency.Options

    private func dense(_ rows: SparseRows, row: Int) -> [Double] {
        var result = [Double](repeating: 0, count: rows.columnCount)
        for index in rows.rowStarts[row]..<rows.rowStarts[row + 1] {
            result[Int(rows.columns[index])] = Double(rows.values[index])
        }
        return result
    }

    @Test func smallCaseByHand() {
        // Features in order of appearance: red, apple, "red apple", pie, "apple pie".
        let vectorizer = TermFrequencyInverseDocumentFrequency(fitting: [["red", "apple"], ["apple", "pie"]])
        let rare = log(3.0 / 2.0) + 1
        #expect(vectorizer.featureCount == 5)
        for (found, expected) in zip(vectorizer.inverseDocumentFrequencies, [rare, 1, rare, rare, rare]) {
            #expect(abs(Double(found) - expected) < 1e-7)
        }
        // "red pie" is a pair that no training row has; "green" is a word that none has.
        let rows = vectorizer([["red", "red", "pie", "green", "apple"], ["green"], []])
        let norm = (5 * rare * rare + 1).squareRoot()
        let expected: [Double] = [2 * rare / norm, 1 / norm, 0, rare / norm, 0]
        for (found, expected) in zip(dense(rows, row: 0), expected) { #expect(abs(found - expected) < 1e-6) }
        #expect(rows.rowCount == 3)
        #expect(rows.rowStarts == [0, 3, 3, 3])
    }

    @Test func optionsDecideFeatures() {
        let rows = [["a", "b", "a"], ["a", "b"], ["c"]]
        #expect(TermFrequencyInverseDocumentFrequency(fitting: rows).featureCount == 5)
        #expect(
            TermFrequencyInverseDocumentFrequency(fitting: rows, options: Options(pairs: false)).featureCount == 3)
        let common = Options(minimumDocumentFrequency: 2)
        #expect(TermFrequencyInverseDocumentFrequency(fitting: rows, options: common).featureCount == 3)
    }

    @Test func sublinearCountsByLogarithm() {
        let options = Options(pairs: false, sublinear: true)
        let vectorizer = TermFrequencyInverseDocumentFrequency(fitting: [["a", "b"]], options: options)
        let row = dense(vectorizer([["a", "a", "a", "b"]]), row: 0)
        #expect(abs(row[0] / row[1] - (1 + log(3.0))) < 1e-6)
    }

    @Test(arguments: try LogisticFixture.load().cases) func agreesWithScikitLearn(_ fixtureCase: LogisticFixture.Case)
        throws
    {
        let fixture = try LogisticFixture.load()
        let vectorizer = TermFrequencyInverseDocumentFrequency(
            fitting: fixture.training, options: fixtureCase.options)
        #expect(vectorizer.featureCount == fixtureCase.featureCount)
        let training = vectorizer(fixture.training)
        let scoring = vectorizer(fixture.scoring)
        var worst = 0.0
        for (index, expected) in fixtureCase.products.enumerated() {
            let product = zip(dense(scoring, row: index / 12), dense(training, row: index % 12))
                .reduce(0) { $0 + $1.0 * $1.1 }
            worst = max(worst, abs(product - expected))
        }
        #expect(fixtureCase.products.count == 144)
        #expect(worst < 1e-6)
    }
}

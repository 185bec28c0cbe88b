import Foundation
import Testing
import Workflows

/// Tests/Fixtures/logistic/texts.json, made with scikit-learn by the make.py beside it.
struct LogisticFixture: Decodable, Sendable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let cost: Double
        let sublinear: Bool
        let minimumDocumentFrequency: Int
        let featureCount: Int
        /// Inner products of the first 12 scored rows with the first 12 training rows: [12, 12].
        let products: [Double]
        /// [`scoring`.count, `labelCount`].
        let probabilities: [Double]

        var options: TermFrequencyInverseDocumentFrequency.Options {
            TermFrequencyInverseDocumentFrequency.Options(
                sublinear: sublinear, minimumDocumentFrequency: minimumDocumentFrequency)
        }

        var testDescription: String {
            "cost \(cost), sublinear \(sublinear), minimum document frequency \(minimumDocumentFrequency)"
        }
    }

    let labelCount: Int
    let training: [[String]]
    let targets: [[Int32]]
    let scoring: [[String]]
    let cases: [Case]

    static func load() throws -> LogisticFixture {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fixtures/logistic/texts.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(LogisticFixture.self, from: Data(contentsOf: path))
    }
}

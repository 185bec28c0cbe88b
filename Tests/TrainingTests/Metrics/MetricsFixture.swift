import Files
import FoundationEssentials
import TestSupport
import Testing
import Training

/// One case of Tests/Fixtures/metrics/multilabel.json, made with scikit-learn by the make.py beside it.
struct MetricsFixture: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let labelCount: Int
    let scores: [Float]
    let truths: [[Int32]]
    let weights: [Float]?
    let expected: MultiLabelMetrics
    /// The best micro-F1 over every score taken as the threshold.
    let bestMicroF1: Double

    var testDescription: String { name }

    enum CodingKeys: String, CodingKey {
        case name, scores, truths, weights, expected
        case labelCount = "label_count"
        case bestMicroF1 = "best_micro_f1"
    }

    static func cases() throws -> [MetricsFixture] {
        let path = Fixture.folder + "/metrics/multilabel.json"
        return try JSONDecoder().decode([MetricsFixture].self, from: Data(InputFile.bytes(at: path)))
    }
}

import FoundationEssentials
import Testing
import Training

@Suite struct HistoryTests {
    /// A history with these validation scores, as a checkpoint or a model file holds it.
    private func history(_ scores: [Double]) throws -> History {
        let epochs = scores.enumerated().map { index, score in
            #"{"number":\#(index + 1),"trainingLoss":1,"validationLoss":1,"validationScore":\#(score),"#
                + #""learningRate":0.1,"gradientNorm":1,"layerGradientNorms":[{"layer":"head","norm":1}]}"#
        }
        let json = "{\"epochs\":[\(epochs.joined(separator: ","))]}"
        return try JSONDecoder().decode(History.self, from: Data(json.utf8))
    }

    @Test(arguments: [
        ([], nil), ([0.5], 1), ([0.1, 0.5, 0.3], 2), ([0.5, 0.5, 0.5], 1), ([0.1, 0.5, 0.4, 0.5], 2),
        ([-3, -2, -2.5], 2), ([0, 0.1, 0.2], 3),
    ] as [([Double], Int?)])
    func bestIsTheEarliestOfTheHighest(scores: [Double], number: Int?) throws {
        #expect(try history(scores).best?.number == number)
    }

    @Test func stallsWhenPatienceIsOver() throws {
        let course = [0.1, 0.5, 0.4, 0.5, 0.2]
        let stalled = try (1...5).map { try history(Array(course[..<$0])).hasStalled(patience: 2) }
        #expect(stalled == [false, false, false, true, true])
        #expect(try !history(course).hasStalled(patience: 4))
        #expect(try !history(course).hasStalled(patience: 0))
        #expect(try !history([]).hasStalled(patience: 1))
    }

    /// Small steps up do not count one by one, but they do together.
    @Test func smallImprovementsDoNotKeepItGoing() throws {
        let course = [0.5, 0.52, 0.54, 0.57, 0.58, 0.6]
        func stalled(_ improvement: Double) throws -> [Bool] {
            try (1...6).map {
                try history(Array(course[..<$0])).hasStalled(patience: 3, minimumImprovement: improvement)
            }
        }
        #expect(try stalled(0.1) == [false, false, false, true, true, true])
        #expect(try stalled(0.06) == [false, false, false, false, false, false])
        #expect(try history(course).best?.number == 6)
    }
}

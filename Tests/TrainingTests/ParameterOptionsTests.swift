import FoundationEssentials
import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

/// Options that are about some parameters, by their names: frozen ones and factors on the learning rate.
@Suite struct ParameterOptionsTests {
    private let pool = WorkerPool(threadCount: 1)

    @Test(arguments: [
        ("encoder.*", "encoder.weight", true), ("encoder.*", "encoder.inner.bias", true),
        ("encoder.*", "decoder.weight", false), ("encoder.*", "encoder", false), ("*.bias", "head.bias", true),
        ("*.bias", "head.bias_ih", false), ("*.bias*", "encoder.bias_hh_l0", true), ("*", "anything", true),
        ("head.weight", "head.weight", true), ("head.weight", "head.weight2", false), ("a?c", "abc", true),
        ("a?c", "ac", false), ("*a*b*", "xxaxxabxx", true), ("*a*b*", "xxbxxa", false), ("", "", true),
        ("", "a", false),
        ("*aab", "aaaab", true), ("l?.*.w", "l1.x.y.w", true), ("**", "", true),
    ])
    func patterns(pattern: String, name: String, matches: Bool) {
        #expect(ParameterPattern(pattern).matches(name) == matches)
    }

    @Test func listsAreTextsOrListsOfTexts() throws {
        func names(_ json: String) throws -> ParameterPatterns {
            try JSONDecoder().decode(ParameterPatterns.self, from: Data(json.utf8))
        }
        #expect(try names("[\"encoder.*\",\"head.bias\"]") == ["encoder.*", "head.bias"])
        #expect(try names("\"encoder.* , head.bias\"") == ["encoder.*", "head.bias"])
        #expect(try names("\"\"") == [] && names("[]") == [])
        let exception = try names("\"*,!head.*\"")
        #expect(exception == ["*", "!head.*"])
        #expect(try JSONDecoder().decode(ParameterPatterns.self, from: JSONEncoder().encode(exception)) == exception)
        func factors(_ json: String) throws -> LearningRateFactors {
            try JSONDecoder().decode(LearningRateFactors.self, from: Data(json.utf8))
        }
        let expected = LearningRateFactors([.init("*", 0.5), .init("head.*", 3)])
        #expect(try factors("[\"*=0.5\",\"head.*=3\"]") == expected && factors("\"*=0.5, head.*=3\"") == expected)
        #expect(expected.factor(of: "head.bias") == 3 && expected.factor(of: "words.weight") == 0.5)
        #expect(LearningRateFactors().factor(of: "head.bias") == 1)
        let json = try JSONEncoder().encode(expected)
        #expect(try JSONDecoder().decode(LearningRateFactors.self, from: json) == expected)
        for wrong in ["head.*", "=3", "head.*=", "head.*=fast", "head.*=0", "head.*=-1", "head.*=inf"] {
            #expect(throws: DecodingError.self) { try factors("\"\(wrong)\"") }
        }
    }

    /// Trains the toy model for an epoch; returns how far each parameter has moved.
    private func movement(_ change: (inout TrainingOptions) -> Void) throws -> [String: Double] {
        let problem = ToyProblem(count: 16)
        let parameters = Parameters(.seed(1))
        let model = ToyModel(parameters)
        let options = TrainingOptions.toy {
            $0.epochs = 1
            $0.optimizer = .sgd()
            change(&$0)
        }
        let before = parameters.map(\.value.elements)
        _ = try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
            problem.loader(batchSize: 16), loss: problem.loss(model)
        ) { Trainer.Validation(loss: 0, score: 0) }
        return Dictionary(
            uniqueKeysWithValues: zip(parameters, before).map { parameter, before in
                (parameter.name, zip(parameter.value.elements, before).map { Double(abs($0 - $1)) }.max()!)
            })
    }

    @Test func frozenParametersStay() throws {
        let moved = try movement { $0.frozen = ["lstm.*", "head.bias"] }
        #expect(moved.count == 7)
        for (name, distance) in moved {
            #expect((distance == 0) == (name.hasPrefix("lstm.") || name == "head.bias"), "\(name)")
        }
    }

    /// The last pattern counts; what an exception names is trained, though it was frozen before.
    @Test func exceptionsAreTrained() throws {
        let moved = try movement { $0.frozen = ["*", "!lstm.*", "lstm.bias_hh_l0"] }
        for (name, distance) in moved {
            #expect((distance > 0) == (name.hasPrefix("lstm.") && name != "lstm.bias_hh_l0"), "\(name)")
        }
        let problem = ToyProblem(count: 16)
        let parameters = Parameters(.seed(1))
        let model = ToyModel(parameters)
        for parameter in parameters { parameter.isFrozen = true }
        let options = TrainingOptions.toy {
            $0.epochs = 1
            $0.frozen = ["!head.*"]
        }
        _ = try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
            problem.loader(batchSize: 16), loss: problem.loss(model)
        ) { Trainer.Validation(loss: 0, score: 0) }
        #expect(parameters.filter { !$0.isFrozen }.map(\.name) == ["head.weight", "head.bias"])
    }

    @Test func factorsActOnTheLearningRate() throws {
        let usual = try movement { _ in }
        let factors = LearningRateFactors([.init("lstm.*", 3), .init("*.bias", 0.5)])
        let changed = try movement { $0.learningRateFactors = factors }
        for (name, distance) in usual {
            let factor = name.hasPrefix("lstm.") ? 3 : name == "head.bias" ? 0.5 : 1
            #expect(abs(changed[name]! / distance - factor) < 0.01 * factor, "\(name)")
        }
    }

    @Test func namesThatNothingHasAreRefused() throws {
        let names = [
            "words.weight", "lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0", "lstm.bias_hh_l0",
            "head.weight", "head.bias",
        ]
        #expect(throws: TrainingError.unmatchedPattern(ParameterPattern("lstn.*"), option: "frozen", parameters: names))
        {
            try movement { $0.frozen = ["head.*", "lstn.*"] }
        }
        let unmatched = TrainingError.unmatchedPattern(
            ParameterPattern("*.w"), option: "learningRateFactors", parameters: names)
        #expect(throws: unmatched) {
            try movement { $0.learningRateFactors = LearningRateFactors([.init("*.w", 2)]) }
        }
        #expect(throws: TrainingError.nothingToTrain) { try movement { $0.frozen = ["*"] } }
    }
}

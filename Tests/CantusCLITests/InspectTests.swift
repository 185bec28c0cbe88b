import Testing

/// What a model file says about itself.
@Suite struct InspectTests {
    @Test func layersScoresAndRecipeAreShown() throws {
        let outcome = try Cantus.run("inspect", "model.safetensors", in: try SharedModel.folder())
        expectSuccess(outcome)
        #expect(outcome.error == "")
        let report = try TrainTests.sharedReport().decoded(TrainTests.Report.self)
        let grouped = "\(report.parameters / 1000)," + "\(1000 + report.parameters % 1000)".dropFirst()
        #expect(outcome.output.hasPrefix("A model of the job tag: \(grouped) parameters, "))
        let texts = [
            "head ", "[10, 8]", "[1, 4]", "output memory", "Outputs are those of one text of 10 words.",
            "weight [4, 16]",
            "trainable", "most frequent labels", "training.epochs", "labels: c#, css, python, sql", "gradient norms",
            "epoch 1  ", "training.optimizer.kind", "(none)",
        ]
        for text in texts {
            #expect(outcome.output.contains(text), "\(text)")
        }
    }

    @Test func jsonHasExactlyTheKeysThatArePromised() throws {
        let outcome = try Cantus.run("inspect", "model.safetensors", "--json", in: try SharedModel.folder())
        expectSuccess(outcome)
        let object = try outcome.object()
        #expect(
            Set(object.keys) == [
                "job", "layers", "example", "parameters", "frozen", "bytes", "labels", "vocabulary", "threshold",
                "scores",
                "history", "recipe",
            ])
        let report = try TrainTests.sharedReport().decoded(TrainTests.Report.self)
        let layers = try #require(object["layers"] as? [[String: Any]])
        #expect(
            layers.allSatisfy {
                Set($0.keys) == ["name", "output", "outputBytes", "weights", "parameters", "frozen", "bytes"]
            })
        let head = try #require(layers.last)
        #expect(head["name"] as? String == "head")
        let weights = try #require(head["weights"] as? [[String: Any]])
        #expect(weights.allSatisfy { Set($0.keys) == ["name", "shape", "isFrozen"] })
        #expect(weights.map { $0["name"] as? String } == ["weight", "bias"])
        #expect(weights.map { $0["shape"] as? [Int] } == [[4, 16], [4]])
        #expect(head["output"] as? [Int] == [1, 4])
        #expect(layers.compactMap { $0["parameters"] as? Int }.reduce(0, +) == report.parameters)
        #expect(object["parameters"] as? Int == report.parameters)
        #expect(object["labels"] as? [String] == QuestionGrammar.labels)
        let recipe = try #require(object["recipe"] as? [String: Any])
        let training = try #require(recipe["training"] as? [String: Any])
        #expect(training["epochs"] as? Int == 12)
        #expect(training["batchSize"] as? Int == 16)
        // What the recipe left open is decided in the file.
        #expect(training["replicas"] as? Int == 1)
        let history = try #require(object["history"] as? [String: Any])
        let epochs = try #require(history["epochs"] as? [[String: Any]])
        #expect(epochs.compactMap { $0["number"] as? Int } == Array(1...epochs.count))
        #expect((6...12).contains(epochs.count))
    }

    @Test func scoresAreThoseOfTheTraining() throws {
        struct Inspection: Decodable { var scores: [TrainTests.Line] }
        let outcome = try Cantus.run("inspect", "model.safetensors", "--json", in: try SharedModel.folder())
        let report = try TrainTests.sharedReport().decoded(TrainTests.Report.self)
        #expect(try outcome.decoded(Inspection.self).scores == [report.model] + report.baselines)
    }
}

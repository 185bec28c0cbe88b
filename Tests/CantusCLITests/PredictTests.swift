import Foundation
import Testing

/// Tagging texts from the command line.
@Suite struct PredictTests {
    struct Predictions: Decodable {
        struct Text: Decodable {
            var text: String
            var labels: [Label]
        }
        struct Label: Decodable, Hashable {
            var label: String
            var probability: Double
        }
        var predictions: [Text]
    }

    private func predict(_ arguments: String..., input: String? = nil) throws -> Cantus.Outcome {
        try Cantus.run(
            ["tag", "predict", "model.safetensors"] + arguments, in: try SharedModel.folder(),
            input: input.map { Array($0.utf8) })
    }

    @Test func argumentsAreTagged() throws {
        let outcome = try predict("--top", "1", "how to join a query", "margin of a flexbox")
        expectSuccess(outcome)
        #expect(outcome.error == "")
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3)
        #expect(lines[0].wholeMatch(of: /sql [01]\.[0-9]{2}\thow to join a query/) != nil)
        #expect(lines[1].wholeMatch(of: /css [01]\.[0-9]{2}\tmargin of a flexbox/) != nil)
        #expect(lines[2] == "")
    }

    /// An argument with line breaks is one text, and takes one line of output.
    @Test func lineBreaksInArgumentsDoNotBreakLines() throws {
        let texts = ["join\nquery\r\nindex", "\nmargin\n"]
        let outcome = try Cantus.run(
            ["tag", "predict", "model.safetensors", "--top", "1"] + texts, in: try SharedModel.folder())
        expectSuccess(outcome)
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: "\t")[1] }
        #expect(lines == ["join query index", " margin "])
        let json = try Cantus.run(
            ["tag", "predict", "model.safetensors", "--json"] + texts, in: try SharedModel.folder())
        #expect(try json.decoded(Predictions.self).predictions.map(\.text) == texts)
        let explained = try Cantus.run(
            ["tag", "predict", "model.safetensors", "--top", "1", "--explain"] + texts, in: try SharedModel.folder())
        #expect(explained.output.split(separator: "\n").count == 4)
    }

    @Test(arguments: ["one line\n", "one line", "one line\r\n", "one line\r"])
    func aLineEndsInAnyWay(input: String) throws {
        let outcome = try predict(input: input)
        expectSuccess(outcome)
        #expect(outcome.output.hasSuffix("\tone line\n"))
        #expect(outcome.output.split(separator: "\n").count == 1)
    }

    @Test func linesOfStandardInputGiveWhatArgumentsGive() throws {
        let texts = ["join query", "", "pip tuple", "wpf", " spaces  stay ", "hover"]
        let expected = try Cantus.run(
            ["tag", "predict", "model.safetensors"] + texts, in: try SharedModel.folder()).output
        #expect(try predict(input: texts.joined(separator: "\n")).output == expected)
        #expect(try predict(input: texts.joined(separator: "\r\n") + "\r\n").output == expected)
        #expect(try predict("--threads", "2", input: texts.joined(separator: "\n") + "\n").output == expected)
    }

    @Test func noInputGivesNoOutput() throws {
        let outcome = try predict(input: "")
        expectSuccess(outcome)
        #expect(outcome.output == "")
        let json = try predict("--json", input: "")
        expectSuccess(json)
        #expect(json.output == "{\"predictions\":[]}\n")
    }

    /// More lines than one read of standard input takes, so that lines are cut between reads.
    @Test func manyLinesStayInOrder() throws {
        let texts = QuestionGrammar(6_000, seed: 3).questions.enumerated().map { "\($0) \($1.text)" }
        let outcome = try predict("--top", "1", input: texts.joined(separator: "\n"))
        expectSuccess(outcome)
        #expect(outcome.output.split(separator: "\n").map { $0.split(separator: "\t")[1] } == texts.map { $0[...] })
    }

    @Test func topGivesThatManyLabelsMostProbableFirst() throws {
        for (top, count) in [(1, 1), (3, 3), (100, 4)] {
            let outcome = try predict("--json", "--top", "\(top)", "index of a tuple")
            expectSuccess(outcome)
            let labels = try #require(try outcome.decoded(Predictions.self).predictions.first?.labels)
            #expect(labels.count == count)
            #expect(labels.map(\.probability) == labels.map(\.probability).sorted(by: >))
            #expect(Set(labels.map(\.label)).isSubset(of: QuestionGrammar.labels))
        }
    }

    @Test func theThresholdDecides() throws {
        func labels(_ arguments: String...) throws -> [Predictions.Label] {
            let outcome = try Cantus.run(
                ["tag", "predict", "model.safetensors", "--json", "index of a tuple"] + arguments,
                in: try SharedModel.folder())
            expectSuccess(outcome)
            return try #require(try outcome.decoded(Predictions.self).predictions.first?.labels)
        }
        let all = try labels("--threshold", "0")
        #expect(all.count == 4)
        #expect(try labels("--threshold", "1").filter { $0.probability < 1 } == [])
        let middle = all[1].probability
        #expect(try labels("--threshold", "\(middle + 1e-4)") == Array(all.prefix { $0.probability > middle + 1e-4 }))
        // Each label has a threshold of its own around the one that is reported.
        let own = try TrainTests.sharedReport().decoded(TrainTests.Report.self).model.threshold
        let given = try labels()
        #expect(all.filter { $0.probability >= own + 0.2 }.allSatisfy(given.contains))
        #expect(given.allSatisfy { $0.probability >= own - 0.2 } && given.count < 4)
    }

    @Test func noLabelIsADash() throws {
        let outcome = try predict("--threshold", "1", "")
        expectSuccess(outcome)
        #expect(outcome.output == "-\t\n")
    }

    @Test(arguments: ["join\na query", "join\ra query", "join\r\na query"])
    func anArgumentIsOneLineWhateverItHolds(text: String) throws {
        let outcome = try predict("--top", "1", text)
        expectSuccess(outcome)
        #expect(outcome.output.wholeMatch(of: /[^\t\r\n]+\tjoin a query\n/) != nil, "\(outcome.output)")
    }

    @Test func anEmptyTextIsAText() throws {
        let outcome = try predict("--json", "--top", "4", "")
        expectSuccess(outcome)
        let predictions = try outcome.decoded(Predictions.self).predictions
        #expect(predictions.count == 1)
        #expect(predictions[0].text == "")
        #expect(predictions[0].labels.allSatisfy { (0...1).contains($0.probability) })
    }

    @Test func jsonHasExactlyTheKeysThatArePromised() throws {
        let object = try predict("--json", "--top", "2", "a \"quoted\" text\twith\ncontrols").object()
        #expect(Set(object.keys) == ["predictions"])
        let text = try #require((object["predictions"] as? [[String: Any]])?.first)
        #expect(Set(text.keys) == ["text", "labels"])
        #expect(text["text"] as? String == "a \"quoted\" text\twith\ncontrols")
        let label = try #require((text["labels"] as? [[String: Any]])?.first)
        #expect(Set(label.keys) == ["label", "probability"])
    }

    @Test func bytesThatAreNotUTF8AreRefusedWithTheirLine() throws {
        let outcome = try Cantus.run(
            ["tag", "predict", "model.safetensors", "--json"], in: try SharedModel.folder(),
            input: Array("join\nqu".utf8) + [0xFF] + Array("ery\n".utf8))
        expectFailure(outcome, 65, saying: "standard input:2: ", "UTF-8")
    }

    /// The same bytes as one line and as many: were a long line searched anew with every block that is read, it would
    /// take several times as long.
    @Test func aLongLineTakesNoLongerThanManyShortOnes() throws {
        var bytes = [UInt8](repeating: UInt8(ascii: " "), count: 32_000_000)
        func seconds() throws -> Double {
            let start = ContinuousClock.now
            let outcome = try Cantus.run(
                ["tag", "predict", "model.safetensors", "--top", "1"], in: try SharedModel.folder(), input: bytes)
            expectSuccess(outcome)
            #expect(outcome.output.utf8.count > bytes.count)
            return start.duration(to: .now) / .seconds(1)
        }
        let asOne = try seconds()
        for end in stride(from: 500_000, to: bytes.count, by: 500_000) { bytes[end] = UInt8(ascii: "\n") }
        let asMany = try seconds()
        #expect(asOne < 3 * asMany + 1, "\(asOne) s for one line, \(asMany) s for many")
    }

    /// Half a result must not pass for the whole.
    @Test(.enabled(if: FileManager.default.isWritableFile(atPath: "/dev/full"), "needs /dev/full"))
    func aFullDiskIsAnError() throws {
        let folder = try SharedModel.folder()
        let outcome = try Cantus.run(
            ["tag", "predict", "model.safetensors", "join"], in: folder, output: "/dev/full")
        expectFailure(outcome, 74, saying: "standard output: writing failed")
    }
}

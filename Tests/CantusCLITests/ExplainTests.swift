import Foundation
import Glibc
import Testing

/// `tag predict --explain`.
@Suite struct ExplainTests {
    private struct Explained: Decodable {
        struct Word: Decodable { var word: String, weight: Double }
        struct Label: Decodable { var label: String, probability: Double, words: [Word] }
        struct Text: Decodable { var text: String, labels: [Label] }
        var predictions: [Text]
        var explanation: String
    }

    private func explain(_ arguments: String..., input: String? = nil) throws -> Cantus.Outcome {
        try Cantus.run(
            ["tag", "predict", "model.safetensors", "--explain"] + arguments, in: try SharedModel.folder(),
            input: input.map { Array($0.utf8) })
    }

    /// Each label has words of its own in the data that the model has learned; these must be the ones that carry it.
    @Test func theWordsOfALabelCarryIt() throws {
        let outcome = try explain("--json", "the Flexbox, with decorator, best: margin pip!")
        expectSuccess(outcome)
        let explained = try outcome.decoded(Explained.self)
        #expect(explained.explanation == "integrated_gradients")
        let text = try #require(explained.predictions.first)
        #expect(Set(text.labels.map(\.label)) == ["css", "python"])
        for label in text.labels {
            #expect(label.words.map(\.word) == ["the", "flexbox", "with", "decorator", "best", "margin", "pip"])
            let best = label.words.sorted { $0.weight > $1.weight }.prefix(2).map(\.word)
            #expect(Set(best) == (label.label == "css" ? ["flexbox", "margin"] : ["decorator", "pip"]))
        }
    }

    @Test func jsonHasExactlyTheKeysThatArePromised() throws {
        let object = try explain("--json", "--top", "1", "join").object()
        #expect(Set(object.keys) == ["predictions", "explanation"])
        let text = try #require((object["predictions"] as? [[String: Any]])?.first)
        #expect(Set(text.keys) == ["text", "labels"])
        let label = try #require((text["labels"] as? [[String: Any]])?.first)
        #expect(Set(label.keys) == ["label", "probability", "words"])
        let word = try #require((label["words"] as? [[String: Any]])?.first)
        #expect(Set(word.keys) == ["word", "weight"])
    }

    /// A line for each text as without explanation, and under it one for each label.
    @Test func linesFollowThatOfTheText() throws {
        let texts = ["how to join a query", "margin of a flexbox", ""]
        let plain = try Cantus.run(
            ["tag", "predict", "model.safetensors", "--top", "1"] + texts, in: try SharedModel.folder()
        ).output.split(separator: "\n")
        let outcome = try explain("--top", "1", input: texts.joined(separator: "\n") + "\n")
        expectSuccess(outcome)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines.count == 6)
        #expect([lines[0], lines[2], lines[4]] == plain)
        let word = /(join|query) 0\.[0-9]{2}/
        #expect(lines[1].prefixMatch(of: /\ \ sql\t/) != nil && lines[1].matches(of: word).count == 2, "\(lines[1])")
        #expect(lines[3].hasPrefix("  css\t"))
        #expect(lines[5].wholeMatch(of: /\ \ [a-z#]+\t-/) != nil)
    }

    @Test func aTerminalShowsColourUnlessItIsNotWanted() throws {
        func shown(_ environment: [String: String]) throws -> String {
            let terminal = try Terminal()
            let outcome = try Cantus.run(
                ["tag", "predict", "model.safetensors", "--explain", "--top", "1", "how to join a query"],
                in: try SharedModel.folder(),
                environment: ["TERM": "xterm", "NO_COLOR": ""].merging(environment) { $1 },
                output: terminal.path)
            expectSuccess(outcome)
            return terminal.shown()
        }
        let colourful = try shown([:])
        #expect(colourful.contains("\u{1B}[1;32mjoin\u{1B}[0m") || colourful.contains("\u{1B}[1;32mquery\u{1B}[0m"))
        // The whole text is there, in its order.
        let words = colourful.replacing(/\u{1B}\[[0-9;]*m/, with: "")
        #expect(words.contains("  sql\thow to join a query\r\n"))
        for environment in [["NO_COLOR": "1"], ["TERM": "dumb"]] {
            let plain = try shown(environment)
            #expect(plain.contains("  sql\t"))
            #expect(!plain.contains("\u{1B}"))
        }
    }
}

/// A terminal of which the test is the other end.
private final class Terminal {
    private let descriptor: Int32
    let path: String

    init() throws {
        descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(descriptor >= 0)
        var (locked, number): (CInt, CInt) = (0, 0)
        // TIOCSPTLCK and TIOCGPTN of <asm-generic/ioctls.h>: what unlockpt and ptsname do.
        let isReady = ioctl(descriptor, 0x4004_5431, &locked) == 0 && ioctl(descriptor, 0x8004_5430, &number) == 0
        path = "/dev/pts/\(number)"
        try #require(isReady)
    }

    deinit { close(descriptor) }

    /// What was written to it, once nobody has it open any more.
    func shown() -> String {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &block, block.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += block[..<count]
        }
    }
}

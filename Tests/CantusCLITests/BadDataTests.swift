import Foundation
import Glibc
import Testing

/// Data and places that a training cannot work with: each has its exit code and a message with the place, and leaves
/// nothing behind.
@Suite struct BadDataTests {
    /// A file, the exit code, and what the message says besides its name.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
        let messages: [String]

        init(_ description: String, _ text: String, saying messages: String...) {
            (testDescription, bytes, self.messages) = (description, Array(text.utf8), messages)
        }

        init(_ description: String, _ bytes: [UInt8], saying messages: String...) {
            (testDescription, self.bytes, self.messages) = (description, bytes, messages)
        }
    }

    private static let header = "title\ttags\n"
    private static let sound = QuestionGrammar(40).tsv
    private static let cases = [
        Case("empty", "", saying: "data.tsv: the file is empty"),
        Case("empty lines", "\n\r\n\n", saying: "nothing but empty lines"),
        Case("a byte order mark alone", "\u{FEFF}", saying: "data.tsv: "),
        Case("no rows", header, saying: "data.tsv: 0 labels found, at least 2 expected"),
        Case("other columns", "a\tb\nx\ty\n", saying: "data.tsv:1: ", "title", "\"a\", \"b\""),
        Case("a column twice", "title\ttags\ttags\nx\ty\tz\n", saying: "data.tsv:1: 2 columns"),
        Case("too few fields", sound + "alone\n", saying: "data.tsv:42: 1 field found, 2 expected"),
        Case("too many fields", sound + "a\tb\tc\n", saying: "data.tsv:42: 3 fields found, 2 expected"),
        Case(
            "not UTF-8", Array((header + "ab").utf8) + [0xC3, 0x28] + Array("\tx\n".utf8),
            saying: "data.tsv:2: byte 13 is 0xC3"),
        Case("a NUL in a truncated sequence", Array((sound + "a").utf8) + [0xE2, 0x82], saying: "data.tsv:42: byte "),
        Case("an open list", sound + "a\t['x', 'y'\n", saying: "data.tsv:42: ", "\"]\""),
        Case("an open label", sound + "a\t['x\n", saying: "data.tsv:42: "),
        Case("text behind a list", sound + "a\t['x'] y\n", saying: "data.tsv:42: "),
        Case("an empty label", sound + "a\t['x', '']\n", saying: "data.tsv:42: an empty label"),
        Case("an open bracket", sound + "a\t<x\n", saying: "data.tsv:42: "),
        Case("an open quote", sound + "\"a\tx\nb\ty\n", saying: "data.tsv:42: the quote that opens on this line"),
        Case("text behind a quote", sound + "\"a\"b\tx\n", saying: "data.tsv:42: text was found after a closing quote"),
        Case(
            "one label", header + String(repeating: "a\tx\n", count: 40),
            saying: "data.tsv: 1 label found, at least 2 expected"),
        Case(
            "no labels", header + String(repeating: "a\t[]\n", count: 40),
            saying: "data.tsv: 0 labels found, at least 2 expected"),
        Case(
            "punctuation alone", header + String(repeating: "?! ...\tx|y\n", count: 40),
            saying: "data.tsv: no row is left after cleaning"),
        Case("two rows", header + "a\tx\nb\ty\n", saying: "data.tsv: 2 rows leave 0 for the validation part"),
        Case("fastText that is not UTF-8", Array("__label__a b\n__label__".utf8) + [0xFF], saying: "data.tsv:2: byte "),
        Case("a label without a name", "__label__a b\n__label__ c\n", saying: "data.tsv:2: an empty label"),
    ]

    @Test(arguments: cases) func wrongDataAreRefused(wrong: Case) throws {
        let folder = try TemporaryFolder()
        try folder.write(wrong.bytes, to: "data.tsv")
        let outcome = try Cantus.run(Small.training("data.tsv", epochs: 1), in: folder)
        expectFailure(outcome, 65, saying: "data.tsv")
        for message in wrong.messages { #expect(outcome.error.contains(message), "\(message) in: \(outcome.error)") }
        #expect(folder.names == ["data.tsv"])
        // The same on standard input, with its name, and as the file of test rows.
        let piped = try Cantus.run(Small.training("-", epochs: 1), in: folder, input: wrong.bytes)
        expectFailure(piped, 65, saying: "standard input")
    }

    @Test func skippingAllRowsLeavesNoLabels() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.header + "a\nb\nc\n", to: "data.tsv")
        let outcome = try Cantus.run(Small.training("data.tsv", epochs: 1, "--skip-malformed"), in: folder)
        expectFailure(outcome, 65, saying: "data.tsv: 0 labels found")
        #expect(outcome.error.contains("3 malformed rows were left out of data.tsv"))
    }

    @Test func missingInputHasItsOwnCode() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.sound, to: "data.tsv")
        expectFailure(
            try Cantus.run(Small.training("none.tsv"), in: folder), 66, saying: "none.tsv: no such file")
        expectFailure(try Cantus.run(Small.training("."), in: folder), 66, saying: "a folder was found")
        expectFailure(try Cantus.run(Small.training("data.tsv/x"), in: folder), 66, saying: "data.tsv/x")
        expectFailure(
            try Cantus.run(Small.training("data.tsv", "--test", "none.tsv"), in: folder), 66, saying: "none.tsv")
        #expect(folder.names == ["data.tsv"])
    }

    @Test(.enabled(if: geteuid() != 0, "nothing is closed to root"))
    func unreadableInputHasTheSameCode() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.sound, to: "data.tsv")
        chmod(folder["data.tsv"], 0)
        expectFailure(try Cantus.run(Small.training("data.tsv"), in: folder), 66, saying: "data.tsv", "denied")
    }

    @Test func anOutputThatCannotBeIsRefusedBeforeTraining() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.sound, to: "data.tsv")
        for output in ["none/model", "data.tsv/model", folder.path, ""] {
            let outcome = try Cantus.run(Small.training("data.tsv", output: output), in: folder)
            expectFailure(outcome, 73, saying: output.isEmpty ? "\"\"" : output)
            #expect(!outcome.error.contains("rows to train on"))
        }
        #expect(folder.names == ["data.tsv"])
    }

    @Test(.enabled(if: geteuid() != 0, "nothing is closed to root"))
    func aClosedFolderIsRefusedBeforeTraining() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.sound, to: "data.tsv")
        chmod(folder.path, 0o555)
        let outcome = try Cantus.run(Small.training("data.tsv"), in: folder)
        expectFailure(outcome, 73, saying: "model.safetensors", "may not be written")
        #expect(!outcome.error.contains("rows to train on"))
    }

    @Test func anExistingOutputStaysUnlessForced() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.sound, to: "data.tsv")
        try folder.write("mine", to: "model.safetensors")
        let outcome = try Cantus.run(Small.training("data.tsv"), in: folder)
        expectFailure(outcome, 73, saying: "model.safetensors: the file exists; --force replaces it")
        #expect(!outcome.error.contains("rows to train on"))
        #expect(try folder.text("model.safetensors") == "mine")
        // A forced training that fails leaves it, too.
        try folder.write(Self.header, to: "bad.tsv")
        expectFailure(try Cantus.run(Small.training("bad.tsv", "--force"), in: folder), 65)
        #expect(try folder.text("model.safetensors") == "mine")
        expectSuccess(try Cantus.run(Small.training("data.tsv", epochs: 1, "--force"), in: folder))
        expectSuccess(try Cantus.run("inspect", "model.safetensors", in: folder))
    }

    /// One step an epoch, so that nothing but the validation sees the weights that the first step spoilt. The rates are
    /// so high that a sum of a few weights overflows, in whatever order a processor adds them.
    @Test func aTrainingThatRunsAwayStops() throws {
        let folder = try TemporaryFolder()
        try folder.write(QuestionGrammar(100).tsv, to: "data.tsv")
        for rate in ["1e38", "1e300"] {
            let others = ["--batch-size", "1000", "--set", "training.learningRate=\(rate)"]
            expectFailure(
                try Cantus.run(Small.training("data.tsv", epochs: 3) + others, in: folder), 70,
                saying: "not a finite number", "a lower learning rate")
        }
        #expect(!folder.has("model.safetensors"))
    }
}

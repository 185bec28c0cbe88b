import Files
import Testing

@Suite("File errors")
struct FileErrorTests {
    @Test("A description names the file, the place and the message")
    func description() {
        #expect("\(FileError(.missing, path: "a.tsv", "no such file"))" == "a.tsv: no such file")
        #expect("\(FileError.malformed("a.tsv", .line(17), "1 field found"))" == "a.tsv:17: 1 field found")
        #expect("\(FileError.malformed("a.bin", .byte(0), "bad magic"))" == "a.bin, byte 0: bad magic")
        #expect("\(FileError.malformed("standard input", .file, "empty"))" == "standard input: empty")
    }

    @Test("Errors are equal when all they say is equal")
    func equality() {
        let error = FileError(.malformed, path: "a", place: .line(1), "x")
        #expect(error == .malformed("a", .line(1), "x"))
        #expect(error != .malformed("a", .byte(1), "x"))
        #expect(error != FileError(.inputOutput, path: "a", place: .line(1), "x"))
    }
}

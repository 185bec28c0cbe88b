import Files
import Glibc
import Testing

@Suite("Reading files", .serialized)
struct InputFileTests {
    @Test("A missing file, a folder and a path through a file")
    func missing() throws {
        try withTemporaryFolder { folder in
            let missing = try fileError { try InputFile.bytes(at: "\(folder)/none") }
            #expect(missing == FileError(.missing, path: "\(folder)/none", "no such file"))
            let isFolder = try fileError { try InputFile.bytes(at: folder) }
            #expect(isFolder == FileError(.missing, path: folder, "a folder was found, a file was expected"))
            try OutputFile.write("x", to: "\(folder)/file", replacing: false)
            let belowFile = try fileError { try InputFile.bytes(at: "\(folder)/file/below") }
            #expect(belowFile?.kind == .missing)
            #expect(belowFile?.message == "cannot be opened: Not a directory")
        }
    }

    @Test("An unreadable file", .enabled(if: geteuid() != 0, "the superuser may read every file"))
    func unreadable() throws {
        try withTemporaryFolder { folder in
            try OutputFile.write("x", to: "\(folder)/file", replacing: false)
            chmod("\(folder)/file", 0)
            let error = try fileError { try InputFile.bytes(at: "\(folder)/file") }
            #expect(error?.kind == .missing)
        }
    }

    @Test("Files of any size come back whole", arguments: [0, 1, 65_535, 65_536, 65_537, 300_000])
    func sizes(count: Int) throws {
        try withTemporaryFolder { folder in
            let content = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            try OutputFile.write(to: "\(folder)/file", replacing: false) { try $0.append(content) }
            #expect(try InputFile.bytes(at: "\(folder)/file") == content)
        }
    }

    @Test("A file that does not tell its size is read to its end")
    func unknownSize() throws {
        let bytes = try InputFile.bytes(at: "/proc/self/status")
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("Name:"))
    }

    @Test("Standard input has its name in messages, other paths their own")
    func displayName() {
        #expect(InputFile.displayName("-") == "standard input")
        #expect(InputFile.displayName("./-") == "./-")
    }

    @Test("A dash reads standard input, and a folder there is an error with its name")
    func standardInput() throws {
        try withTemporaryFolder { folder in
            let content = [UInt8](repeating: 7, count: 100_000)
            try OutputFile.write(to: "\(folder)/file", replacing: false) { try $0.append(content) }
            func withStandardInput<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
                let saved = dup(STDIN_FILENO)
                let replacement = open(path, O_RDONLY)
                dup2(replacement, STDIN_FILENO)
                close(replacement)
                defer {
                    dup2(saved, STDIN_FILENO)
                    close(saved)
                }
                return try body()
            }
            let read = try withStandardInput("\(folder)/file") { try InputFile.bytes(at: "-") }
            #expect(read == content)
            let error = try withStandardInput(folder) { try fileError { try InputFile.bytes(at: "-") } }
            #expect(
                error == FileError(.missing, path: "standard input", "a folder was found, a file was expected"))
        }
    }
}

import Files
import Glibc
import Testing

@Suite("Writing files")
struct OutputFileTests {
    private struct Stop: Error {}

    private func text(_ path: String) throws -> String {
        String(decoding: try InputFile.bytes(at: path), as: UTF8.self)
    }

    @Test("A file that exists is replaced only where that is asked for")
    func existing() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try OutputFile.write("old", to: path, replacing: false)
            let expected = FileError(.cannotCreate, path: path, "the file exists; --force replaces it")
            let early = try fileError { try OutputFile.check(path, replacing: false) }
            let late = try fileError { try OutputFile.write("new", to: path, replacing: false) }
            #expect(early == expected)
            #expect(late == expected)
            #expect(try text(path) == "old")
            try OutputFile.check(path, replacing: true)
            try OutputFile.write("new", to: path, replacing: true)
            #expect(try text(path) == "new")
            #expect(names(in: folder) == ["file"])
        }
    }

    @Test("A folder of that name, a missing folder, and a file in the place of the folder")
    func folders() throws {
        try withTemporaryFolder { folder in
            let taken = try fileError { try OutputFile.check(folder, replacing: true) }
            #expect(taken == FileError(.cannotCreate, path: folder, "a folder has this name"))
            let missing = "\(folder)/none/file"
            let inMissing = try fileError { try OutputFile.write("x", to: missing, replacing: true) }
            #expect(inMissing == FileError(.cannotCreate, path: missing, "its folder \(folder)/none does not exist"))
            try OutputFile.write("x", to: "\(folder)/file", replacing: false)
            let below = "\(folder)/file/below"
            let belowFile = try fileError { try OutputFile.check(below, replacing: true) }
            #expect(belowFile == FileError(.cannotCreate, path: below, "its folder \(folder)/file does not exist"))
        }
    }

    @Test("A path without a folder stands in the working folder, one below the root in the root")
    func plainNames() throws {
        try OutputFile.check("cantus-no-such-file", replacing: false)
        let error = try fileError { try OutputFile.check("/tmp", replacing: true) }
        #expect(error == FileError(.cannotCreate, path: "/tmp", "a folder has this name"))
        let below = try fileError { try OutputFile.check("/cantus-no-such-file", replacing: false) }
        #expect(below == nil || below?.message == "its folder / may not be written")
    }

    @Test("A name that ends in a slash or is empty is no file", arguments: ["/", "/none/", ""])
    func noName(ending: String) throws {
        try withTemporaryFolder { folder in
            let path = ending.isEmpty ? "" : folder + ending
            let early = try fileError { try OutputFile.check(path, replacing: true) }
            let late = try fileError { try OutputFile.write("x", to: path, replacing: true) }
            #expect(early?.kind == .cannotCreate)
            #expect(late == early)
            #expect(names(in: folder) == [])
        }
    }

    @Test("A folder that may not be written", .enabled(if: geteuid() != 0, "the superuser may write to every folder"))
    func readOnlyFolder() throws {
        try withTemporaryFolder { folder in
            chmod(folder, 0o555)
            defer { chmod(folder, 0o755) }
            let error = try fileError { try OutputFile.write("x", to: "\(folder)/file", replacing: true) }
            #expect(
                error == FileError(.cannotCreate, path: "\(folder)/file", "its folder \(folder) may not be written"))
        }
    }

    @Test("A body that throws leaves the older file as it was and nothing beside it")
    func throwing() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try OutputFile.write("old", to: path, replacing: false)
            for size in [3, 200_000] {
                #expect(throws: Stop.self) {
                    try OutputFile.write(to: path, replacing: true) { writer in
                        try writer.append([UInt8](repeating: 1, count: size))
                        #expect(names(in: folder).count == 2)
                        throw Stop()
                    }
                }
                #expect(names(in: folder) == ["file"])
                #expect(try text(path) == "old")
            }
            #expect(throws: Stop.self) {
                try OutputFile.write(to: "\(folder)/new", replacing: false) { _ in throw Stop() }
            }
            #expect(names(in: folder) == ["file"])
        }
    }

    @Test("The old content stands until the new one is whole")
    func unseenWhileWriting() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try OutputFile.write("old", to: path, replacing: false)
            try OutputFile.write(to: path, replacing: true) { writer in
                try writer.append([UInt8](repeating: 65, count: 200_000))
                #expect(try text(path) == "old")
            }
            #expect(try text(path) == String(repeating: "A", count: 200_000))
        }
    }

    @Test("Pieces smaller, as large and larger than the buffer arrive in order")
    func largeWrites() throws {
        try withTemporaryFolder { folder in
            let sizes = [1, 65_535, 1, 65_536, 0, 65_537, 200_000, 10, 30_000, 30_000, 30_000, 1_000_000, 3]
            var expected: [UInt8] = []
            try OutputFile.write(to: "\(folder)/file", replacing: false) { writer in
                for (number, size) in sizes.enumerated() {
                    let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 ^ number &* 37) }
                    expected += piece
                    try writer.append(piece)
                }
                try writer.append("é重")
                expected += Array("é重".utf8)
            }
            #expect(try InputFile.bytes(at: "\(folder)/file") == expected)
        }
    }

    @Test("A full disk is an error of writing", .enabled(if: access("/dev/full", W_OK) == 0, "there is no /dev/full"))
    func fullDisk() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            let error = try fileError {
                try OutputFile.write(to: path, replacing: false) { writer in
                    // The device that is always full takes the place of the temporary file.
                    let temporary = try #require(names(in: folder).first)
                    let descriptor = try #require(openDescriptor(of: "\(folder)/\(temporary)"))
                    let full = open("/dev/full", O_WRONLY)
                    try #require(dup2(full, descriptor) == descriptor)
                    close(full)
                    try writer.append("x")
                }
            }
            #expect(error?.kind == .inputOutput)
            #expect(error?.message.hasPrefix("writing failed: ") == true)
            #expect(names(in: folder) == [])
        }
    }

    @Test("What stands under the temporary file's name is replaced, a link there is not followed")
    func temporaryName() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try OutputFile.write("mine", to: "\(folder)/other", replacing: false)
            try #require(symlink("\(folder)/other", "\(path).partial") == 0)
            try OutputFile.write("new", to: path, replacing: false)
            #expect(try text("\(folder)/other") == "mine")
            #expect(try text(path) == "new")
            #expect(names(in: folder) == ["file", "other"])
        }
    }

    @Test("Removing: the file goes, a missing one is no error, a folder is one")
    func remove() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/file"
            try OutputFile.write("x", to: path, replacing: false)
            #expect(OutputFile.exists(path))
            try OutputFile.remove(path)
            #expect(!OutputFile.exists(path))
            try OutputFile.remove(path)
            let error = try fileError { try OutputFile.remove(folder) }
            #expect(error?.kind == .inputOutput)
        }
    }
}

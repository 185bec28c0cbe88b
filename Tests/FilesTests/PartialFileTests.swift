import Files
import Foundation
import Testing

/// What a process leaves that is killed while it writes.
@Suite struct PartialFileTests {
    @Test func leftoversAreReplacedAndRemoved() throws {
        let folder = NSTemporaryDirectory() + "cantus-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/out.txt"
        // The name that a file has while it is written, as a killed process would leave it.
        var names: [String] = []
        try OutputFile.write(to: path, replacing: false) { writer in
            try writer.append("whole")
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        }
        let partial = try #require(names.first)
        #expect(names.count == 1 && partial != "out.txt")
        try "half".write(toFile: folder + "/" + partial, atomically: false, encoding: .utf8)
        try OutputFile.write("again", to: path, replacing: true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.txt"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "again")
        try "half".write(toFile: folder + "/" + partial, atomically: false, encoding: .utf8)
        try OutputFile.remove(path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
}

import Foundation
import Testing

/// A new folder that goes when nobody refers to it any more.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "cantus-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { delete() }

    func delete() {
        // A folder that a test has closed is opened again, or it would stay.
        try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the folder.
    subscript(name: String) -> String { path + "/" + name }

    func url(_ name: String) -> URL { URL(fileURLWithPath: self[name]) }

    /// The names of what is in the folder, sorted.
    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self[name]) }

    func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: url(name))
    }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: url(name)))
    }

    func text(_ name: String) throws -> String {
        try #require(String(validating: try bytes(name), as: UTF8.self), "\(name) is UTF-8")
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(at: url(name), withIntermediateDirectories: true)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: self[name]) }
}

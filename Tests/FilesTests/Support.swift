import Files
import Glibc
import Testing

/// Runs `body` with the path of a new folder, which is removed afterwards with what is in it.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = "/tmp/cantus-\(UInt64.random(in: 0 ... .max))"
    try #require(mkdir(folder, 0o755) == 0)
    defer {
        for name in names(in: folder) {
            unlink("\(folder)/\(name)")
            rmdir("\(folder)/\(name)")
        }
        rmdir(folder)
    }
    return try body(folder)
}

/// The names of what is in a folder, sorted.
func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}

/// The file error that `body` throws, nil where it throws none.
func fileError<Result>(_ body: () throws -> Result) throws -> FileError? {
    do {
        _ = try body()
        return nil
    } catch let error as FileError {
        return error
    }
}

/// The descriptor under which this process has a file open.
func openDescriptor(of path: String) -> Int32? {
    names(in: "/proc/self/fd").lazy.compactMap { Int32($0) }.first { descriptor in
        var target = [UInt8](repeating: 0, count: 4096)
        let count = target.withUnsafeMutableBytes { readlink("/proc/self/fd/\(descriptor)", $0.baseAddress!, $0.count) }
        return count > 0 && String(decoding: target[..<count], as: UTF8.self) == path
    }
}

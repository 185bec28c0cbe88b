import Files

/// Runs `body` with the path of a file that is removed afterwards.
public func withTemporaryFile<Result>(_ name: String, _ body: (String) throws -> Result) throws -> Result {
    let path = "/tmp/cantus-\(UInt64.random(in: 0 ... .max))-\(name)"
    defer { try? OutputFile.remove(path) }
    return try body(path)
}

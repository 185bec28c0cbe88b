import Files
import ModelFiles
import Testing

/// A generator whose numbers depend on its seed alone (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// The bytes of a safetensors file with this header, as it stands, and these data.
func fileBytes(header: String, data: [UInt8] = []) -> [UInt8] { fileBytes(header: Array(header.utf8), data: data) }

func fileBytes(header: [UInt8], data: [UInt8] = []) -> [UInt8] {
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { [UInt8]($0) } + header + data
}

/// The description of the error that reading these bytes gives; nil where they are accepted.
func rejection(_ bytes: [UInt8]) throws -> String? {
    do {
        _ = try SafetensorsFile(bytes: bytes, path: "test")
        return nil
    } catch let error as FileError {
        #expect(error.kind == .malformed)
        return error.description
    }
}

/// The description of the error that `body` throws; nil where it throws none.
func failure<Result>(_ body: () throws -> Result) throws -> String? {
    do {
        _ = try body()
        return nil
    } catch let error as FileError {
        return error.description
    }
}

/// Runs `body` with the path of a file that is removed afterwards.
func withTemporaryFile<Result>(_ name: String, _ body: (String) throws -> Result) throws -> Result {
    let path = "/tmp/cantus-\(UInt64.random(in: 0 ... .max))-\(name)"
    defer { try? OutputFile.remove(path) }
    return try body(path)
}

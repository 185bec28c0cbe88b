import Files
import ModelFiles
import Testing

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

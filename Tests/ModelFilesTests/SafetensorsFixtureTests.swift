import ModelFiles
import Testing

@Suite("Safetensors: a file of the reference implementation")
struct SafetensorsFixtureTests {
    /// Made by make.py in its folder, which holds the same values.
    private func reference() throws -> SafetensorsFile {
        let folder = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        return try SafetensorsFile(contentsOf: "/\(folder)/Fixtures/safetensors/reference.safetensors")
    }

    @Test("Metadata and names")
    func names() throws {
        let file = try reference()
        #expect(file.metadata == ["format": "pt", "note": "línea 1\nlínea \"2\"\t🦊"])
        #expect(
            Set(file.tensors.map(\.name)) == [
                "float64", "float32", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "bool",
                "scalar", "empty", "näme \"quoted\"\\\n重み 🦊",
            ])
    }

    @Test("Values of every element type")
    func values() throws {
        let file = try reference()
        for name in ["float64", "float32", "float16", "bfloat16"] {
            #expect(try file.floats(name, shape: [2, 3]) == [-0.5, -0.25, 0, 0.25, 0.5, 0.75])
        }
        for (name, shift) in [("int64", 40), ("int32", 20), ("int16", 8), ("int8", 4)] {
            #expect(try file.integers(name, shape: [3, 2]) == (-2...3).map { $0 << shift })
        }
        #expect(try file.bytes("uint8", shape: [6]) == [250, 251, 252, 253, 254, 255])
        #expect(try file.booleans("bool", shape: [3]) == [true, false, true])
        #expect(try file.floats("scalar", shape: []) == [1.5])
        #expect(try file.floats("empty", shape: [0, 3]) == [])
        #expect(try file.floats("näme \"quoted\"\\\n重み 🦊", shape: [1]) == [-1])
    }
}

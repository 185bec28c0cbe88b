import ModelFiles
import Testing

@Suite("String tables")
struct StringTableTests {
    private func decoded(bytes: [UInt8], offsets: [Int64]) throws -> StringTable {
        var file = SafetensorsFile()
        file.append("v.bytes", shape: [bytes.count], bytes: bytes)
        file.append("v.offsets", shape: [offsets.count], integers: offsets)
        return try StringTable(named: "v", in: file)
    }

    @Test("Tables come back equal", arguments: [[], [""], ["a"], ["", "naïve", "重み", "", "🦊🦊", "\0"]])
    func roundTrip(strings: [String]) throws {
        var file = SafetensorsFile()
        StringTable(strings).encode(named: "vocabulary", into: &file)
        let read = try SafetensorsFile(bytes: try file.serialized(), path: "test")
        #expect(try StringTable(named: "vocabulary", in: read).strings == strings)
        let offsets = try read.integers("vocabulary.offsets", shape: [strings.count + 1])
        #expect(offsets.last == read["vocabulary.bytes"]?.byteCount)
    }

    @Test("Strings that differ only in normalization keep their bytes")
    func normalization() throws {
        let strings = ["\u{E9}", "e\u{301}"]
        var file = SafetensorsFile()
        StringTable(strings).encode(named: "v", into: &file)
        #expect(try StringTable(named: "v", in: file).strings.map { Array($0.utf8) } == strings.map { Array($0.utf8) })
    }

    @Test("Offsets must rise from 0 to the number of bytes", arguments: [
        ([], "tensor \"v.offsets\" is empty, at least the offset 0 expected"),
        ([1, 3], "tensor \"v.offsets\", element [0]: 1 found, 0 expected"),
        ([0, 2], "tensor \"v.offsets\", element [1]: 2 found, 3 expected"),
        ([0, 4], "tensor \"v.offsets\", element [1]: 4 found, 0 to 3 expected"),
        ([0, 2, 1, 3], "tensor \"v.offsets\", element [2]: 1 found, 2 to 3 expected"),
        ([0, -1, 3], "tensor \"v.offsets\", element [1]: -1 found, 0 to 3 expected"),
        ([0, .max], "tensor \"v.offsets\", element [1]: 9223372036854775807 found, 0 to 3 expected"),
    ] as [([Int64], String)])
    func offsets(offsets: [Int64], message: String) throws {
        let found = try failure { try decoded(bytes: [97, 98, 99], offsets: offsets) }
        #expect(found == "model in memory: " + message)
    }

    @Test("Every string must be valid UTF-8 by itself")
    func text() throws {
        let invalid = try failure { try decoded(bytes: [97, 0xFF], offsets: [0, 2]) }
        #expect(invalid == "model in memory: tensor \"v.bytes\", element [1]: invalid UTF-8 found in string 0")
        // An é that is cut in two.
        let cut = try failure { try decoded(bytes: [97, 0xC3, 0xA9], offsets: [0, 2, 3]) }
        #expect(cut == "model in memory: tensor \"v.bytes\", element [1]: invalid UTF-8 found in string 0")
    }

    @Test("Both tensors must be there, of their type and of one dimension")
    func tensors() throws {
        var file = SafetensorsFile()
        let nothing = try failure { try StringTable(named: "v", in: file) }
        #expect(nothing != nil)
        file.append("v.bytes", shape: [1, 1], bytes: [97])
        let withoutOffsets = try failure { try StringTable(named: "v", in: file) }
        #expect(withoutOffsets == "model in memory: no tensor \"v.offsets\" found")
        file.append("v.offsets", shape: [2], integers: [0, 1] as [Int64])
        let twoDimensions = try failure { try StringTable(named: "v", in: file) }
        #expect(
            twoDimensions
                == "model in memory: tensor \"v.bytes\" of shape [1, 1] found, a list of one dimension expected")
    }
}

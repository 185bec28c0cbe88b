import Files
import ModelFiles
import TestSupport
import Testing

@Suite("Safetensors: written and read back")
struct SafetensorsRoundTripTests {
    /// A file with random names, shapes, values and metadata.
    static func randomFile(_ generator: inout SeededGenerator) -> SafetensorsFile {
        let letters: [Character] = ["a", "B", "7", ".", " ", "\"", "\\", "\n", "\u{1}", "\u{7F}", "é", "重", "🦊"]
        func text() -> String {
            let length = Int.random(in: 0...12, using: &generator)
            return String((0..<length).map { _ in letters.randomElement(using: &generator)! })
        }
        var file = SafetensorsFile()
        for _ in 0..<Int.random(in: 0...4, using: &generator) { file.metadata[text()] = text() }
        for number in 0..<Int.random(in: 0...8, using: &generator) {
            let name = text() + "\(number)"
            let rank = Int.random(in: 0...4, using: &generator)
            let shape = (0..<rank).map { _ in Int.random(in: 0...3, using: &generator) }
            let count = shape.reduce(1, *)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                let values = (0..<count).map { _ in Float.random(in: -1e9...1e9, using: &generator) }
                file.append(name, shape: shape, floats: values)
            case 1:
                let values = (0..<count).map { _ in Int32.random(in: .min ... .max, using: &generator) }
                file.append(name, shape: shape, integers: values)
            case 2:
                let values = (0..<count).map { _ in Int64.random(in: .min ... .max, using: &generator) }
                file.append(name, shape: shape, integers: values)
            default:
                let values = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
                file.append(name, shape: shape, bytes: values)
            }
        }
        return file
    }

    static func expectSame(_ left: SafetensorsFile, _ right: SafetensorsFile) throws {
        #expect(left.metadata == right.metadata)
        #expect(left.tensors.map(\.name) == right.tensors.map(\.name))
        for (a, b) in zip(left.tensors, right.tensors) {
            #expect(a.dataType == b.dataType)
            #expect(a.shape == b.shape)
            #expect(a.withUnsafeBytes { [UInt8]($0) } == b.withUnsafeBytes { [UInt8]($0) })
        }
    }

    @Test("Random files come back equal, from memory and from a mapped file", arguments: 0..<200)
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let file = Self.randomFile(&generator)
        let bytes = try file.serialized()
        try Self.expectSame(file, try SafetensorsFile(bytes: bytes, path: "test"))
        try withTemporaryFile("round-trip.safetensors") { path in
            try file.write(to: path, replacing: false)
            #expect(try InputFile.bytes(at: path) == bytes)
            let mapped = try SafetensorsFile(contentsOf: path)
            try Self.expectSame(file, mapped)
            #expect(try mapped.serialized() == bytes)
        }
    }

    @Test("The same content gives the same bytes, whatever the order in which metadata were set")
    func deterministic() throws {
        let keys = (0..<50).map { "key\($0)" }
        var forward = SafetensorsFile()
        var backward = SafetensorsFile()
        for key in keys { forward.metadata[key] = key }
        for key in keys.reversed() { backward.metadata[key] = key }
        for number in [0, 1] {
            forward.append("w\(number)", shape: [2], floats: [1, 2])
            backward.append("w\(number)", shape: [2], floats: [1, 2])
        }
        #expect(try forward.serialized() == backward.serialized())
    }

    @Test("The header is as documented: metadata first and sorted, tensors in order, padded to 64 bytes")
    func layout() throws {
        var file = SafetensorsFile(metadata: ["b": "2", "a": "1"])
        file.append("z", shape: [3], bytes: [1, 2, 3])
        file.append("a", shape: [], floats: [1])
        file.append("m", shape: [1], integers: [Int64(7)])
        let bytes = try file.serialized()
        let json =
            #"{"__metadata__":{"a":"1","b":"2"},"z":{"dtype":"U8","shape":[3],"data_offsets":[12,15]},"#
            + #""a":{"dtype":"F32","shape":[],"data_offsets":[8,12]},"#
            + #""m":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}"#
        let headerLength = bytes.count - 8 - 15
        #expect((8 + headerLength) % 64 == 0)
        #expect(bytes.prefix(8) == [UInt8(headerLength), 0, 0, 0, 0, 0, 0, 0])
        let padding = String(repeating: " ", count: headerLength - json.utf8.count)
        #expect(String(decoding: bytes[8..<(8 + headerLength)], as: UTF8.self) == json + padding)
        #expect(bytes.suffix(15) == [7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F, 1, 2, 3])
    }

    @Test("A file without tensors and metadata is sound")
    func empty() throws {
        let bytes = try SafetensorsFile().serialized()
        #expect(bytes.count == 64)
        let file = try SafetensorsFile(bytes: bytes, path: "test")
        #expect(file.tensors.isEmpty && file.metadata.isEmpty)
    }

    @Test("F32 tensors of a mapped file are used in place, whatever stands before them")
    func noCopy() throws {
        var file = SafetensorsFile()
        file.append("odd", shape: [3], bytes: [1, 2, 3])
        file.append("weight", shape: [2, 2], floats: [1, 2, 3, 4])
        try withTemporaryFile("no-copy.safetensors") { path in
            try file.write(to: path, replacing: false)
            let mapped = try SafetensorsFile(contentsOf: path)
            let data = mapped["weight"]!.withUnsafeBytes { $0.baseAddress! }
            try mapped.withUnsafeFloats("weight", shape: [2, 2]) { values in
                #expect(UnsafeRawPointer(values.baseAddress!) == data)
                #expect(Array(values) == [1, 2, 3, 4])
            }
        }
    }

    @Test("F32 data that are not aligned are copied", arguments: 1...3)
    func unaligned(padding: Int) throws {
        let header =
            #"{"a":{"dtype":"U8","shape":[\#(padding)],"data_offsets":[0,\#(padding)]},"#
            + #""w":{"dtype":"F32","shape":[2],"data_offsets":[\#(padding),\#(padding + 8)]}}"#
        let length = (header.utf8.count + 7) / 8 * 8
        let padded = header + String(repeating: " ", count: length - header.utf8.count)
        let data = [UInt8](repeating: 9, count: padding) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]
        let file = try SafetensorsFile(bytes: fileBytes(header: padded, data: data), path: "test")
        #expect(try file.withUnsafeFloats("w") { Array($0) } == [1, 2])
        #expect(try file.floats("w") == [1, 2])
    }

    @Test("An unfinished write leaves the older file")
    func atomic() throws {
        try withTemporaryFile("atomic.safetensors") { path in
            var file = SafetensorsFile()
            file.append("w", shape: [1], floats: [1])
            try file.write(to: path, replacing: false)
            let old = try InputFile.bytes(at: path)
            let message = try failure { try file.write(to: path, replacing: false) }
            #expect(message == "\(path): the file exists; --force replaces it")
            file.append("v", shape: [1], floats: [.nan])
            #expect(throws: FileError.self) { try file.write(to: path, replacing: true) }
            #expect(try InputFile.bytes(at: path) == old)
        }
    }

    @Test("NaN and infinity are refused with tensor and element unless allowed")
    func nonFinite() throws {
        for value in [Float.nan, .infinity, -.infinity] {
            var file = SafetensorsFile()
            file.append("fine", shape: [2], floats: [1, .greatestFiniteMagnitude])
            file.append("layer.weight", shape: [2, 3], floats: [0, 1, 2, 3, 4, value])
            let message = try failure { try file.serialized() }
            #expect(
                message
                    == "model in memory: tensor \"layer.weight\", element [1, 2]: \(value) to be written, "
                    + "a finite number expected")
            let bytes = try file.serialized(nonFinite: .allowed)
            let read = try SafetensorsFile(bytes: bytes, path: "test").floats("layer.weight")
            #expect(read[5].bitPattern == value.bitPattern)
        }
    }
}

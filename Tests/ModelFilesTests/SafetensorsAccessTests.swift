import Files
import ModelFiles
import Testing

@Suite("Safetensors: typed access")
struct SafetensorsAccessTests {
    private func file(_ dtype: String, _ count: Int, _ data: [UInt8]) throws -> SafetensorsFile {
        let header = #"{"x":{"dtype":"\#(dtype)","shape":[\#(count)],"data_offsets":[0,\#(data.count)]}}"#
        return try SafetensorsFile(bytes: fileBytes(header: header, data: data), path: "test")
    }

    private func littleEndian<Integer: FixedWidthInteger>(_ values: [Integer]) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) } }
    }

    @Test("A missing tensor names the nearest one")
    func missing() throws {
        var file = SafetensorsFile()
        let withoutTensors = try failure { try file.floats("encoder.weight") }
        #expect(withoutTensors == "model in memory: no tensor \"encoder.weight\" found")
        file.append("decoder.bias", shape: [1], floats: [1])
        file.append("encoder.weigth", shape: [1], floats: [1])
        file.append("x", shape: [1], floats: [1])
        let withTensors = try failure { try file.floats("encoder.weight") }
        #expect(
            withTensors
                == "model in memory: no tensor \"encoder.weight\" found; the nearest name is \"encoder.weigth\"")
        #expect(file["encoder.weight"] == nil)
        #expect(file["x"]?.elementCount == 1)
    }

    @Test("A wrong shape or type names what was found and expected")
    func mismatch() throws {
        var file = SafetensorsFile()
        file.append("w", shape: [2, 1], floats: [1, 2])
        file.append("i", shape: [2], integers: [1, 2] as [Int32])
        let shapeMessage = try failure { try file.floats("w", shape: [4, 8]) }
        #expect(shapeMessage == "model in memory: tensor \"w\" of shape [2, 1] found, [4, 8] expected")
        #expect(try file.floats("w", shape: [2, 1]) == [1, 2])
        let floatsMessage = try failure { try file.floats("i") }
        #expect(floatsMessage == "model in memory: tensor \"i\" of dtype I32 found, F32, F16, BF16 or F64 expected")
        let integersMessage = try failure { try file.integers("w") }
        #expect(integersMessage == "model in memory: tensor \"w\" of dtype F32 found, I64, I32, I16, I8 or U8 expected")
        let bytesMessage = try failure { try file.bytes("i") }
        #expect(bytesMessage == "model in memory: tensor \"i\" of dtype I32 found, U8 expected")
        let booleansMessage = try failure { try file.booleans("i") }
        #expect(booleansMessage == "model in memory: tensor \"i\" of dtype I32 found, BOOL expected")
        let unsafeFloatsMessage = try failure { try file.withUnsafeFloats("i") { $0.count } }
        #expect(unsafeFloatsMessage != nil)
    }

    @Test("Every F16 becomes the number that its bits stand for")
    func halves() throws {
        let patterns = (0...UInt16.max).map { $0 }
        let values = try file("F16", patterns.count, littleEndian(patterns)).floats("x")
        for (pattern, value) in zip(patterns, values) {
            let sign: Float = pattern >> 15 == 0 ? 1 : -1
            let exponent = Int(pattern >> 10 & 31)
            let fraction = Float(pattern & 1023) / 1024
            switch exponent {
            case 31 where fraction == 0: #expect(value == sign * .infinity)
            case 31: #expect(value.isNaN)
            case 0: #expect(value == sign * fraction * 0x1p-14)
            default:
                let power = Float(sign: .plus, exponent: exponent - 15, significand: 1)
                #expect(value == sign * (1 + fraction) * power)
            }
        }
    }

    @Test("BF16 is the upper half of F32")
    func bfloats() throws {
        let patterns: [UInt16] = [0x3F80, 0xC000, 0x0000, 0x7F80, 0x3DCD]
        #expect(try file("BF16", 5, littleEndian(patterns)).floats("x") == [1, -2, 0, .infinity, 0.10009765625])
    }

    @Test("F64 is rounded; what exceeds F32 is an error, infinity is not")
    func doubles() throws {
        let bytes = littleEndian([0.1, -.infinity, 1e-60].map(\.bitPattern))
        #expect(try file("F64", 3, bytes).floats("x") == [0.1, -.infinity, 0])
        let large = try file("F64", 2, littleEndian([1, 1e300].map(\.bitPattern)))
        let place = 8 + #"{"x":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}}"#.utf8.count + 8
        let message = try failure { try large.floats("x") }
        #expect(message == "test, byte \(place): tensor \"x\", element [1]: 1e+300 found, which exceeds F32")
    }

    @Test("Integers of every width are read; one that does not fit is an error")
    func integers() throws {
        #expect(try file("I64", 2, littleEndian([Int64.min, .max])).integers("x") == [Int.min, .max])
        #expect(try file("I32", 2, littleEndian([Int32.min, .max])).integers("x", as: Int32.self) == [.min, .max])
        #expect(try file("I16", 2, littleEndian([Int16.min, .max])).integers("x") == [-32768, 32767])
        #expect(try file("I8", 2, littleEndian([Int8.min, .max])).integers("x") == [-128, 127])
        #expect(try file("U8", 2, [0, 255]).integers("x") == [0, 255])
        let wide = try file("I64", 3, littleEndian([0, Int64(Int32.max), Int64(Int32.max) + 1]))
        let message = try failure { try wide.integers("x", as: Int32.self) }
        #expect(message?.hasSuffix("tensor \"x\", element [2]: 2147483648 found, which exceeds Int32") == true)
    }

    @Test("BOOL is 0 or 1")
    func booleans() throws {
        #expect(try file("BOOL", 3, [1, 0, 1]).booleans("x") == [true, false, true])
        let message = try failure { try file("BOOL", 3, [1, 0, 2]).booleans("x") }
        #expect(message?.hasSuffix("tensor \"x\", element [2]: byte value 2 found, 0 or 1 expected") == true)
    }
}

import Files
import ModelFiles
import TestSupport
import Testing

@Suite("Safetensors: hostile files")
struct SafetensorsHostileFileTests {
    private static func entry(_ name: String, _ count: Int, _ begin: Int, _ end: Int) -> String {
        #""\#(name)":{"dtype":"U8","shape":[\#(count)],"data_offsets":[\#(begin),\#(end)]}"#
    }

    private static func small() throws -> [UInt8] {
        var file = SafetensorsFile(metadata: ["kéy": "välue\n"])
        file.append("w", shape: [2, 2], floats: [1, 2, 3, 4])
        file.append("ids", shape: [2], integers: [1, 2] as [Int64])
        file.append("b", shape: [3], bytes: [1, 2, 3])
        return try file.serialized()
    }

    @Test("A file cut at any byte is refused at that byte or in its header")
    func truncation() throws {
        let bytes = try Self.small()
        for count in bytes.indices {
            let message = try rejection(Array(bytes[..<count]))
            #expect(message?.hasPrefix("test, byte \(count): the file ends here") == true, "cut at \(count)")
            try withTemporaryFile("cut.safetensors") { path in
                try OutputFile.write(to: path, replacing: false) { try $0.append(Array(bytes[..<count])) }
                #expect(throws: FileError.self) { try SafetensorsFile(contentsOf: path) }
            }
        }
    }

    @Test("Changed bytes in the header never trap", arguments: 0..<20)
    func changedBytes(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let bytes = try Self.small()
        let headerEnd = bytes.count - 16 - 16 - 3
        var refused = 0
        for _ in 0..<1000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0..<headerEnd, using: &generator)
                changed[place] = UInt8.random(in: .min ... .max, using: &generator)
            }
            guard try rejection(changed) != nil else {
                // What is accepted must be safe to read.
                let file = try SafetensorsFile(bytes: changed, path: "test")
                for tensor in file.tensors { _ = tensor.withUnsafeBytes { $0.reduce(0) { $0 ^ $1 } } }
                _ = try? file.floats("w")
                continue
            }
            refused += 1
        }
        #expect(refused > 500)
    }

    @Test("Header lengths beyond the file or the limit", arguments: [
        (UInt64(3), "byte 10: the file ends here, a header up to byte 11 was expected"),
        (UInt64(100_000_001), "byte 0: a header of 100000001 bytes found, at most 100000000 expected"),
        (UInt64.max, "byte 0: a header of 18446744073709551615 bytes found, at most 100000000 expected"),
        (UInt64(0), "byte 8: a header that begins with '{' was expected"),
    ])
    func headerLength(length: UInt64, message: String) throws {
        let bytes = withUnsafeBytes(of: length.littleEndian) { [UInt8]($0) } + [123, 125]
        #expect(try rejection(bytes) == "test, " + message)
    }

    @Test("JSON that is not what the format says", arguments: [
        (" {}", "byte 8: a header that begins with '{' was expected"),
        ("[]", "byte 8: a header that begins with '{' was expected"),
        ("{", "byte 9: the end of the header found, a key in quotation marks expected"),
        ("{}x", "byte 10: 'x' found, the end of the header expected"),
        ("{} {}", "byte 11: '{' found, the end of the header expected"),
        ("{,}", "byte 9: ',' found, a key in quotation marks expected"),
        ("{a:1}", "byte 9: 'a' found, a key in quotation marks expected"),
        (#"{"a" 1}"#, "byte 13: '1' found, ':' after the key expected"),
        (#"{"a":1}"#, #"byte 13: '1' found, the description of tensor "a" expected"#),
        (#"{"a":null}"#, #"byte 13: 'n' found, the description of tensor "a" expected"#),
        (#"{"a"#, "byte 11: the end of the header found, a closing quotation mark expected"),
        (#"{"a\"#, "byte 12: the end of the header found, a closing quotation mark expected"),
        ("{\"a\u{1}\"", "byte 11: byte value 1 found, a control character as an escape expected"),
        (#"{"a\x":1}"#, #"byte 12: 'x' found, one of the escapes \" \\ \/ \b \f \n \r \t \u expected"#),
        (#"{"\u12G4":1}"#, #"byte 14: 'G' found, four hexadecimal digits after \u expected"#),
        (#"{"\u12":1}"#, #"byte 14: '"' found, four hexadecimal digits after \u expected"#),
        (#"{"\uD83E":1}"#, "byte 10: half of a surrogate pair found, both halves expected"),
        (#"{"\uD83E\u0041":1}"#, "byte 10: half of a surrogate pair found, both halves expected"),
        (#"{"\uDD8A":1}"#, "byte 10: half of a surrogate pair found, both halves expected"),
        (#"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},}"#,
            "byte 61: '}' found, a key in quotation marks expected"),
        (#"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]} "b":1}"#, "byte 61: '\"' found, ',' or '}' expected"),
        (#"{"a":{"dtype":"U8","shape":[0,],"data_offsets":[0,0]}}"#,
            "byte 38: ']' found, a whole number of zero or more expected"),
        (#"{"__metadata__":{"a":1}}"#, #"byte 29: '1' found, a text for "a" expected"#),
        (#"{"__metadata__":{"a":{"b":"c"}}}"#, #"byte 29: '{' found, a text for "a" expected"#),
        (#"{"__metadata__":[]}"#, "byte 24: '[' found, an object of texts expected"),
        (#"{"__metadata__":{},"__metadata__":{}}"#, #"byte 27: key "__metadata__" found a second time"#),
        (#"{"__metadata__":{"a":"1","a":"2"}}"#, #"byte 33: key "a" found a second time"#),
    ])
    func json(header: String, message: String) throws {
        #expect(try rejection(fileBytes(header: header)) == "test, " + message)
    }

    @Test("Invalid UTF-8 is named at its byte", arguments: [
        ([0xFF], 0), ([97, 0xC3], 1), ([0xC0, 0x80], 0), ([97, 0xC3, 0xA9, 0xED, 0xA0, 0x80], 3),
        ([0xF4, 0x90, 0x80, 0x80], 0), ([97, 92, 0xC3, 0xA9, 0x80], 4),
    ] as [([UInt8], Int)])
    func invalidUTF8(text: [UInt8], place: Int) throws {
        let header = Array("{\"".utf8) + text + Array("\":1}".utf8)
        #expect(try rejection(fileBytes(header: header)) == "test, byte \(10 + place): invalid UTF-8 found in a string")
    }

    @Test("Deep nesting ends at the first level that the format does not have")
    func nesting() throws {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(
            try rejection(fileBytes(header: #"{"a":{"shape":["# + deep))
                == "test, byte 23: '[' found, a whole number of zero or more expected")
        let objects = String(repeating: #"{"a":"#, count: 1_000_000)
        #expect(
            try rejection(fileBytes(header: objects))
                == #"test, byte 14: key "a" found, dtype, shape or data_offsets expected"#)
    }

    @Test("Tensors that are not sound", arguments: [
        (#"{"a":{"shape":[1],"data_offsets":[0,1]}}"#, #"byte 9: tensor "a" found without dtype"#),
        (#"{"a":{"dtype":"U8","data_offsets":[0,1]}}"#, #"byte 9: tensor "a" found without shape"#),
        (#"{"a":{"dtype":"U8","shape":[1]}}"#, #"byte 9: tensor "a" found without data_offsets"#),
        (#"{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#,
            #"byte 27: key "dtype" found a second time"#),
        (#"{"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}"#,
            #"byte 39: key "shape" found a second time"#),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"strides":[1]}}"#,
            #"byte 60: key "strides" found, dtype, shape or data_offsets expected"#),
        (#"{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,1]}}"#,
            #"byte 22: dtype "Q4" found, F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL expected"#),
        (#"{"a":{"dtype":8,"shape":[1],"data_offsets":[0,1]}}"#, "byte 22: '8' found, a text for dtype expected"),
        (#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#,
            "byte 36: '-' found, a whole number of zero or more expected"),
        (#"{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, "byte 37: '.' found, ',' or ']' expected"),
        (#"{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}"#, "byte 37: 'e' found, ',' or ']' expected"),
        (#"{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}"#, "byte 36: a number with a leading zero found"),
        (#"{"a":{"dtype":"U8","shape":1,"data_offsets":[0,1]}}"#,
            "byte 35: '1' found, a list of whole numbers expected"),
        (#"{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}"#,
            "byte 36: a number above 9223372036854775807 found"),
        (#"{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,1]}}"#,
            #"byte 35: tensor "a" of shape [4294967296, 4294967296] exceeds 9223372036854775807 bytes"#),
        (#"{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,1]}}"#,
            #"byte 36: tensor "a" of shape [4611686018427387904] exceeds 9223372036854775807 bytes"#),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1]}}"#,
            "byte 54: data_offsets [1] found, a begin and an end that is not before it expected"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}"#, "byte 59: more than 2 numbers found in a list"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#,
            "byte 54: data_offsets [1, 0] found, a begin and an end that is not before it expected"),
        (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}"#,
            "byte 54: an offset of 9223372036854775807 found, which no file can have"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,1]}}"#,
            #"byte 55: 1 bytes found for tensor "a", 4 expected for F32 of shape [1]"#),
        (#"{"a":{"dtype":"U8","shape":[2,0],"data_offsets":[0,1]}}"#,
            #"byte 56: 1 bytes found for tensor "a", 0 expected for U8 of shape [2, 0]"#),
    ])
    func tensors(header: String, message: String) throws {
        #expect(try rejection(fileBytes(header: header, data: [0])) == "test, " + message)
    }

    @Test("A shape of more dimensions than any library has")
    func rank() throws {
        func header(_ rank: Int) -> String {
            let ones = [String](repeating: "1", count: rank).joined(separator: ",")
            return #"{"a":{"dtype":"U8","shape":[\#(ones)],"data_offsets":[0,1]}}"#
        }
        #expect(try rejection(fileBytes(header: header(64), data: [0])) == nil)
        #expect(
            try rejection(fileBytes(header: header(65), data: [0]))
                == "test, byte 164: more than 64 numbers found in a list")
    }

    @Test("Data that belong to no tensor or to two")
    func layout() throws {
        func check(_ entries: [String], data: Int, _ expected: (_ start: Int) -> String?) throws {
            let header = "{" + entries.joined(separator: ",") + "}"
            let bytes = fileBytes(header: header, data: [UInt8](repeating: 0, count: data))
            #expect(try rejection(bytes) == expected(bytes.count - data).map { "test, byte " + $0 })
        }
        let (first, second) = (Self.entry("a", 2, 0, 2), Self.entry("b", 2, 2, 4))
        try check([first, second], data: 4) { _ in nil }
        // The order of the header need not be that of the data.
        try check([second, first], data: 4) { _ in nil }
        try check([first, second], data: 5) {
            "\($0 + 4): 1 bytes found after the last tensor, the end of the file expected"
        }
        try check([first, second], data: 3) {
            "\($0 + 3): the file ends here, tensor \"b\" was expected to end at byte \($0 + 4)"
        }
        try check([], data: 1) { "\($0): 1 bytes found after the last tensor, the end of the file expected" }
        try check([first, Self.entry("b", 2, 3, 5)], data: 5) {
            "\($0 + 2): 1 bytes found that belong to no tensor, tensor \"b\" expected"
        }
        try check([Self.entry("b", 1, 1, 2)], data: 2) {
            "\($0): 1 bytes found that belong to no tensor, tensor \"b\" expected"
        }
        let offsetsByte = 8 + "{,".utf8.count + first.utf8.count + second.utf8.count - "[1,3]}".utf8.count
        try check([first, Self.entry("b", 2, 1, 3)], data: 3) {
            "\(offsetsByte): tensor \"b\" begins at byte \($0 + 1), inside another tensor that ends at byte \($0 + 2)"
        }
        try check([first, Self.entry("b", 0, 1, 1)], data: 2) {
            "\(offsetsByte): tensor \"b\" begins at byte \($0 + 1), inside another tensor that ends at byte \($0 + 2)"
        }
        try check([first, Self.entry("b", 2, 0, 2)], data: 2) {
            "\(offsetsByte): tensor \"b\" begins at byte \($0), inside another tensor that ends at byte \($0 + 2)"
        }
        try check([first, Self.entry("b", 0, 2, 2), Self.entry("c", 0, 0, 0)], data: 2) { _ in nil }
    }

    @Test("Names that appear twice, also in another normalization or escaped")
    func duplicateNames() throws {
        for second in ["\u{E9}", "e\u{301}", #"\u00e9"#, #"e\u0301"#] {
            let first = Self.entry("\u{E9}", 0, 0, 0)
            let message = try rejection(fileBytes(header: "{\(first),\(Self.entry(second, 0, 0, 0))}"))
            #expect(message?.hasPrefix("test, byte \(8 + "{,".utf8.count + first.utf8.count): key \"") == true)
            #expect(message?.hasSuffix("\" found a second time") == true)
        }
    }

    @Test("Escapes and white space that JSON allows are read")
    func escapes() throws {
        let header =
            "{ \"__metadata__\" : { } ,\n\t\"" + #"\"\\\/\b\f\n\r\tA\u00e9\uD83E\uDD8A"#
            + "\" :\r{ \"data_offsets\" : [ 0 , 1 ] , \"shape\":[ ],\"dtype\":\"U8\"}\n }  \n"
        let file = try SafetensorsFile(bytes: fileBytes(header: header, data: [7]), path: "test")
        #expect(file.tensors.map(\.name) == ["\"\\/\u{8}\u{C}\n\r\tAé🦊"])
    }

    @Test("Names in messages are cut and their control characters escaped")
    func longNames() throws {
        let name = #"\u001b[31m"# + String(repeating: "x", count: 10_000)
        let message = try rejection(fileBytes(header: #"{"\#(name)":{}}"#))
        let shown = #"\u{1B}[31m"# + String(repeating: "x", count: 75)
        #expect(message == "test, byte 9: tensor \"\(shown)…\" found without dtype")
    }

    @Test("Files that cannot be opened or mapped")
    func unreadable() throws {
        let missing = try failure { try SafetensorsFile(contentsOf: "/nowhere/x.safetensors") }
        #expect(missing == "/nowhere/x.safetensors: no such file")
        let folder = try failure { try SafetensorsFile(contentsOf: "/tmp") }
        #expect(folder == "/tmp: a folder was found, a file was expected")
        let device = try failure { try SafetensorsFile(contentsOf: "/dev/null") }
        #expect(device == "/dev/null, byte 0: the file ends here, the 8 bytes of the header's length were expected")
    }
}

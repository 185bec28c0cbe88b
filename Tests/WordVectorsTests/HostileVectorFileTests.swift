import Cantus
import Testing
import TestSupport

@Suite("Damaged files of word vectors")
struct HostileVectorFileTests {
    @Test("Text that is not what it promises is an error with its line")
    func text() throws {
        func failure(_ content: String, _ name: String = "v.txt") throws -> String? {
            try VectorsSupport.failure(content, as: name)
        }
        #expect(try failure("") == "line 1: the file is empty")
        #expect(try failure("", "v.vec") == "line 1: the file is empty, a header expected")
        #expect(try failure("0 3\n") == "line 1: 0 words of 3 dimensions found, at least one of each expected")
        #expect(try failure("2 1\na 1\n") == "line 2: the file ends after 1 words, the header promises 2")
        #expect(try failure("1 1\na 1\nb 2\n") == "line 3: a word found after the 1 that the header promises")
        #expect(try failure("2 2\na 1 2\nb 3\n") == "line 3: a word with 1 number found, 2 expected")
        #expect(try failure("2 2\na 1 2\nb 3 4 5\n") == "line 3: a word with 3 numbers found, 2 expected")
        #expect(try failure("a 1 2\nb 3\n") == "line 2: a word with 1 number found, 2 expected")
        #expect(try failure("a 1\na 2\n") == "line 2: word \"a\" found twice, first as word 1")
        #expect(try failure("3 1\nb 1\na 2\nb 3\n") == "line 4: word \"b\" found twice, first as word 1")
        #expect(try failure("a 1 x\n") == "line 1: \"x\" found as number 2, a number expected")
        #expect(try failure("a 1 0x1p3\n") == "line 1: \"0x1p3\" found as number 2, a number expected")
        #expect(try failure("a 1 1e\n") == "line 1: \"1e\" found as number 2, a number expected")
        #expect(try failure("a 1 -\n") == "line 1: \"-\" found as number 2, a number expected")
        #expect(try failure("a nan\n") == "line 1: \"nan\" found as number 1, a finite number expected")
        #expect(try failure("a 1\nb -inf\n") == "line 2: \"-inf\" found as number 1, a finite number expected")
        #expect(try failure("a 1e39\n") == "line 1: \"1e39\" found as number 1, a finite number expected")
        #expect(try failure("a 1\n 2\n") == "line 2: an empty word found")
        #expect(try failure("a 1\n\nb 2\n") == "line 2: an empty line found")
        #expect(try failure("alone\n") == "line 1: 1 field found, a word and its numbers expected")
        #expect(try failure("a 1\n", "v.vec")
            == "line 1: a header expected: the number of words, a space, the number of dimensions")
        // Neither promise takes memory.
        #expect(try failure("9000000000000000000 300\na 1\n") == "line 2: a word with 1 number found, 300 expected")
        #expect(try failure("1 9000000000000000000\na 1\n")
            == "line 2: a word with 1 number found, 9000000000000000000 expected")
        let invalid = Array("a 1\n".utf8) + [0xC3, 0x28] + Array(" 1\n".utf8)
        #expect(try VectorsSupport.failure { try VectorsSupport.read(invalid, as: "v.txt") }
            == "line 2: a word that is not UTF-8 found: \"\u{FFFD}(\"")
        #expect(try failure("a 1\n", "v.csv")
            == "a name without a known extension found; .safetensors, .txt, .bin or .vec expected")
    }

    @Test("Binary that is not what it promises is an error with its byte")
    func binary() throws {
        func failure(_ bytes: [UInt8]) throws -> String? {
            try VectorsSupport.failure { try VectorsSupport.read(bytes, as: "v.bin") }
        }
        let one = VectorsSupport.bytes(Float(1))
        let header = "a line with the number of words, a space and the number of dimensions expected"
        #expect(try failure([]) == "byte 0: " + header)
        #expect(try failure(Array("1 x\na ".utf8) + one) == "byte 0: " + header)
        #expect(try failure(Array("0 1\n".utf8))
            == "byte 0: 0 words of 1 dimensions found, at least one of each expected")
        #expect(try failure(Array("2 1\na ".utf8) + one)
            == "byte 10: the file ends after 1 words, the header promises 2")
        #expect(try failure(Array("1 2\na ".utf8) + one) == "byte 10: the file ends in the vector of word 1 of 1")
        #expect(try failure(Array("1 1\na ".utf8) + one + [1])
            == "byte 10: more found after the 1 words that the header promises")
        #expect(try failure(Array("1 1\na ".utf8) + VectorsSupport.bytes(Float.infinity))
            == "byte 6: inf found in the vector of word 1, a finite number expected")
        #expect(try failure(Array("2 1\na ".utf8) + one + Array("a ".utf8) + one)
            == "byte 10: word \"a\" found twice, first as word 1")
        #expect(try failure(Array("1 1\n".utf8) + [0xFF, 0x20] + one)
            == "byte 4: a word that is not UTF-8 found: \"\u{FFFD}\"")
        #expect(try failure(Array("1 1\n".utf8) + [UInt8](repeating: 0x61, count: 70_000))
            == "byte 4: no space found within 65536 bytes, one after the word expected")
        #expect(try failure(Array("9000000000000000000 9000000000000000000\na ".utf8) + one)?
            .contains("the file ends in the vector") == true)
    }

    @Test("fastText models that are quantised, of another version or cut short are errors")
    func fastText() throws {
        let sound = try InputFile.bytes(at: VectorsSupport.fixture("fasttext.bin"))
        func failure(_ bytes: [UInt8]) throws -> String? {
            try VectorsSupport.failure { try VectorsSupport.read(bytes, as: "v.bin") }
        }
        #expect(try failure(sound) == nil)
        var other = sound
        other[4] = 11
        #expect(try failure(other) == "byte 4: version 11 found, version 12 expected")
        // Magic, version and arguments take 64 bytes, the dictionary's head 28, its entries 73.
        let mark = 165
        other = sound
        other[mark] = 1
        #expect(try failure(other) == "byte 165: a quantised model found, one that is not quantised expected")
        // The output matrix, 29 bytes at the end, is not read; every shorter file is an error.
        for length in stride(from: 4, to: sound.count - 29, by: 1) {
            #expect(try failure(Array(sound[..<length])) != nil, "\(length) bytes")
        }
    }

    @Test("A damaged file of our own gives errors from opening, checking and asking, never a trap")
    func ownFile() throws {
        func file(
            offsets: [Int64] = [0, 1, 2, 3], sorted: [Int32] = [0, 1, 2], text: [UInt8] = Array("abc".utf8),
            floats: [Float] = [1, 2, 3], counts: [Int64]? = nil
        ) throws -> WordVectors {
            var file = SafetensorsFile(metadata: ["cantus.format": "1", "cantus.job": "embed"])
            file.append("vectors", shape: [3, floats.count / 3], floats: floats)
            file.append("vocabulary.bytes", shape: [text.count], bytes: text)
            file.append("vocabulary.offsets", shape: [offsets.count], integers: offsets)
            file.append("vocabulary.sorted", shape: [sorted.count], integers: sorted)
            if let counts { file.append("vocabulary.counts", shape: [counts.count], integers: counts) }
            return try WordVectors(
                try SafetensorsFile(bytes: try file.serialized(nonFinite: .allowed), path: "test"))
        }
        try file().validate()
        #expect(throws: FileError.self) { try file(offsets: [0, 1, 2]) }
        #expect(throws: FileError.self) { try file(sorted: [0, 1]) }
        #expect(throws: FileError.self) { try file(counts: [1]) }
        #expect(throws: FileError.self) { try file(counts: [1, -1, 2]).validate() }
        for damaged in [
            try file(offsets: [0, 9, 2, 3]), try file(offsets: [-1, 1, 2, 3]), try file(offsets: [0, 1, 2, .max]),
            try file(offsets: [0, .min, 2, 3]), try file(offsets: [0, 1, 1, 3]), try file(sorted: [0, 7, 2]),
            try file(sorted: [0, -1, 2]), try file(sorted: [.min, .max, 0]), try file(text: [0x61, 0xFF, 0x63]),
        ] {
            #expect(throws: FileError.self) { try damaged.validate() }
            #expect(throws: FileError.self) {
                for index in 0..<3 { _ = try damaged.word(at: index) }
                for word in ["a", "b", "c"] { _ = try damaged.index(of: word) }
            }
        }
        #expect(throws: FileError.self) { try file(sorted: [0, 0, 2]).validate() }
        #expect(throws: FileError.self) { try file(sorted: [2, 1, 0]).validate() }
        for value in [Float.nan, .infinity, -.infinity] {
            let damaged = try file(floats: [1, value, 3])
            #expect(throws: FileError.self) { try damaged.validate() }
            #expect(throws: FileError.self) { try damaged.neighbors(of: [1]) }
            #expect(throws: FileError.self) { try damaged.oddOneOut(["a", "b"]) }
        }
        let huge = Float.greatestFiniteMagnitude
        let overflowing = try file(floats: [huge, huge, 1, 1, 2, 2])
        #expect(throws: FileError.self) { try overflowing.neighbors(of: [1, 1]) }
    }

    @Test("Files with random bytes changed are read, or refused with a file error")
    func mutations() throws {
        var generator = SeededGenerator(seed: 12)
        let subwords = SubwordVectors(
            characterNGrams: CharacterNGrams(minimumLength: 2, maximumLength: 3, buckets: 3), dimensions: 2,
            elements: [1, 2, 3, 4, 5, 6])
        let vectors = try VectorsSupport.random(words: 6, dimensions: 2, seed: 5, subwords: subwords)
        for name in ["v.safetensors", "v.txt", "v.bin", "fasttext.bin"] {
            let sound = try name == "fasttext.bin"
                ? InputFile.bytes(at: VectorsSupport.fixture(name))
                : VectorsSupport.withFile(name) { path in
                    try vectors.write(to: path, replacing: false)
                    return try InputFile.bytes(at: path)
                }
            for _ in 0..<400 {
                var bytes = sound
                for _ in 0...generator.index(below: 3) {
                    bytes[generator.index(below: bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
                }
                if generator.index(below: 4) == 0 { bytes.removeLast(generator.index(below: bytes.count)) }
                _ = try VectorsSupport.failure {
                    let read = try VectorsSupport.read(bytes, as: name)
                    _ = try VectorsSupport.failure { try read.validate() }
                    _ = try VectorsSupport.failure { try read.neighbors(ofWords: ["a", "unseen"]) }
                    _ = try VectorsSupport.failure {
                        try read.scores(on: AnalogyQuestions(sections: [
                            .init(name: "s", questions: [.init("a", "b", "Z", answer: "0")])
                        ]))
                    }
                }
            }
        }
    }
}

import Cantus
import Testing
import TestSupport

@Suite("Formats of word vectors")
struct VectorFormatTests {
    @Test("gensim's text and binary, word2vec's binary and GloVe's text hold the same vectors")
    func fixtures() throws {
        let expected = try ExpectedVectors.read()
        for name in ["gensim.txt", "gensim.bin", "word2vec.bin", "glove.txt"] {
            let vectors = try WordVectors(contentsOf: VectorsSupport.fixture(name))
            #expect(vectors.dimensions == expected.dimensions)
            #expect(try VectorsSupport.words(vectors) == expected.words)
            #expect(VectorsSupport.elements(vectors) == expected.vectors.flatMap { $0 })
        }
    }

    @Test("What is written for gensim's text and binary are gensim's own bytes, save for the decimals")
    func gensimBytes() throws {
        let vectors = try WordVectors(contentsOf: VectorsSupport.fixture("gensim.txt"))
        try VectorsSupport.withFile("v.bin") { path in
            try vectors.write(to: path, replacing: false)
            #expect(
                try InputFile.bytes(at: path) == InputFile.bytes(at: VectorsSupport.fixture("gensim.bin")))
        }
    }

    @Test("fastText's binary gives words composed vectors and unseen words those of their n-grams")
    func fastText() throws {
        let expected = try ExpectedVectors.read().fasttext
        let vectors = try WordVectors(contentsOf: VectorsSupport.fixture("fasttext.bin"))
        #expect(try VectorsSupport.words(vectors) == ["</s>", "cat", "über", "a"])
        #expect(vectors.counts == [9, 5, 4, 3])
        try VectorsSupport.withFile("ft.safetensors") { path in
            try vectors.write(to: path, replacing: false)
            let reopened = try WordVectors(contentsOf: path)
            for (word, row) in expected {
                let (first, second) = (try vectors.vector(of: word), try reopened.vector(of: word))
                #expect(first == second)
                for (found, wanted) in zip(try #require(first), row) { #expect(abs(found - wanted) < 1e-6) }
            }
            #expect(reopened.subwords?.characterNGrams == vectors.subwords?.characterNGrams)
            #expect(reopened.counts == vectors.counts)
        }
    }

    @Test(
        "Each format gives back random words and floats to the bit",
        arguments: ["v.safetensors", "v.txt", "v.vec", "v.bin", "glove.txt"])
    func roundTrip(name: String) throws {
        for seed in 1...5 as ClosedRange<UInt64> {
            let vectors = try VectorsSupport.random(words: 300, dimensions: Int(seed) * 3, seed: seed)
            try VectorsSupport.withFile(name) { path in
                try vectors.write(to: path, format: name == "glove.txt" ? .gloveText : nil, replacing: false)
                let again = try WordVectors(contentsOf: path)
                try again.validate()
                #expect(try VectorsSupport.words(again).map { Array($0.utf8) }
                    == VectorsSupport.words(vectors).map { Array($0.utf8) })
                #expect(VectorsSupport.elements(again).map(\.bitPattern)
                    == VectorsSupport.elements(vectors).map(\.bitPattern))
                for index in 0..<again.count { #expect(try again.index(of: again.word(at: index)) == index) }
            }
        }
    }

    @Test("Our own file keeps counts, subwords and the training's metadata, and the same vectors give the same bytes")
    func ownFile() throws {
        let subwords = SubwordVectors(
            characterNGrams: CharacterNGrams(minimumLength: 2, maximumLength: 4, buckets: 11), dimensions: 3,
            elements: (0..<33).map(Float.init))
        var vectors = try VectorsSupport.random(words: 40, dimensions: 3, seed: 9, subwords: subwords)
        vectors.metadata["cantus.recipe"] = "{\"job\":\"embed\"}"
        try VectorsSupport.withFile("a.safetensors") { first in
            try VectorsSupport.withFile("b.safetensors") { second in
                try vectors.write(to: first, replacing: false)
                let again = try WordVectors(contentsOf: first)
                #expect(again.metadata == vectors.metadata)
                #expect(again.counts == vectors.counts)
                #expect(try again.vector(of: "unseen word") == vectors.vector(of: "unseen word"))
                try again.write(to: second, replacing: false)
                #expect(try InputFile.bytes(at: first) == InputFile.bytes(at: second))
            }
        }
    }

    @Test("Our own file is a model file of the job embed")
    func modelFile() throws {
        try VectorsSupport.withFile("v.safetensors") { path in
            try VectorsSupport.random(words: 4, dimensions: 2, seed: 1).write(to: path, replacing: false)
            #expect(try ModelFile(contentsOf: path).job == WordVectors.job)
        }
    }

    @Test("An own file without the sorted order is sorted when it is opened")
    func unsortedFile() throws {
        var file = SafetensorsFile(metadata: ["cantus.format": "1", "cantus.job": "embed"])
        file.append("vectors", shape: [3, 1], floats: [1, 2, 3])
        StringTable(["b", "a", "c"]).encode(named: "vocabulary", into: &file)
        let vectors = try WordVectors(try SafetensorsFile(bytes: try file.serialized(), path: "test"))
        #expect(try vectors.vector(of: "a") == [2])
        #expect(try vectors.vector(of: "c") == [3])
        try vectors.validate()
    }

    @Test("Decimals of all forms are read to the nearest float")
    func decimals() throws {
        var generator = SeededGenerator(seed: 4)
        var texts = [
            "0", "-0", "1", "+1", ".5", "5.", "1e0", "1E+2", "-1.5e-3", "16777217", "16777217.0000000001", "1e-45",
            "7e-46", "3.4028235e38", "3.40282346e+38", "1.17549435e-38", "0.1", "123456789012345678901234567890",
            "0.000000000000000000000000000000000000001", "9007199791611905", "1e23", "8.5e-46", "1.1754942e-38",
            "33554434.5", "33554435.0000001", "0.50000002980232238769531250001", "1e-30000",
        ]
        for _ in 0..<3000 {
            let value = VectorsSupport.float(&generator)
            texts.append(value.description)
            texts.append("\(Double(value) * 1.0000000298)")
            texts.append("\(generator.index(below: 100_000_000)).\(generator.index(below: 100_000_000))")
            texts.append("\(generator.index(below: 1_000_000))e\(generator.index(below: 60) - 34)")
        }
        let lines = texts.enumerated().map { "w\($0.offset) \($0.element)\n" }.joined()
        let vectors = try VectorsSupport.read("\(texts.count) 1\n" + lines, as: "v.txt")
        for (found, text) in zip(VectorsSupport.elements(vectors), texts) {
            #expect(found == Float(text), "\(text)")
        }
    }

    @Test("Spaces between and after numbers, carriage returns and empty lines at the end are no matter")
    func lenientText() throws {
        let vectors = try VectorsSupport.read("2 2\r\na 1  2 \r\nb 3 4\n\n\n", as: "v.txt")
        #expect(VectorsSupport.elements(vectors) == [1, 2, 3, 4])
        #expect(try VectorsSupport.read("a 1 2\nb 3 4", as: "v.txt").count == 2)
    }

    @Test("Words that are not UTF-8 are replaced where that is asked for")
    func replacedText() throws {
        let bytes = Array("1 1\nab".utf8) + [0xFF] + Array(" 1\n".utf8)
        let vectors = try VectorsSupport.read(bytes, as: "v.txt", invalidText: .replaced)
        #expect(try vectors.word(at: 0) == "ab\u{FFFD}")
        let binary = Array("1 1\nab".utf8) + [0xFF, 0x20] + VectorsSupport.bytes(Float(1))
        #expect(try VectorsSupport.read(binary, as: "v.bin", invalidText: .replaced).word(at: 0) == "ab\u{FFFD}")
    }

    @Test("A word with a space can be kept in our own file only; an existing file is not replaced")
    func refusedWrites() throws {
        let vectors = try WordVectors(words: ["new york"], dimensions: 1, elements: [1])
        try VectorsSupport.withFile("v.txt") { path in
            let failure = try VectorsSupport.failure { try vectors.write(to: path, replacing: false) }
            #expect(failure?.contains("\"new york\", holds a space") == true)
            #expect(!OutputFile.exists(path))
        }
        try VectorsSupport.withFile("v.safetensors") { path in
            try vectors.write(to: path, replacing: false)
            #expect(try WordVectors(contentsOf: path).index(of: "new york") == 0)
            #expect(throws: FileError.self) { try vectors.write(to: path, replacing: false) }
        }
        #expect(throws: FileError.self) { try vectors.write(to: "/tmp/cantus-v.unknown", replacing: false) }
    }
}

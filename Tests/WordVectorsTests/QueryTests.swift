import Cantus
import Testing
import TestSupport

@Suite("Queries of word vectors")
struct QueryTests {
    /// Families of words around directions of their own, and pairs that lie one offset apart.
    private static func planted() throws -> WordVectors {
        var words: [String] = []
        var elements: [Float] = []
        for (number, pair) in [("man", "woman"), ("king", "queen"), ("uncle", "aunt")].enumerated() {
            var row = [Float](repeating: 0, count: 5)
            row[number] = 1
            words += [pair.0, pair.1]
            elements += row
            row[3] = 0.8
            elements += row
        }
        words += ["tea", "coffee", "milk"]
        elements += [0.1, 0, 0, 0, 3, 0.2, 0.1, 0, 0, 5, 0, 0, 0.3, 0, 2]
        return try WordVectors(words: words, dimensions: 5, elements: elements)
    }

    @Test("Planted neighbours, analogies by both methods and the odd word are found")
    func plantedStructure() throws {
        let vectors = try Self.planted()
        let near = try vectors.neighbors(ofWords: ["tea", "king"], count: 2)
        #expect(Set(near[0].map(\.word)) == ["coffee", "milk"])
        #expect(near[1][0].word == "queen")
        for method in AnalogyMethod.allCases {
            #expect(try vectors.analogy("man", "king", "woman", method: method)[0].word == "queen")
            #expect(try vectors.analogy("queen", "king", "aunt", method: method)[0].word == "uncle")
        }
        let odd = try vectors.oddOneOut(["tea", "uncle", "coffee", "milk"])
        #expect(odd[0].word == "uncle")
        #expect(odd.count == 4)
    }

    @Test("Cosines are right, whatever the lengths; a zero vector has the cosine 0")
    func similarity() throws {
        let vectors = try WordVectors(
            words: ["x", "y", "far", "zero"], dimensions: 2, elements: [3, 0, 0, 1e-20, -1e20, 1e20, 0, 0])
        #expect(try vectors.similarity("x", "y") == 0)
        #expect(abs(try vectors.similarity("x", "far") + Float(0.5).squareRoot()) < 1e-6)
        #expect(try vectors.similarity("x", "zero") == 0)
        let near = try vectors.neighbors(of: [0, 2], count: 4)
        #expect(near.map(\.word) == ["y", "far", "x", "zero"])
        #expect(near.map(\.index) == [1, 2, 0, 3])
        #expect(abs(near[0].similarity - 1) < 1e-6)
    }

    @Test("The mean vector of a text leaves out unknown words")
    func meanVector() throws {
        let vectors = try WordVectors(words: ["a", "b"], dimensions: 2, elements: [2, 0, 0, 5])
        #expect(try vectors.meanVector(of: ["a", "unknown", "b"]) == [0.5, 0.5])
        #expect(try vectors.meanVector(of: ["unknown"]) == nil)
        #expect(try vectors.meanVector(of: []) == nil)
    }

    @Test(
        "Neighbours are those of a plain sort, for one and many queries, threads and sizes",
        arguments: [(1, 1, 1), (7, 3, 2), (1000, 17, 1), (3000, 33, 3), (20_000, 16, 2)])
    func againstPlainSort(words: Int, dimensions: Int, threads: Int) throws {
        var generator = SeededGenerator(seed: UInt64(words))
        let elements = (0..<words * dimensions).map { _ in Float(generator.normal()) }
        let vectors = try WordVectors(
            words: (0..<words).map { "w\($0)" }, dimensions: dimensions, elements: elements)
        let pool = WorkerPool(threadCount: threads)
        for queries in [1, 2, 9] {
            let asked = (0..<queries).map { _ in generator.index(below: words) }
            let found = try vectors.neighbors(ofWords: asked.map { "w\($0)" }, count: 12, pool: pool)
            #expect(found.count == queries)
            for (query, neighbors) in zip(asked, found) {
                let plain = (0..<words).filter { $0 != query }
                    .map { (index: $0, cosine: Self.cosine(elements, query, $0, dimensions)) }
                    .sorted { $0.cosine > $1.cosine }.prefix(12)
                #expect(neighbors.count == plain.count)
                for (neighbor, expected) in zip(neighbors, plain) {
                    #expect(abs(Double(neighbor.similarity) - expected.cosine) < 1e-5)
                    #expect(abs(Self.cosine(elements, query, neighbor.index, dimensions) - expected.cosine) < 1e-5)
                }
                #expect(Set(neighbors.map(\.index)).count == neighbors.count)
            }
        }
    }

    private static func cosine(_ elements: [Float], _ a: Int, _ b: Int, _ dimensions: Int) -> Double {
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for d in 0..<dimensions {
            let (x, y) = (Double(elements[a * dimensions + d]), Double(elements[b * dimensions + d]))
            (ab, aa, bb) = (ab + x * y, aa + x * x, bb + y * y)
        }
        return ab / (aa * bb).squareRoot()
    }

    @Test("Of equal cosines the lower number is first, on any number of threads")
    func ties() throws {
        let count = 5000
        let vectors = try WordVectors(
            words: (0..<count).map { "w\($0)" }, dimensions: 1, elements: [Float](repeating: 2, count: count))
        for threads in [1, 2, 4] {
            let near = try vectors.neighbors(
                of: [1], count: 5, excluding: [0, 3], pool: WorkerPool(threadCount: threads))
            #expect(near.map(\.index) == [1, 2, 4, 5, 6])
        }
        #expect(try vectors.neighbors(of: [1], count: count + 10).count == count)
    }

    @Test("An unknown word is an error that names known words written like it")
    func unknownWord() throws {
        let vectors = try WordVectors(
            words: ["king", "sing", "queen", "London"], dimensions: 1, elements: [1, 2, 3, 4])
        func failure(_ word: String) throws -> String? {
            try VectorsSupport.failure { try vectors.neighbors(ofWords: [word]) }
        }
        #expect(
            try failure("quen")
                == "no vector for the word \"quen\" found; the nearest known word is \"queen\"")
        #expect(
            try failure("KING")
                == "no vector for the word \"KING\" found; the nearest known words are \"king\" and \"sing\"")
        #expect(
            try failure("london") == "no vector for the word \"london\" found; the nearest known word is \"London\"")
        #expect(try failure("xylophone") == "no vector for the word \"xylophone\" found")
    }

    @Test("Neighbours, analogies and the odd word are gensim's")
    func gensim() throws {
        let expected = try ExpectedVectors.read()
        let vectors = try WordVectors(contentsOf: VectorsSupport.fixture("gensim.bin"))
        func check(_ found: [WordVectors.Neighbor], _ entries: [ExpectedVectors.Entry]) {
            #expect(found.map(\.word) == entries.map(\.word))
            for (neighbor, entry) in zip(found, entries) {
                #expect(abs(neighbor.similarity - entry.score) < 2e-5)
            }
        }
        for (word, entries) in expected.neighbors {
            check(try vectors.neighbors(ofWords: [word], count: entries.count)[0], entries)
        }
        check(try vectors.analogy("athens", "athensland", "cairo", count: 3), expected.add)
        check(try vectors.analogy("athens", "athensland", "cairo", method: .multiply, count: 3), expected.multiply)
        #expect(try vectors.oddOneOut(["athens", "athensland", "cairoland", "Delhiland"])[0].word == expected.odd)
    }
}

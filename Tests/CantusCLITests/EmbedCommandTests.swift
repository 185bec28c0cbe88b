import Foundation
import TestSupport
import Testing

/// `cantus embed neighbors`, `analogy`, `odd`, `evaluate`, `convert` and `plot` on vectors that gensim wrote.
@Suite struct EmbedCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["gensim.txt", "gensim.bin", "fasttext.bin", "questions.txt", "pairs.tsv"] {
            try FileManager.default.copyItem(
                atPath: Fixture.folder + "/wordvectors/" + name, toPath: folder[name])
        }
    }

    private struct Queries: Decodable {
        let queries: [Query]

        struct Query: Decodable {
            let word: String?
            let neighbors: [Scored]?
            let question: [String]?
            let answers: [Scored]?
            let odd: String?
            let words: [Scored]?
        }

        struct Scored: Decodable {
            let word: String
            let similarity: Double
        }
    }

    @Test func neighborsAreListedOneTableAWord() throws {
        let outcome = try Cantus.run("embed", "neighbors", "gensim.bin", "athens", "北京", "--count", "2", in: folder)
        expectSuccess(outcome)
        #expect(outcome.error == "")
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 10)
        #expect(lines[0].hasPrefix("athens") && lines[0].hasSuffix("cosine"))
        #expect(lines[5].hasPrefix("北京"))
        let json = try Cantus.run("embed", "neighbors", "gensim.bin", "athens", "--count", "3", "--json", in: folder)
        let queries = try json.decoded(Queries.self).queries
        #expect(queries.count == 1 && queries[0].word == "athens")
        #expect(queries[0].neighbors?.count == 3)
    }

    @Test func wordsComeFromStandardInputWhereNoneAreGiven() throws {
        let outcome = try Cantus.run(
            "embed", "neighbors", "gensim.bin", "--json", in: folder, input: "athens Oslo\n\n  北京\r\n")
        expectSuccess(outcome)
        #expect(try outcome.decoded(Queries.self).queries.map(\.word) == ["athens", "Oslo", "北京"])
        let analogies = try Cantus.run(
            "embed", "analogy", "gensim.bin", "--json", in: folder, input: "athens athensland cairo\n")
        expectSuccess(analogies)
        #expect(try analogies.decoded(Queries.self).queries[0].question == ["athens", "athensland", "cairo"])
        let lists = try Cantus.run("embed", "odd", "gensim.bin", "--json", in: folder, input: "athens cairo of\n")
        expectSuccess(lists)
        #expect(try lists.decoded(Queries.self).queries[0].words?.count == 3)
        let short = try Cantus.run("embed", "analogy", "gensim.bin", in: folder, input: "\nathens cairo\n")
        expectFailure(short, 65, saying: "standard input:2: 2 words found, 3 expected")
    }

    @Test func analogiesAreAnsweredByBothMethods() throws {
        for method in ["add", "multiply"] {
            let outcome = try Cantus.run(
                "embed", "analogy", "gensim.txt", "athens", "athensland", "cairo", "--method", method, "--json",
                in: folder)
            expectSuccess(outcome)
            #expect(try outcome.decoded(Queries.self).queries[0].answers?.first?.word == "cairoland")
        }
    }

    @Test func theOddWordStandsFirst() throws {
        let words = ["athens", "athensland", "cairoland", "Delhiland"]
        let outcome = try Cantus.run(["embed", "odd", "gensim.bin"] + words, in: folder)
        expectSuccess(outcome)
        #expect(outcome.output.contains("\n* athens "))
        let json = try Cantus.run(["embed", "odd", "gensim.bin", "--json"] + words, in: folder)
        #expect(try json.decoded(Queries.self).queries[0].odd == "athens")
    }

    @Test func unseenWordsHaveVectorsWhereThereAreSubwords() throws {
        let outcome = try Cantus.run("embed", "neighbors", "fasttext.bin", "cats", in: folder)
        expectSuccess(outcome)
        #expect(outcome.output.contains("\ncat "))
    }

    @Test func scoresAreAsGensimGivesThem() throws {
        let arguments = [
            "embed", "evaluate", "gensim.txt", "--analogies", "questions.txt", "--pairs", "pairs.tsv",
        ]
        let outcome = try Cantus.run(arguments + ["--json"], in: folder)
        expectSuccess(outcome)
        let object = try outcome.object()
        #expect(Set(object.keys) == ["analogies", "pairs"])
        let analogies = try #require(object["analogies"] as? [String: Any])
        #expect(Set(analogies.keys) == ["accuracy", "correct", "total", "skipped", "sections"])
        #expect(analogies["correct"] as? Int == 49)
        #expect(analogies["total"] as? Int == 60)
        #expect(analogies["skipped"] as? Int == 3)
        let sections = try #require(analogies["sections"] as? [String: [String: Any]])
        #expect(Set(sections.keys) == ["first half", "second half", "unknown words"])
        let pairs = try #require(object["pairs"] as? [String: Double])
        #expect(Set(pairs.keys) == ["spearman", "pearson", "missing_share"])
        #expect(pairs["missing_share"] == 0.125)
        let text = try Cantus.run(arguments, in: folder)
        expectSuccess(text)
        #expect(text.output.contains("* all "))
        #expect(text.output.contains("81.7 %"))
        #expect(text.output.contains("\nSpearman  0.2044\n"))
        let one = try Cantus.run(
            ["embed", "evaluate", "gensim.txt", "--json", "--pairs", "-"], in: folder,
            input: try folder.bytes("pairs.tsv"))
        #expect(Set(try one.object().keys) == ["pairs"])
    }

    @Test func convertingThereAndBackKeepsEveryBit() throws {
        for (from, to) in [
            ("gensim.txt", "a.safetensors"), ("a.safetensors", "b.bin"), ("b.bin", "c.vec"), ("c.vec", "d.txt"),
            ("d.txt", "e.safetensors"),
        ] {
            let outcome = try Cantus.run("embed", "convert", from, to, in: folder)
            expectSuccess(outcome)
            #expect(outcome.output == "\(to): 29 words, 12 dimensions\n")
        }
        #expect(try folder.bytes("b.bin") == folder.bytes("gensim.bin"))
        #expect(try folder.bytes("a.safetensors") == folder.bytes("e.safetensors"))
        #expect(try folder.bytes("c.vec") == folder.bytes("d.txt"))
        let glove = try Cantus.run("embed", "convert", "b.bin", "g.txt", "--glove", "--json", in: folder)
        expectSuccess(glove)
        #expect(try glove.object()["words"] as? Int == 29)
        #expect(try folder.text("d.txt") == "29 12\n" + folder.text("g.txt"))
    }

    @Test func anExistingOutputStaysUnlessForced() throws {
        try folder.write("mine", to: "v.safetensors")
        try folder.write("mine", to: "map.svg")
        for command in [
            ["embed", "convert", "gensim.txt", "v.safetensors"],
            ["embed", "plot", "gensim.txt", "--output", "map.svg"],
        ] {
            expectFailure(try Cantus.run(command, in: folder), 73, saying: "the file exists; --force replaces it")
            expectSuccess(try Cantus.run(command + ["--force"], in: folder))
        }
        #expect(try folder.text("map.svg").hasPrefix("<svg "))
    }

    @Test func theMapShowsTheWordsThatAreAskedFor() throws {
        let chosen = try Cantus.run(
            "embed", "plot", "gensim.bin", "--output", "a.svg", "--words", "athens,cairo, 北京", "--json", in: folder)
        expectSuccess(chosen)
        #expect(try chosen.object()["words"] as? Int == 3)
        for word in ["athens", "cairo", "北京"] { #expect(try folder.text("a.svg").contains(">\(word)</text>")) }
        #expect(try !folder.text("a.svg").contains("Oslo"))
        let top = try Cantus.run("embed", "plot", "gensim.bin", "--output", "b.svg", "--top", "5", in: folder)
        expectSuccess(top)
        #expect(top.output == "b.svg: 5 words\n")
        #expect(try folder.text("b.svg").components(separatedBy: "<circle").count == 6)
    }

    @Test func mistakesHaveTheirCodesAndMessages() throws {
        try folder.write("2 2\na 1 2\nb 3\n", to: "short.txt")
        try folder.write([0xFF, 0x20], to: "bad.txt")
        func expect(_ code: Int32, _ arguments: [String], _ text: String) throws {
            let outcome = try Cantus.run(["embed"] + arguments, in: folder)
            expectFailure(outcome, code)
            #expect(outcome.error.contains(text), "\(text) in: \(outcome.error)")
        }
        try expect(65, ["neighbors", "gensim.txt", "athen"], "no vector for the word \"athen\" found; the nearest")
        try expect(65, ["odd", "gensim.txt", "athens", "cairo", "OSLO"], "\"oslo\" and \"Oslo\"")
        try expect(65, ["neighbors", "short.txt", "a"], "short.txt:3: a word with 1 number found, 2 expected")
        try expect(65, ["convert", "bad.txt", "x.bin"], "bad.txt:1: ")
        try expect(65, ["neighbors", "pairs.tsv", "a"], "pairs.tsv: a name without a known extension")
        try expect(66, ["neighbors", "none.bin", "a"], "none.bin: no such file")
        try expect(66, ["evaluate", "gensim.txt", "--pairs", "none.tsv"], "none.tsv: no such file")
        try expect(73, ["convert", "gensim.txt", "x.csv"], "x.csv: a name without a known extension")
        try expect(73, ["convert", "gensim.txt", "none/x.bin"], "none/x.bin")
        try expect(64, ["analogy", "gensim.txt", "a", "b"], "2 words found, 3 expected")
        try expect(64, ["odd", "gensim.txt", "a", "b"], "2 words found, at least 3 expected")
        try expect(64, ["neighbors", "gensim.txt", "a", "--count", "0"], "--count is 0")
        try expect(64, ["evaluate", "gensim.txt"], "--analogies or --pairs expected")
        try expect(64, ["plot", "gensim.txt", "--output", "x", "--top", "3", "--words", "a"], "exclude each other")
        try expect(64, ["analogy", "gensim.txt", "a", "b", "c", "--method", "divide"], "divide")
        #expect(!folder.has("x.bin"))
    }
}

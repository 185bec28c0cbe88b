import Cantus
import Foundation
import Testing
import TestSupport

@Suite("Evaluation of word vectors")
struct VectorEvaluationTests {
    @Test("Analogies and pairs score as in gensim")
    func gensim() throws {
        let expected = try ExpectedVectors.read()
        let vectors = try WordVectors(contentsOf: VectorsSupport.fixture("gensim.txt"))
        let questions = try AnalogyQuestions(contentsOf: VectorsSupport.fixture("questions.txt"))
        for threads in [1, 2] {
            let scores = try vectors.scores(on: questions, pool: WorkerPool(threadCount: threads))
            for section in scores.sections {
                #expect([section.tally.correct, section.tally.total] == expected.sections[section.name])
            }
            #expect([scores.all.correct, scores.all.total] == expected.sections["Total accuracy"])
            #expect(scores.sections.map(\.tally.skipped) == [1, 1, 1])
            #expect(scores.all.skipped == 3)
            #expect(scores.sections[2].tally.accuracy == nil)
        }
        let pairs = try vectors.scores(on: try WordPairs(contentsOf: VectorsSupport.fixture("pairs.tsv")))
        #expect(abs(try #require(pairs.pearson) - expected.pearson) < 1e-6)
        #expect(abs(try #require(pairs.spearman) - expected.spearman) < 1e-9)
        #expect(pairs.missingShare == expected.missing_percent / 100)
    }

    @Test("Words are compared without case, the first of equals standing for all")
    func caseFolding() throws {
        // "Rome" is the nearest row to the question's vector, but "rome" stands for both.
        let vectors = try WordVectors(
            words: ["rome", "Rome", "italy", "paris", "FRANCE"], dimensions: 3,
            elements: [1, 0, 0.1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1])
        let questions = AnalogyQuestions(sections: [
            .init(
                name: "capitals",
                questions: [
                    .init("France", "Paris", "Italy", answer: "ROME"),
                    .init("Italy", "Rome", "france", answer: "paris"),
                    .init("Italy", "Rome", "france", answer: "italy"), .init("Spain", "Rome", "france", answer: "x"),
                ])
        ])
        let scores = try vectors.scores(on: questions)
        #expect(scores.all.correct == 2)
        #expect(scores.all.total == 3)
        #expect(scores.all.skipped == 1)
        #expect(scores.all.accuracy == 2.0 / 3)
    }

    @Test("Scores are encoded under the documented keys")
    func json() throws {
        let vectors = try WordVectors(words: ["a", "b"], dimensions: 1, elements: [1, 2])
        let questions = AnalogyQuestions(sections: [.init(name: "s", questions: [.init("a", "b", "x", answer: "y")])])
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let analogies = String(decoding: try encoder.encode(try vectors.scores(on: questions)), as: UTF8.self)
        #expect(
            analogies == "{\"accuracy\":null,\"correct\":0,\"sections\":{\"s\":{\"accuracy\":null,\"correct\":0,"
                + "\"skipped\":1,\"total\":0}},\"skipped\":1,\"total\":0}")
        let pairs = try vectors.scores(on: WordPairs(pairs: [.init("a", "b", score: 1)]))
        #expect(
            String(decoding: try encoder.encode(pairs), as: UTF8.self)
                == "{\"missing_share\":0,\"pearson\":null,\"spearman\":null}")
    }

    @Test("Correlations by hand: ties share their mean rank, constants have none")
    func correlations() throws {
        // The cosines of the words with "x" rise in their order.
        let vectors = try WordVectors(
            words: ["x", "a", "b", "c", "d"], dimensions: 2, elements: [1, 0, 0, 1, 1, 2, 1, 1, 2, 1])
        func scores(_ values: [Double]) throws -> WordPairScores {
            try vectors.scores(on: WordPairs(pairs: zip(["a", "b", "c", "d"], values).map {
                .init("x", $0, score: $1)
            }))
        }
        #expect(abs(try #require(try scores([1, 2, 3, 4]).spearman) - 1) < 1e-12)
        #expect(abs(try #require(try scores([4, 3, 2, 1]).spearman) + 1) < 1e-12)
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
        #expect(abs(try #require(try scores([1, 5, 5, 9]).spearman) - (4.5 / 22.5.squareRoot())) < 1e-12)
        #expect(try scores([3, 3, 3, 3]).spearman == nil)
        #expect(try scores([3, 3, 3, 3]).pearson == nil)
        let cosines = [0, 0.2.squareRoot(), 0.5.squareRoot(), 0.8.squareRoot()]
        #expect(abs(try #require(try scores(cosines).pearson) - 1) < 1e-6)
        let one = try vectors.scores(on: WordPairs(pairs: [.init("x", "a", score: 1), .init("x", "?", score: 1)]))
        #expect(one.spearman == nil)
        #expect(one.missingShare == 0.5)
    }

    @Test("Files of questions and pairs that are not such are errors with their line")
    func malformedFiles() throws {
        func failure<Result>(_ content: String, _ read: (String) throws -> Result) throws -> String? {
            try VectorsSupport.withFile("q.txt") { path in
                try OutputFile.write(content, to: path, replacing: true)
                return try VectorsSupport.failure { try read(path) }
            }
        }
        func questions(_ content: String) throws -> String? {
            try failure(content) { try AnalogyQuestions(contentsOf: $0) }
        }
        func pairs(_ content: String) throws -> String? { try failure(content) { try WordPairs(contentsOf: $0) } }
        #expect(try questions(": s\n\na b c d\n") == nil)
        #expect(try questions("a b c d\n") == "line 1: a question found, first a section \": name\" expected")
        #expect(try questions(": s\na b c d\na b c\n") == "line 3: 3 words found, the 4 of a question expected")
        #expect(try questions(": \na b c d\n") == "line 1: a section without a name found")
        #expect(try questions(": s\n") == "no question found")
        #expect(try pairs("# x\n\na\tb\t1.5\nc d 2\n") == nil)
        #expect(try pairs("a b\n") == "line 1: 2 fields found, 3 expected: two words and a number")
        #expect(try pairs("a b 1\na b x\n") == "line 2: \"x\" found, a number expected")
        #expect(try pairs("a b nan\n") == "line 1: \"nan\" found, a number expected")
        #expect(try pairs("# nothing\n") == "no pair of words found")
    }

    @Test("A section that comes again goes on")
    func repeatedSection() throws {
        try VectorsSupport.withFile("q.txt") { path in
            try OutputFile.write(": s\na b c d\n: t\na b c d\n: s\ne f g h\n", to: path, replacing: true)
            let questions = try AnalogyQuestions(contentsOf: path)
            #expect(questions.sections.map(\.name) == ["s", "t"])
            #expect(questions.sections.map(\.questions.count) == [2, 1])
        }
    }
}

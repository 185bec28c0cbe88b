import Kernels
import Testing
import Text
import Workflows

/// Which words carried a label.
@Suite struct TagExplanationTests {
    private func explanation(_ tagger: Tagger, _ text: String, _ label: String) throws -> [WordWeight] {
        let all = try tagger.predictions(of: [text], threshold: 0, pool: TagFixture.pool)[0]
        let prediction = try #require(all.first { $0.label == label })
        return try tagger.explanations(of: [[prediction]], texts: [text], pool: TagFixture.pool)[0][0]
    }

    /// Of a linear model the numbers are known: w . x / T for each word.
    @Test func aLinearModelsWeightsAreItsTerms() throws {
        let tagger = try TagFixture.tagger(.average)
        let words = ["worda", "some", "even", "some"]
        let found = try explanation(tagger, words.joined(separator: " "), "b")
        #expect(found.map(\.word) == words)
        let table = try #require(tagger.parameters["words.weight"]).value.elements
        let head = try #require(tagger.parameters["head.weight"]).value.elements
        let label = try #require(tagger.labels.firstIndex(of: "b"))
        var bags = WordBags(tagger.vocabulary, characterNGrams: .init(minimumLength: 3, maximumLength: 5, buckets: 16))
        var terms: [Float] = []
        for word in words {
            let number = bags.number(of: word)
            let rows = bags[number]
            var term: Float = 0
            for row in rows {
                for element in 0..<4 { term += table[Int(row) * 4 + element] * head[label * 4 + element] }
            }
            terms.append(term / Float(rows.count))
        }
        let sum = terms.map(abs).reduce(0, +)
        for (weight, term) in zip(found.map(\.weight), terms) { #expect(abs(weight - term / sum) < 1e-5) }
    }

    @Test(arguments: TagRecipe.Model.Kind.allCases) func magnitudesHaveTheSumOne(kind: TagRecipe.Model.Kind) throws {
        let tagger = try TagFixture.tagger(kind)
        let texts = ["worda some even", "", "wordb neverseen odd worda", "some"]
        let predictions = try tagger.predictions(of: texts, top: 3, pool: TagFixture.pool)
        let explanations = try tagger.explanations(of: predictions, texts: texts, pool: TagFixture.pool)
        #expect(explanations.map(\.count) == [3, 3, 3, 3])
        for (text, explanations) in zip(texts, explanations) {
            for words in explanations {
                #expect(words.map(\.word) == text.split(separator: " ").map(String.init))
                let sum = words.map { abs($0.weight) }.reduce(0, +)
                #expect(abs(sum - (text.isEmpty ? 0 : 1)) < 1e-5)
            }
        }
    }

    /// A text's weights are its own, whatever else is asked about at the same time.
    @Test(arguments: TagRecipe.Model.Kind.allCases) func textsDoNotMix(kind: TagRecipe.Model.Kind) throws {
        let tagger = try TagFixture.tagger(kind)
        let texts = (0..<9).map { "worda some even " + String(repeating: "odd ", count: $0) + "wordb" }
        let predictions = try tagger.predictions(of: texts, top: 2, pool: TagFixture.pool)
        let together = try tagger.explanations(of: predictions, texts: texts, pool: TagFixture.pool)
        for (row, text) in texts.enumerated() {
            for (place, prediction) in predictions[row].enumerated() {
                let alone = try explanation(tagger, text, prediction.label)
                for (a, b) in zip(alone, together[row][place]) { #expect(abs(a.weight - b.weight) < 1e-4) }
            }
        }
    }

    /// Attention says where the model looks, whatever the label; gradients say for which label.
    @Test func labelsShareAttentionButNotGradients() throws {
        let tagger = try TagFixture.tagger(.attention, networks: 2)
        #expect(tagger.explanationMethods == [.integratedGradients, .attention])
        let texts = ["worda some wordb even", "wordc odd"]
        let predictions = try tagger.predictions(of: texts, top: 3, pool: TagFixture.pool)
        let attention = try tagger.explanations(of: predictions, texts: texts, by: .attention, pool: TagFixture.pool)
        for labels in attention {
            #expect(labels.count == 3 && labels.allSatisfy { $0 == labels[0] })
            #expect(labels[0].allSatisfy { $0.weight > 0 })
            #expect(abs(labels[0].reduce(0) { $0 + $1.weight } - 1) < 1e-5)
        }
        let gradients = try tagger.explanations(of: predictions, texts: texts, pool: TagFixture.pool)
        for labels in gradients { #expect(Set(labels).count == 3) }
        let plain = try TagFixture.tagger(.gru)
        #expect(plain.explanationMethods == [.integratedGradients])
    }

    @Test func nothingToExplainIsNothing() throws {
        let tagger = try TagFixture.tagger(.average)
        #expect(try tagger.explanations(of: [], texts: [], pool: TagFixture.pool).isEmpty)
        #expect(try tagger.explanations(of: [[], []], texts: ["worda", ""], pool: TagFixture.pool) == [[], []])
    }
}

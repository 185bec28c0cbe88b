import Files
import Kernels

/// How many analogy questions vectors answer.
public struct AnalogyScores: Hashable, Sendable {
    /// The questions of a section, or all.
    public struct Tally: Hashable, Sendable, Encodable {
        /// Questions whose best answer is the right one.
        public internal(set) var correct = 0
        /// Questions that were asked.
        public internal(set) var total = 0
        /// Questions that were not, because a word has no vector.
        public internal(set) var skipped = 0

        /// The share of the questions asked; nil where none was.
        public var accuracy: Double? { total > 0 ? Double(correct) / Double(total) : nil }

        private enum Key: String, CodingKey { case accuracy, correct, total, skipped }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(accuracy, forKey: .accuracy)
            try container.encode(correct, forKey: .correct)
            try container.encode(total, forKey: .total)
            try container.encode(skipped, forKey: .skipped)
        }
    }

    /// The questions of one section.
    public struct Section: Hashable, Sendable {
        public let name: String
        public let tally: Tally
    }

    /// In the order of the questions.
    public let sections: [Section]
    public let all: Tally
}

extension AnalogyScores: Encodable {
    private struct SectionKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    public func encode(to encoder: any Encoder) throws {
        try all.encode(to: encoder)
        var container = encoder.container(keyedBy: SectionKey.self)
        var list = container.nestedContainer(keyedBy: SectionKey.self, forKey: SectionKey(stringValue: "sections"))
        for section in sections { try list.encode(section.tally, forKey: SectionKey(stringValue: section.name)) }
    }
}

extension WordVectors {
    /// Asks all questions by 3CosAdd.
    ///
    /// The manner is gensim's `evaluate_word_analogies`: the 300,000 most frequent words take part; words are compared
    /// without case, the most frequent of equals standing for all; a question with a word that has no vector is
    /// skipped; an answer may be none of the question's three words, in whatever case.
    ///
    /// - Throws: `FileError` where the file is damaged.
    public func scores(
        on questions: AnalogyQuestions, pool: WorkerPool = WorkerPool(threadCount: 1)
    ) throws -> AnalogyScores {
        let words = try EvaluationWords(self)
        var tallies = [AnalogyScores.Tally](repeating: .init(), count: questions.sections.count)
        var known: [NumberedQuestion] = []
        for (section, content) in questions.sections.enumerated() {
            for question in content.questions {
                guard let a = words[question.a], let b = words[question.b], let c = words[question.c],
                    let answer = words[question.answer]
                else {
                    tallies[section].skipped += 1
                    continue
                }
                tallies[section].total += 1
                known.append(NumberedQuestion(section: section, a: a, b: b, c: c, answer: answer))
            }
        }
        // Units are kept for the words of the questions alone.
        var units: [Int: [Float]] = [:]
        for question in known {
            for word in [question.a, question.b, question.c] where units[word] == nil {
                units[word] = Self.unit(vector(at: word))
            }
        }
        for start in stride(from: 0, to: known.count, by: Self.questionsAtOnce) {
            let some = known[start..<min(start + Self.questionsAtOnce, known.count)]
            let queries = some.flatMap {
                Self.unit(Self.offset(units[$0.a]!, units[$0.b]!, units[$0.c]!))
            }
            let search = CosineSearch(
                vectors: self, queries: queries, keeping: Self.candidates + 3, rowLimit: EvaluationWords.limit)
            for (question, rows) in zip(some, try search.run(pool: pool)) {
                let answer = question.bestAnswer(rows.map { Int($0.row) }, words)
                if answer == question.answer { tallies[question.section].correct += 1 }
            }
        }
        var all = AnalogyScores.Tally()
        for tally in tallies {
            all.correct += tally.correct
            all.total += tally.total
            all.skipped += tally.skipped
        }
        return AnalogyScores(
            sections: zip(questions.sections, tallies).map { .init(name: $0.name, tally: $1) }, all: all)
    }

    private static let questionsAtOnce = 256
    /// gensim looks at the five best rows besides those of the question.
    fileprivate static let candidates = 5
}

/// A question by the numbers of its words.
private struct NumberedQuestion {
    let section: Int
    let a: Int
    let b: Int
    let c: Int
    let answer: Int

    /// The first of the best rows that is none of the question's words in another case; the last where all are.
    func bestAnswer(_ rows: [Int], _ words: EvaluationWords) -> Int? {
        var answer: Int?
        for row in rows.lazy.filter({ ![a, b, c].contains($0) }).prefix(WordVectors.candidates) {
            answer = words.representatives[row]
            if ![a, b, c].contains(answer) { break }
        }
        return answer
    }
}

import Files

/// Questions "a is to b as c is to what?" with their answers, in sections (Mikolov et al. 2013, "Efficient Estimation
/// of Word Representations in Vector Space").
public struct AnalogyQuestions: Hashable, Sendable {
    /// One question: a is to b as c is to `answer`.
    public struct Question: Hashable, Sendable {
        public let a: String
        public let b: String
        public let c: String
        public let answer: String

        public init(_ a: String, _ b: String, _ c: String, answer: String) {
            (self.a, self.b, self.c, self.answer) = (a, b, c, answer)
        }
    }

    /// Questions of one kind.
    public struct Section: Hashable, Sendable {
        public let name: String
        public var questions: [Question]

        public init(name: String, questions: [Question]) {
            self.name = name
            self.questions = questions
        }
    }

    public private(set) var sections: [Section]

    public init(sections: [Section]) { self.sections = sections }

    /// Reads a file: `: name` begins a section, other lines hold the four words of a question between white space,
    /// empty lines count for nothing. A name that comes again goes on with its section. `-` reads standard input.
    ///
    /// - Throws: `FileError` of kind `.malformed` where a line has another number of words, where a question stands
    ///   before the first section, or where there is none.
    public init(contentsOf path: String) throws {
        var sections: [Section] = []
        var places: [String: Int] = [:]
        var current: Int?
        let name = InputFile.displayName(path)
        try EvaluationLines.read(path) { line, number in
            if line.hasPrefix(": ") || line == ":" {
                let heading = EvaluationLines.fields(String(line.dropFirst())).joined(separator: " ")
                guard !heading.isEmpty else {
                    throw FileError.malformed(name, .line(number), "a section without a name found")
                }
                if places[heading] == nil {
                    places[heading] = sections.count
                    sections.append(Section(name: heading, questions: []))
                }
                current = places[heading]
                return
            }
            let words = EvaluationLines.fields(line)
            if words.isEmpty { return }
            guard words.count == 4 else {
                throw FileError.malformed(
                    name, .line(number), "\(words.count) \(words.count == 1 ? "word" : "words") found, the 4 of a "
                        + "question expected")
            }
            guard let current else {
                throw FileError.malformed(name, .line(number), "a question found, first a section \": name\" expected")
            }
            sections[current].questions.append(Question(words[0], words[1], words[2], answer: words[3]))
        }
        guard sections.contains(where: { !$0.questions.isEmpty }) else {
            throw FileError.malformed(name, .file, "no question found")
        }
        self.sections = sections
    }
}

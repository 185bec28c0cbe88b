import Files
import Foundation
import Kernels
import TestSupport
import Testing
import Text
import WordVectors

/// Text of a small grammar in which it is known who keeps company with whom.
private enum Grammar {
    static let countries = ["arvia", "belor", "cadria", "dorland", "elmar", "fenia"]
    static let capitals = ["arvos", "belgrad", "cadport", "dorwick", "elmstad", "fenburg"]
    static let animals = ["cat", "dog", "cow", "hen", "pig", "fox"]
    static let foods = ["bread", "soup", "rice", "fish", "cake", "corn"]

    static let pairs: [(male: String, female: String, company: [String])] = [
        ("king", "queen", ["throne", "crown", "palace"]), ("man", "woman", ["office", "work", "house"]),
        ("boy", "girl", ["school", "toys", "lessons"]), ("monk", "nun", ["prayer", "candle", "chapel"]),
    ]

    /// Each word among the company of its role and of its gender, in any order.
    static func family(sentences: Int, seed: UInt64) -> String {
        var generator = SeededGenerator(seed: seed)
        var lines: [String] = []
        for _ in 0..<sentences {
            let pair = pairs[generator.index(below: pairs.count)]
            let isMale = generator.index(below: 2) == 0
            var words = pair.company + (isMale ? ["he", "his", "him"] : ["she", "hers", "her"])
            words.append(isMale ? pair.male : pair.female)
            generator.shuffle(&words)
            lines.append(words.joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }

    static func text(sentences: Int, seed: UInt64) -> String {
        var generator = SeededGenerator(seed: seed)
        func pick(_ words: [String]) -> String { words[generator.index(below: words.count)] }
        var lines: [String] = []
        for _ in 0..<sentences {
            switch generator.index(below: 4) {
            case 0:
                let place = generator.index(below: countries.count)
                lines.append("the queen of \(countries[place]) rules from \(capitals[place]) with her court")
            case 1: lines.append("a \(pick(animals)) runs over the field and the \(pick(animals)) follows it home")
            case 2: lines.append("we cook \(pick(foods)) in the kitchen and eat \(pick(foods)) at the table")
            default:
                let place = generator.index(below: countries.count)
                lines.append("trains leave \(capitals[place]) for the border of \(countries[place]) every day")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

@Suite struct Word2VecTrainingTests {
    private static func options(_ change: (inout Word2VecOptions) -> Void = { _ in }) -> Word2VecOptions {
        var options = Word2VecOptions()
        (options.dimensions, options.epochs, options.minimumCount, options.subsample) = (24, 8, 1, 0)
        (options.window, options.learningRate) = (4, 0.05)
        change(&options)
        return options
    }

    private static func train(
        _ options: Word2VecOptions, text: String, threads: Int = 2, seed: UInt64 = 1, ngrams: CharacterNGrams? = nil,
        phrases: Int = 0
    ) throws -> Word2Vec.Outcome {
        try withTemporaryFile("corpus.txt") { path in
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return try Word2Vec(
                options, pipeline: TextPipeline(cleaner: Cleaner(.none), tokenizer: .whitespace),
                characterNGrams: ngrams,
                phrasePasses: phrases, seed: seed, pool: WorkerPool(threadCount: threads)
            ).train(corpus: path)
        }
    }

    private static func cosine(_ vectors: WordVectors, _ a: String, _ b: String) throws -> Double {
        let x = try #require(try vectors.vector(of: a)), y = try #require(try vectors.vector(of: b))
        func dot(_ p: [Float], _ q: [Float]) -> Double { zip(p, q).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
        return dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
    }

    /// The share of words that are nearer to all of their own group than to any other word of these groups.
    private static func purity(_ vectors: WordVectors) throws -> Double {
        let groups = [Grammar.animals, Grammar.foods, Grammar.countries]
        var (right, total) = (0, 0)
        for (index, group) in groups.enumerated() {
            let others = groups.enumerated().filter { $0.offset != index }.flatMap(\.element)
            for word in group {
                let inside = try group.filter { $0 != word }.map { try cosine(vectors, word, $0) }
                let outside = try others.map { try cosine(vectors, word, $0) }
                right += inside.min()! > outside.max()! ? 1 : 0
                total += 1
            }
        }
        return Double(right) / Double(total)
    }

    @Test(arguments: Word2VecOptions.Architecture.allCases, Word2VecOptions.Loss.allCases)
    func wordsOfOneKindComeTogether(architecture: Word2VecOptions.Architecture, loss: Word2VecOptions.Loss) throws {
        let options = Self.options { ($0.architecture, $0.loss) = (architecture, loss) }
        let outcome = try Self.train(options, text: Grammar.text(sentences: 4_000, seed: 1))
        #expect(outcome.losses.last! < outcome.losses.first!)
        let purity = try Self.purity(outcome.vectors)
        #expect(purity >= 0.9, "\(architecture), \(loss): \(purity)")
    }

    /// king - man + woman = queen, where king and queen share their role's company and king and man their gender's.
    @Test(arguments: Word2VecOptions.Architecture.allCases)
    func plantedAnalogies(architecture: Word2VecOptions.Architecture) throws {
        let outcome = try Self.train(
            Self.options { ($0.architecture, $0.epochs) = (architecture, 15) },
            text: Grammar.family(sentences: 6_000, seed: 7))
        var (right, total) = (0, 0)
        for (a, first) in Grammar.pairs.enumerated() {
            for (b, second) in Grammar.pairs.enumerated() where a != b {
                let found = try outcome.vectors.analogy(first.male, first.female, second.male, count: 1)
                right += found.first?.word == second.female ? 1 : 0
                total += 1
            }
        }
        #expect(Double(right) / Double(total) >= 0.9, "\(right) of \(total)")
    }

    @Test func everyWordCounts() throws {
        let text = Grammar.text(sentences: 500, seed: 2)
        let words = text.split { $0 == " " || $0 == "\n" }.count
        let outcome = try Self.train(Self.options { ($0.epochs, $0.minimumCount) = (1, 100) }, text: text)
        #expect(outcome.words == words)
        let oneLine = try Self.train(Self.options { $0.epochs = 1 }, text: text.replacing("\n", with: " "))
        #expect(oneLine.words == words)
        #expect(outcome.vectors.count < oneLine.vectors.count)
    }

    /// The first loss of an untrained model is known: every product is zero, every probability a half.
    @Test func lossIsAMean() throws {
        let options = Self.options { ($0.epochs, $0.learningRate, $0.minimumLearningRate) = (1, 1e-9, 1e-9) }
        let outcome = try Self.train(options, text: Grammar.text(sentences: 2_000, seed: 3))
        // Six decisions a prediction, but for negatives that were the centre word itself.
        #expect(outcome.losses[0] < 6 * log(2) + 1e-6 && outcome.losses[0] > 5.5 * log(2))
    }

    /// Words of one line are no context of the next line's: in lines of two words every window is the other word.
    @Test(arguments: Word2VecOptions.Architecture.allCases)
    func windowsEndWithTheirLines(architecture: Word2VecOptions.Architecture) throws {
        var generator = SeededGenerator(seed: 9)
        let lines = (0..<1_000).map { _ in "w\(generator.index(below: 20)) w\(generator.index(below: 20))" }
        func vectors(window: Int, separator: String) throws -> [Float] {
            let options = Self.options {
                ($0.architecture, $0.window, $0.deterministic, $0.epochs) = (architecture, window, true, 2)
            }
            let text = lines.joined(separator: separator)
            return try Self.train(options, text: text).vectors.withUnsafeVectors { Array($0) }
        }
        let (narrow, wide) = (try vectors(window: 1, separator: "\n"), try vectors(window: 4, separator: "\n"))
        #expect(narrow == wide)
        let joined = (try vectors(window: 1, separator: " "), try vectors(window: 4, separator: " "))
        #expect(joined.0 != joined.1)
    }

    @Test func deterministicTrainingGivesTheSameBytes() throws {
        let text = Grammar.text(sentences: 3_000, seed: 4)
        let options = Self.options { ($0.deterministic, $0.epochs) = (true, 2) }
        func bytes(seed: UInt64) throws -> [Float] {
            try Self.train(options, text: text, seed: seed).vectors.withUnsafeVectors { Array($0) }
        }
        let first = try bytes(seed: 1)
        let again = try bytes(seed: 1)
        let other = try bytes(seed: 2)
        #expect(first == again)
        #expect(first != other)
    }

    @Test(arguments: Word2VecOptions.Architecture.allCases)
    func subwordsGiveUnseenWordsVectors(architecture: Word2VecOptions.Architecture) throws {
        let options = Self.options { $0.architecture = architecture }
        let outcome = try Self.train(
            options, text: Grammar.text(sentences: 4_000, seed: 5),
            ngrams: CharacterNGrams(minimumLength: 3, maximumLength: 5, buckets: 5_000))
        #expect(outcome.losses.last! < outcome.losses.first!)
        let purity = try Self.purity(outcome.vectors)
        #expect(purity > 0.9, "\(architecture): \(purity)")
        let known = try outcome.vectors.index(of: "kitchens")
        #expect(known == nil)
        // An inflected form that was never seen stands near its word.
        let near = try Self.cosine(outcome.vectors, "kitchens", "kitchen")
        let far = try Self.cosine(outcome.vectors, "kitchens", "border")
        #expect(near > 0.5 && near > far, "\(near), \(far)")
    }

    /// With subwords and the tree, too, skip-gram is not the mean of the context.
    @Test func architecturesDifferWithSubwordsAndTree() throws {
        func vectors(_ architecture: Word2VecOptions.Architecture) throws -> [Float] {
            let options = Self.options {
                ($0.architecture, $0.loss, $0.deterministic) = (architecture, .hierarchicalSoftmax, true)
            }
            let outcome = try Self.train(
                options, text: Grammar.text(sentences: 1_000, seed: 8),
                ngrams: CharacterNGrams(minimumLength: 3, maximumLength: 4, buckets: 500))
            #expect(outcome.losses.last! < outcome.losses.first!)
            return outcome.vectors.withUnsafeVectors { Array($0) }
        }
        let skipGram = try vectors(.skipGram)
        let mean = try vectors(.continuousBagOfWords)
        #expect(skipGram != mean)
    }

    @Test func phrasesBecomeWords() throws {
        var generator = SeededGenerator(seed: 6)
        var lines: [String] = []
        for line in 0..<3_000 {
            let words = (0..<6).map { _ in "w\(generator.index(below: 200))" }
            lines.append(
                (words[..<3] + (line % 30 == 0 ? ["new", "york", "city"] : []) + words[3...]).joined(separator: " "))
        }
        let text = lines.joined(separator: "\n")
        let options = Self.options { ($0.epochs, $0.minimumCount) = (1, 5) }
        let once = try Self.train(options, text: text, phrases: 1).vectors
        let twice = try Self.train(options, text: text, phrases: 2).vectors
        let pair = try once.index(of: "new_york"), triple = try twice.index(of: "new_york_city")
        #expect(pair != nil && triple != nil)
    }

    @Test func badCorpora() throws {
        #expect(throws: FileError.self) { try Self.train(Self.options(), text: "") }
        #expect(throws: FileError.self) { try Self.train(Self.options(), text: "one one one") }
        let error = #expect(throws: FileError.self) {
            try Self.train(Self.options { $0.minimumCount = 100 }, text: "a b c d")
        }
        #expect(error?.message.contains("smaller minimum count") == true)
        #expect(throws: FileError.self) {
            try withTemporaryFile("corpus.txt") { path in
                try Data([97, 32, 0xff, 98]).write(to: URL(fileURLWithPath: path))
                return try Word2Vec(
                    Self.options(), pipeline: TextPipeline(.none), seed: 1, pool: WorkerPool(threadCount: 1)
                ).train(corpus: path)
            }
        }
    }
}

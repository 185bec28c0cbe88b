import Files
import Kernels
import Tables
import Text

/// Questions with their labels, tokenized, cut into parts.
///
/// The parts are taken before anything is counted: vocabulary, inverse document frequencies and label frequencies come
/// from the training part, the threshold from a part of its own, and nothing from the test part.
package struct TagData: Sendable {
    /// Rows as tokens and label numbers.
    package struct Part: Sendable {
        package var tokens: [[String]] = []
        package var labels: [[Int32]] = []
        package var count: Int { tokens.count }
    }

    /// The model's labels in the order of their names, and behind them those of the test part that it does not know.
    package let labels: [String]
    /// The number of labels that the model knows.
    package let knownLabels: Int
    package let training, validation, threshold, test: Part
    /// Rows without a word after cleaning, over all parts.
    package let emptyRows: Int
    /// Rows that were longer than the recipe's limit, over all parts.
    package let cutRows: Int
    /// Whether the rows come from a table.
    let hasColumns: Bool

    /// - Parameters:
    ///   - test: Rows to test on; the last share of `rows` where nil.
    ///   - dropsHeldOutRows: Whether the last share of `rows` is left out although `test` is given: it was held out
    ///     when the model was trained.
    /// - Throws: `FileError` where too little is left to train on.
    package init(
        _ rows: LabeledTexts, path: String, test: LabeledTexts?, recipe: TagRecipe, pool: WorkerPool,
        dropsHeldOutRows: Bool = false
    ) throws {
        let path = InputFile.displayName(path)
        var known = rows.rows
        var held: [LabeledTexts.Row] = test?.rows ?? []
        if test == nil || dropsHeldOutRows {
            let count = Self.share(recipe.split.test, of: known.count)
            if test == nil { held = Array(known.suffix(count)) }
            known.removeLast(count)
        }
        let names = Set(known.lazy.flatMap(\.labels)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard names.count >= 2 else {
            let found = names.count == 1 ? "1 label" : "\(names.count) labels"
            throw FileError.malformed(path, .file, "\(found) found, at least 2 expected")
        }
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
        var unknown: [String: Int32] = [:]
        func encoded(_ labels: [String]) -> [Int32] {
            labels.map { label in
                if let number = numbers[label] ?? unknown[label] { return number }
                let number = Int32(names.count + unknown.count)
                unknown[label] = number
                return number
            }
        }
        let tokenizer = ParallelTokenizer(recipe.pipeline, maximumLength: recipe.text.maximumLength, pool: pool)
        let knownTokens = try tokenizer.tokens(of: known.map(\.text))
        let heldTokens = try tokenizer.tokens(of: held.map(\.text))
        guard knownTokens.rows.contains(where: { !$0.isEmpty }) else {
            throw FileError.malformed(path, .file, "no row is left after cleaning: no text has a word")
        }

        var generator = SeededGenerator(seed: recipe.seed, keys: SeededGenerator.key("split"))
        var order = Array(0..<known.count)
        generator.shuffle(&order)
        let validationCount = Self.share(recipe.split.validation, of: known.count)
        let thresholdCount = Self.share(recipe.split.threshold, of: known.count)
        func part(_ indices: some Sequence<Int>) -> Part {
            var part = Part()
            for index in indices.sorted() {
                part.tokens.append(knownTokens.rows[index])
                part.labels.append(encoded(known[index].labels))
            }
            return part
        }
        validation = part(order[..<validationCount])
        threshold = part(order[validationCount..<validationCount + thresholdCount])
        training = part(order[(validationCount + thresholdCount)...])
        self.test = Part(tokens: heldTokens.rows, labels: held.map { encoded($0.labels) })
        for (name, part, wanted) in [
            ("training", training, 2), ("validation", validation, 1), ("threshold", threshold, 1),
        ] where part.count < wanted {
            throw FileError.malformed(
                path, .file, "\(known.count) rows leave \(part.count) for the \(name) part, at least \(wanted) expected"
            )
        }
        (knownLabels, hasColumns) = (names.count, rows.hasColumns)
        labels = names + unknown.sorted { $0.value < $1.value }.map(\.key)
        emptyRows = (knownTokens.rows + heldTokens.rows).count { $0.isEmpty }
        cutRows = knownTokens.cut + heldTokens.cut
    }

    /// The part that scores are taken on: the test part, or the validation part where there is none.
    var scored: Part { test.count > 0 ? test : validation }

    /// The name of that part.
    var scoredPart: TagReport.Part { test.count > 0 ? .test : .validation }

    /// Rows of each part.
    var rowCounts: TagReport.Rows {
        TagReport.Rows(
            train: training.count, validation: validation.count, threshold: threshold.count, test: test.count)
    }

    /// A share of a number of rows; at least one where there are several and the share is not zero.
    private static func share(_ share: Double, of count: Int) -> Int {
        guard share > 0, count > 3 else { return 0 }
        return max(1, Int(Double(count) * share))
    }
}

/// A text pipeline on all threads.
struct ParallelTokenizer {
    private let pipeline: TextPipeline
    private let maximumLength: Int
    private let pool: WorkerPool

    init(_ pipeline: TextPipeline, maximumLength: Int, pool: WorkerPool) {
        (self.pipeline, self.maximumLength, self.pool) = (pipeline, maximumLength, pool)
    }

    /// The tokens of each text, cut to the maximum length, and the number of texts that were cut.
    func tokens(of texts: [String]) throws -> (rows: [[String]], cut: Int) {
        let ranges = WorkerPool.ranges(texts.count, parts: texts.count < 64 ? 1 : pool.threadCount)
        let results = Slots<Result<(rows: [[String]], cut: Int), any Error>>(count: ranges.count)
        pool.run(ranges.count) { part in
            results[part] = Result { try Self.tokens(of: texts[ranges[part]], pipeline, maximumLength) }
        }
        var (rows, cut): ([[String]], Int) = ([], 0)
        rows.reserveCapacity(texts.count)
        for part in 0..<ranges.count {
            let result = try results[part]!.get()
            rows += result.rows
            cut += result.cut
        }
        return (rows, cut)
    }

    private static func tokens(
        of texts: ArraySlice<String>, _ pipeline: TextPipeline, _ maximumLength: Int
    ) throws -> (rows: [[String]], cut: Int) {
        let compiled = try pipeline.compiled()
        var cut = 0
        let rows = try texts.map { text in
            let tokens = try compiled.tokens(of: text)
            guard tokens.count > maximumLength else { return tokens }
            cut += 1
            return Array(tokens[..<maximumLength])
        }
        return (rows, cut)
    }
}

import Files
import Kernels
import Layers
import Tables
import Tensors
import Text
import Training

/// Trains a tagger: recipe and rows in, model and report out.
public struct TagTraining {
    /// What a training is about to do and does.
    public enum Event: Sendable {
        /// The data are read and cut into parts.
        case prepared(rows: TagReport.Rows, labels: Int, vocabulary: Int, parameters: Int, epochs: Int, replicas: Int)
        case trainer(Trainer.Event)
        /// The network is done and the baselines are being fitted.
        case baselines
    }

    public let recipe: TagRecipe
    /// Where the state goes behind every epoch; nowhere where nil.
    public let checkpointPath: String?
    /// Whether to go on from a checkpoint that stands there.
    public let resumes: Bool
    private let pool: WorkerPool

    public init(_ recipe: TagRecipe, checkpointPath: String? = nil, resumes: Bool = false, pool: WorkerPool) {
        (self.recipe, self.checkpointPath, self.resumes, self.pool) = (recipe, checkpointPath, resumes, pool)
    }

    /// Trains on `rows`, scores on `test`, or on the last share of `rows` where there is none.
    ///
    /// - Parameters:
    ///   - path: The file of the rows, for messages.
    ///   - shouldStop: Asked before every step; true ends training with `TrainingError.interrupted`.
    /// - Throws: `FileError` for data that cannot be trained on, `RecipeError` for options that name parameters which
    ///   the model does not have, `TrainingError`, `CleaningError`, `TaggerError`.
    public func run(
        _ rows: LabeledTexts, path: String, test: LabeledTexts?, shouldStop: () -> Bool = { false },
        report: (Event) -> Void = { _ in }
    ) throws -> (tagger: Tagger, report: TagReport) {
        let clock = ContinuousClock()
        let start = clock.now
        let data = try TagData(rows, path: path, test: test, recipe: recipe, pool: pool)
        let resolved = recipe.resolved(
            threads: pool.threadCount, trainingRows: data.training.count, hasTestFile: test != nil)
        let fitting = try Fitting(data, recipe: resolved, pool: pool)
        let counts = TagReport.Rows(
            train: data.training.count, validation: data.validation.count, threshold: data.threshold.count,
            test: data.test.count)
        report(
            .prepared(
                rows: counts, labels: data.knownLabels, vocabulary: fitting.vocabulary.count,
                parameters: fitting.parameters.weightCount, epochs: resolved.training.epochs,
                replicas: resolved.training.replicas))
        let identity = "\(try resolved.json()) \(fitting.digest)"
        let checkpoint = checkpointPath.map { Checkpoint(path: $0, identity: identity, resumes: resumes) }
        let history = try TrainingOptions.namingKeys {
            try fitting.train(checkpoint, shouldStop: shouldStop) { report(.trainer($0)) }
        }

        let part = data.test.count > 0 ? data.test : data.validation
        report(.baselines)
        let baselines = TagBaselines.lines(data, scoring: part, pool: pool)
        let threshold = data.threshold(try fitting.probabilities(data.threshold))
        let metrics = data.metrics(scores: try fitting.probabilities(part), part, threshold: threshold)
        let tagger = Tagger(
            recipe: resolved, labels: Array(data.labels[..<data.knownLabels]), threshold: threshold, metrics: metrics,
            baselines: baselines, labelFrequencies: fitting.labelFrequencies, history: history,
            vocabulary: fitting.vocabulary, pretrainedVocabulary: fitting.pretrained?.vocabulary,
            parameters: fitting.parameters, model: fitting.model)
        let elapsed = start.duration(to: clock.now)
        return (
            tagger,
            TagReport(
                model: .init(name: resolved.model.kind.rawValue, metrics: metrics), baselines: baselines, rows: counts,
                scoredPart: data.test.count > 0 ? .test : .validation, labels: data.knownLabels,
                parameters: fitting.parameters.weightCount,
                seconds: elapsed / .seconds(1),
                remarks: data.remarks(recipe: resolved))
        )
    }
}

/// One model being fitted to one set of data.
private struct Fitting {
    let vocabulary: Vocabulary
    let parameters: Parameters
    let model: TagModel
    let labelFrequencies: [Float]
    private let data: TagData
    private let recipe: TagRecipe
    private let pool: WorkerPool
    let pretrained: PretrainedWords?
    private let words: TokenBags
    private let training: [[Int32]]
    private let validation: [[Int32]]

    init(_ data: TagData, recipe: TagRecipe, pool: WorkerPool) throws {
        (self.data, self.recipe, self.pool) = (data, recipe, pool)
        let limit = recipe.text.maximumVocabulary
        vocabulary = Vocabulary(
            counting: data.training.tokens, minimumCount: recipe.text.minimumCount,
            maximumSize: limit > 0 ? limit + 2 : nil)
        pretrained =
            recipe.embeddings.file.isEmpty
            ? nil
            : try PretrainedWords(contentsOf: recipe.embeddings.file, maximumWords: recipe.embeddings.maximumWords)
        var words = TokenBags(
            vocabulary, characterNGrams: recipe.characterNGrams, pretrained: pretrained?.vocabulary)
        training = words.numbers(of: data.training.tokens)
        validation = words.numbers(of: data.validation.tokens)
        self.words = words
        parameters = Parameters(.seed(recipe.seed))
        let sizes = TagModel.Sizes(
            tableRows: words.words.tableRows,
            pretrained: pretrained.map { ($0.vocabulary.count, $0.width) }, labels: data.knownLabels)
        model = TagModel(recipe, sizes, scope: parameters.scope)
        if let pretrained { model.start(pretrained) }
        labelFrequencies =
            MostFrequentLabels(targets: data.training.labels, labelCount: data.knownLabels).frequencies
        model.start(frequencies: labelFrequencies)
    }

    /// Tells the data from others: a hash of every token and label of the parts that training sees, and of pretrained
    /// vectors.
    var digest: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a
        func add(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        for part in [data.training, data.validation] {
            for (tokens, labels) in zip(part.tokens, part.labels) {
                for token in tokens {
                    add(token.utf8)
                    add([0])
                }
                for label in labels { add(withUnsafeBytes(of: label.littleEndian) { Array($0) }) }
                add([1])
            }
        }
        for label in data.labels[..<data.knownLabels] { add(label.utf8) }
        if let table = pretrained?.table { add(UnsafeRawBufferPointer(start: table.pointer, count: table.count * 4)) }
        return String(hash, radix: 16)
    }

    func train(
        _ checkpoint: Checkpoint?, shouldStop: () -> Bool, report: (Trainer.Event) -> Void
    ) throws -> History {
        let trainer = Trainer(parameters, options: recipe.training, seed: recipe.seed, pool: pool)
        let loader = DataLoader(
            lengths: training.map { Int32($0.count) }, batchSize: recipe.training.batchSize, seed: recipe.seed)
        let (model, words, rows) = (model, words, training)
        let (labels, labelCount) = (data.training.labels, data.knownLabels)
        let crossEntropy = BinaryCrossEntropy()
        let loss: Trainer.Loss = { batch, context in
            let logits = model(TextBatch(batch.map { rows[Int($0)] }, words: words), context)
            return crossEntropy(logits, targets: Self.targets(batch.map { labels[Int($0)] }, labelCount: labelCount))
        }
        return try trainer.fit(loader, checkpoint: checkpoint, shouldStop: shouldStop, report: report, loss: loss) {
            let logits = scorer.logits(of: validation, words: words)
            let rows = data.validation.labels
            guard MultiLabelMetrics.firstNonFinite(in: logits) == nil else {
                return Trainer.Validation(loss: .nan, score: 0)
            }
            let loss = crossEntropy(
                Tensor(logits, [rows.count, labelCount]), targets: Self.targets(rows, labelCount: labelCount))
            let threshold = ThresholdSearch.best(scores: logits, truths: rows, labelCount: labelCount)
            let metrics = MultiLabelMetrics(
                scores: logits, truths: rows, labelCount: labelCount, threshold: threshold)
            return Trainer.Validation(loss: Double(loss.scalar), score: metrics.microF1)
        }
    }

    /// The probabilities of a part's rows, `[N, L]`.
    ///
    /// - Throws: `TaggerError` where one is not a number.
    func probabilities(_ part: TagData.Part) throws -> [Float] {
        var words = words
        let probabilities = scorer.probabilities(of: words.numbers(of: part.tokens), words: words)
        if let place = MultiLabelMetrics.firstNonFinite(in: probabilities) {
            throw TaggerError.notFinite(label: data.labels[place % data.knownLabels])
        }
        return probabilities
    }

    private var scorer: TagScorer {
        TagScorer(model: model, labels: data.knownLabels, batchSize: recipe.training.batchSize, pool: pool)
    }

    /// Ones at the labels of each row, `[N, L]`.
    private static func targets(_ rows: [[Int32]], labelCount: Int) -> Tensor {
        let targets = Tensor(zeros: [rows.count, labelCount])
        for (row, labels) in rows.enumerated() {
            for label in labels { targets.mutablePointer[row * labelCount + Int(label)] = 1 }
        }
        return targets
    }
}

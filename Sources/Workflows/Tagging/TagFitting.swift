import Kernels
import Layers
import Tensors
import Text
import Training

/// One model being fitted to one set of data.
struct TagFitting {
    let vocabulary: Vocabulary
    let parameters: Parameters
    private let model: TagModel
    private let labelFrequencies: [Float]
    private let data: TagData
    private let recipe: TagRecipe
    private let pool: WorkerPool
    private let pretrained: PretrainedWords?
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
    private var digest: String {
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

    /// - Throws: `RecipeError` for options that name parameters which the model does not have, `TrainingError`, and
    ///   `FileError` where the checkpoint cannot be read or written.
    func train(
        _ checkpoint: Checkpoint?, shouldStop: () -> Bool, report: (Trainer.Event) -> Void
    ) throws -> History {
        let (trainer, loader) = (trainer, loader)
        let (labelCount, crossEntropy) = (data.knownLabels, BinaryCrossEntropy())
        func validate() -> Trainer.Validation {
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
        return try TrainingOptions.namingKeys {
            try trainer.fit(
                loader, checkpoint: checkpoint, shouldStop: shouldStop, report: report, loss: loss, validate: validate)
        }
    }

    /// How the loss goes while the learning rate rises.
    ///
    /// - Throws: as `train` does.
    func learningRateCurve(
        from first: Double, to last: Double, steps: Int, shouldStop: () -> Bool,
        report: (LearningRateCurve.Point) -> Void
    ) throws -> LearningRateCurve {
        try TrainingOptions.namingKeys {
            try trainer.learningRateCurve(
                loader, from: first, to: last, steps: steps, shouldStop: shouldStop, report: report, loss: loss)
        }
    }

    private var trainer: Trainer { Trainer(parameters, options: recipe.training, seed: recipe.seed, pool: pool) }

    private var loader: DataLoader {
        DataLoader(
            lengths: training.map { Int32($0.count) }, batchSize: recipe.training.batchSize, seed: recipe.seed)
    }

    /// The mean loss of some training rows.
    private var loss: Trainer.Loss {
        let (model, words, rows) = (model, words, training)
        let (labels, labelCount) = (data.training.labels, data.knownLabels)
        let crossEntropy = BinaryCrossEntropy()
        return { batch, context in
            let targets = Self.targets(batch.map { labels[Int($0)] }, labelCount: labelCount)
            return model.loss(TextBatch(batch.map { rows[Int($0)] }, words: words), context) { logits in
                crossEntropy(logits, targets: targets)
            }
        }
    }

    /// Where the state of the training goes, under the name of its recipe and data.
    func checkpoint(path: String, resumes: Bool) throws -> Checkpoint {
        Checkpoint(path: path, identity: "\(try recipe.json()) \(digest)", resumes: resumes)
    }

    /// The model as it is now, with the thresholds that their part gives, and its scores.
    ///
    /// - Throws: `TaggerError` where a probability is not a number.
    func tagger(_ history: History, baselines: [TagReport.Line]) throws -> Tagger {
        let thresholds = data.thresholds(try probabilities(data.threshold))
        let metrics = data.metrics(scores: try probabilities(data.scored), data.scored, thresholds: thresholds)
        return Tagger(
            recipe: recipe, labels: Array(data.labels[..<data.knownLabels]), thresholds: thresholds, metrics: metrics,
            baselines: baselines, labelFrequencies: labelFrequencies, history: history, vocabulary: vocabulary,
            pretrainedVocabulary: pretrained?.vocabulary, parameters: parameters, model: model)
    }

    /// The probabilities of a part's rows, `[N, L]`.
    ///
    /// - Throws: `TaggerError` where one is not a number.
    private func probabilities(_ part: TagData.Part) throws -> [Float] {
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

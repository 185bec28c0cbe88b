import Files
import Kernels
import Synchronization
import Text

/// Trains word vectors on a corpus of any size (Mikolov et al. 2013, "Efficient estimation of word representations in
/// vector space").
///
/// Memory holds the two matrices and the vocabulary; the corpus is read from disk, once to count its words and once to
/// number them, and then epoch by epoch as numbers.
public struct Word2Vec: Sendable {
    /// What a training tells while it runs, one call at a time.
    public enum Event: Sendable {
        /// Bytes of the corpus read so far, to count words or to number them.
        case reading(bytes: Int)
        /// A pass of phrases found so many pairs.
        case phrases(Int)
        case counted(words: Int, vocabulary: Int)
        /// Words trained on, of all in all epochs.
        case training(epoch: Int, words: Int, of: Int)
        /// The mean loss of a prediction in an epoch.
        case epoch(Int, loss: Double)
    }

    /// What came of it.
    public struct Outcome: Sendable {
        public let vectors: WordVectors
        /// Words of the corpus, those outside the vocabulary included.
        public let words: Int
        /// The mean loss of a prediction, epoch by epoch.
        public let losses: [Double]
        /// The training alone, without reading the corpus.
        public let trainingSeconds: Double
    }

    public let options: Word2VecOptions
    public let pipeline: TextPipeline
    public let characterNGrams: CharacterNGrams?
    public let phrasePasses: Int
    public let seed: UInt64
    private let pool: WorkerPool
    private static let chunkSize = 50_000  // word numbers

    /// - Parameters:
    ///   - pipeline: How the corpus becomes words.
    ///   - characterNGrams: Gives unseen words vectors; nil trains words alone.
    ///   - phrasePasses: How often pairs of words are joined: two passes find words of up to four.
    public init(
        _ options: Word2VecOptions, pipeline: TextPipeline, characterNGrams: CharacterNGrams? = nil,
        phrasePasses: Int = 0, seed: UInt64, pool: WorkerPool
    ) {
        (self.options, self.pipeline, self.characterNGrams) = (options, pipeline, characterNGrams)
        (self.phrasePasses, self.seed, self.pool) = (phrasePasses, seed, pool)
    }

    /// Trains on a file, or on standard input for `-`.
    ///
    /// - Throws: `FileError` for a corpus that cannot be read or has too few words, `Word2VecError`.
    public func train(
        corpus path: String, shouldStop: @escaping @Sendable () -> Bool = { false },
        report: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws -> Outcome {
        var reader = try CorpusReader(path: path, pipeline: pipeline, pool: pool)
        for _ in 0..<phrasePasses {
            report(.phrases(try reader.joinPhrases(minimumCount: options.minimumCount)))
        }
        let counter = try reader.countWords { report(.reading(bytes: $0)) }
        let limit = options.maximumVocabulary
        let vocabulary = counter.vocabulary(
            minimumCount: options.minimumCount, maximumSize: limit > 0 ? limit + 2 : nil)
        let words = Array(vocabulary.entries.dropFirst(2))
        let counts = Array(vocabulary.counts.dropFirst(2))
        guard words.count >= 2 else {
            throw FileError.malformed(
                InputFile.displayName(path), .file,
                "\(words.count) different words occur \(options.minimumCount) times or more, at least 2 expected; "
                    + "a smaller minimum count keeps rarer words")
        }
        report(.counted(words: counter.total, vocabulary: words.count))
        let corpus = try reader.encode(vocabulary) { report(.reading(bytes: $0)) }
        let model = makeModel(words: words, counts: counts)

        let clock = ContinuousClock()
        let start = clock.now
        var losses: [Double] = []
        for epoch in 0..<options.epochs {
            losses.append(try train(epoch, corpus, model, total: counter.total, shouldStop, report))
            report(.epoch(epoch + 1, loss: losses[epoch]))
        }
        let seconds = start.duration(to: clock.now) / .seconds(1)
        return Outcome(
            vectors: try finish(model, words: words, counts: counts), words: counter.total, losses: losses,
            trainingSeconds: seconds)
    }

    private func makeModel(words: [String], counts: [Int]) -> ChunkTrainer.Model {
        let subwords = characterNGrams.map { SubwordRows(words: words, characterNGrams: $0) }
        let input = TrainingMatrix(
            rows: words.count + (characterNGrams?.buckets ?? 0), width: options.dimensions)
        var generator = SeededGenerator(seed: seed, keys: SeededGenerator.key("vectors"))
        input.fillUniformly(width: options.dimensions, using: &generator)
        let samples = options.loss == .negativeSampling
        let keeping = Self.keeping(counts, subsample: options.subsample)
        let copies = RowCopies.Plan(
            counts: counts, keeping: keeping, nodes: samples ? nil : counts.count - 1,
            threads: options.deterministic ? 1 : pool.threadCount)
        return ChunkTrainer.Model(
            options: options, input: input, output: TrainingMatrix(rows: words.count, width: options.dimensions),
            sampler: samples ? NegativeSampler(counts: counts) : nil, tree: samples ? nil : HuffmanTree(counts: counts),
            subwords: subwords, keeping: keeping, copies: copies)
    }

    /// A word with the share f of the corpus is kept with the probability sqrt(t / f) + t / f.
    package static func keeping(_ counts: [Int], subsample: Double) -> [UInt32] {
        guard subsample > 0 else { return [] }
        let total = Double(counts.reduce(0, +))
        return counts.map { count in
            let ratio = subsample * total / Double(count)
            return UInt32(min((ratio.squareRoot() + ratio) * 0x1p32, Double(UInt32.max)))
        }
    }

    /// One epoch; returns the mean loss of its predictions.
    private func train(
        _ epoch: Int, _ corpus: EncodedCorpus, _ model: ChunkTrainer.Model, total: Int,
        _ shouldStop: @escaping @Sendable () -> Bool, _ report: @escaping @Sendable (Event) -> Void
    ) throws -> Double {
        let size = Self.chunkSize
        let chunks = (corpus.count + size - 1) / size
        let losses = Slots<Result<ChunkTrainer.Loss, any Error>>(count: chunks)
        let trainers = IdleTrainers(model, chunkSize: size)
        let done = Mutex(0)
        let body: @Sendable (Int) -> Void = { [options, seed] chunk in
            guard !shouldStop() else {
                losses[chunk] = .failure(Word2VecError.interrupted)
                return
            }
            let range = chunk * size..<min((chunk + 1) * size, corpus.count)
            losses[chunk] = Result {
                let numbers = UnsafeMutablePointer<Int32>.allocate(capacity: range.count)
                defer { numbers.deallocate() }
                try corpus.read(range, into: numbers)
                let trainer = trainers.take()
                defer { trainers.giveBack(trainer) }
                return trainer.train(
                    numbers, count: range.count,
                    seed: SeededGenerator.derive(seed, [SeededGenerator.key("chunk"), UInt64(epoch), UInt64(chunk)])
                ) { share in
                    let place = (Double(range.lowerBound) + share * Double(range.count)) / Double(corpus.count)
                    let progress = (Double(epoch) + place) / Double(options.epochs)
                    let (first, last) = (options.startingRate, options.minimumLearningRate)
                    return Float(max(first - (first - last) * progress, min(first, last)))
                }
            }
            done.withLock { done in
                done += range.count
                let share = Double(done) / Double(corpus.count)
                report(
                    .training(
                        epoch: epoch + 1, words: epoch * total + Int(Double(total) * share),
                        of: options.epochs * total))
            }
        }
        if options.deterministic {
            for chunk in 0..<chunks { body(chunk) }
        } else {
            pool.run(chunks, body)
        }
        trainers.merge()
        var sum = ChunkTrainer.Loss()
        for chunk in 0..<chunks {
            let loss = try losses[chunk]!.get()
            sum.sum += loss.sum
            sum.predictions += loss.predictions
        }
        let mean = sum.sum / Double(max(sum.predictions, 1))
        guard mean.isFinite else { throw Word2VecError.diverged(epoch: epoch + 1) }
        return mean
    }

    /// The vectors of the words; with subwords each the mean of its rows.
    private func finish(_ model: ChunkTrainer.Model, words: [String], counts: [Int]) throws -> WordVectors {
        let width = options.dimensions
        model.output.release()
        guard let subwords = model.subwords, let characterNGrams else {
            return try WordVectors(
                words: words, counts: counts, dimensions: width,
                elements: model.input.drain(0..<words.count, width: width), subwords: nil)
        }
        let rows = model.input.access
        var composed = [Float](repeating: 0, count: words.count * width)
        composed.withUnsafeMutableBufferPointer { composed in
            for number in words.indices {
                let parts = subwords.access[Int32(number)]
                let target = composed.baseAddress! + number * width
                for part in parts { Vector.add(1 / Float(parts.count), rows[part], to: target, count: width) }
            }
        }
        return try WordVectors(
            words: words, counts: counts, dimensions: width, elements: composed,
            subwords: SubwordVectors(
                characterNGrams: characterNGrams, dimensions: width,
                elements: model.input.drain(words.count..<model.input.rows, width: width)))
    }
}

/// The trainers of an epoch: as many as there are threads, each kept from one piece of the corpus to the next.
private final class IdleTrainers: Sendable {
    private let model: ChunkTrainer.Model
    private let chunkSize: Int
    private let trainers = Mutex<[ChunkTrainer]>([])

    init(_ model: ChunkTrainer.Model, chunkSize: Int) { (self.model, self.chunkSize) = (model, chunkSize) }

    func take() -> ChunkTrainer {
        trainers.withLock { $0.popLast() } ?? ChunkTrainer(model, chunkSize: chunkSize)
    }

    func giveBack(_ trainer: ChunkTrainer) { trainers.withLock { $0.append(trainer) } }

    func merge() {
        for trainer in trainers.withLock({ $0 }) { trainer.merge() }
    }
}

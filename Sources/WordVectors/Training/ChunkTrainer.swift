import Kernels

/// Trains on pieces of the corpus: windows, negatives, and the calls of the kernel.
///
/// One object serves one thread at a time; the matrices are shared by all of them without locks, but for copies of the
/// rows that are met most (`RowCopies`). The centre word is predicted
/// from its context, each context word by itself (skip-gram) or their mean (continuous bag of words). All context words
/// of one centre share its negatives (Ji et al. 2016, "Parallelizing Word2Vec in shared and distributed memory"), so
/// that a centre costs one small matrix product; bags of words are trained two at a time (`ChunkTrainer+Pairs`). With
/// subwords the roles of skip-gram are turned, as in fastText: the centre's vector, put together once, predicts its
/// context.
final class ChunkTrainer: @unchecked Sendable {
    /// What the threads share.
    struct Model: Sendable {
        let options: Word2VecOptions
        /// Rows of words, and behind them of character n-grams.
        let input: TrainingMatrix
        /// Rows of words, or of the inner nodes of the tree.
        let output: TrainingMatrix
        let sampler: NegativeSampler?
        let tree: HuffmanTree?
        let subwords: SubwordRows?
        /// For each word the probability to be kept, of 2^32; empty where all are.
        let keeping: [UInt32]
        let copies: RowCopies.Plan
    }

    /// The sum of the loss and the number of predictions it is the sum of.
    struct Loss: Sendable {
        var sum = 0.0
        var predictions = 0
    }

    typealias Rows = UnsafeMutablePointer<UnsafeMutablePointer<Float>?>

    private let model: Model
    // The parts of the model as the loops use them.
    let input: RowCopies.Rows
    let output: RowCopies.Rows
    let inputCopies: RowCopies
    let outputCopies: RowCopies
    let draws: NegativeSampler.Draws?
    let paths: HuffmanTree.Paths?
    let subwords: SubwordRows.Access?
    let isSkipGram: Bool

    let kernel = Word2VecKernel()
    let width: Int
    let window: Int
    let negatives: Int
    /// Whether the centre's vector predicts its context, and not the other way round.
    let predictsContext: Bool
    /// Whether two centres are trained at once.
    private let trainsPairs: Bool

    // This centre and the next, by the last bit of their places; or this pair and the next.
    let centres: UnsafeMutablePointer<Centre>
    let pairs: UnsafeMutablePointer<Pair>
    // Working memory of one centre, or of a pair.
    let inputs: Rows
    let entering: Rows
    let weights: UnsafeMutablePointer<Float>
    let scratch: UnsafeMutablePointer<Float>
    private let outputs: Rows
    /// The texts of a chunk one after the other, without their thinned-out words, and where each of them ends. Rows
    /// are asked for ahead across these ends: lines of prose are hardly longer than a window.
    let words: UnsafeMutablePointer<Int32>
    let ends: UnsafeMutablePointer<Int>

    init(_ model: Model, chunkSize: Int) {
        self.model = model
        let (plan, uses) = (model.copies, model.copies.usesBetweenMerges)
        inputCopies = RowCopies(of: model.input, plan.input, usesBetweenMerges: uses)
        outputCopies = RowCopies(of: model.output, plan.output, usesBetweenMerges: uses)
        (input, output) = (inputCopies.access, outputCopies.access)
        (draws, paths, subwords) = (model.sampler?.access, model.tree?.access, model.subwords?.access)
        isSkipGram = model.options.architecture == .skipGram
        (width, window, negatives) = (model.input.stride, model.options.window, model.options.negatives)
        predictsContext = isSkipGram && model.subwords != nil && model.sampler != nil
        trainsPairs = !isSkipGram && model.sampler != nil
        let outputCount =
            predictsContext ? 2 * window * (1 + negatives) : max(2 + negatives, model.tree?.longestPath ?? 0)
        let weightCount = outputCount + Word2VecKernel.weightPadding
        // The windows of two centres, which have nothing in common where they are of two texts.
        let inputCount = 4 * window * (model.subwords?.largest ?? 1)
        inputs = .allocate(capacity: inputCount)
        entering = .allocate(capacity: inputCount)
        outputs = .allocate(capacity: 2 * outputCount)
        weights = .allocate(capacity: 4 * weightCount)
        weights.initialize(repeating: -1, count: 4 * weightCount)
        weights[0] = 1
        scratch = .allocate(
            capacity: Word2VecKernel.scratchCount(inputs: 2 * window, outputs: outputCount, width: width))
        words = .allocate(capacity: chunkSize)
        ends = .allocate(capacity: chunkSize / 2 + 1)
        centres = .allocate(capacity: 2)
        pairs = .allocate(capacity: 2)
        for index in 0..<2 {
            let own = outputs + index * outputCount
            centres.advanced(by: index).initialize(to: Centre(outputs: own, weights: UnsafePointer(weights)))
            let first = weights + 2 * index * weightCount
            pairs.advanced(by: index).initialize(to: Pair(outputs: own, weights: (first, first + weightCount)))
        }
    }

    deinit {
        centres.deallocate()
        pairs.deallocate()
        inputs.deallocate()
        entering.deallocate()
        outputs.deallocate()
        weights.deallocate()
        scratch.deallocate()
        words.deallocate()
        ends.deallocate()
    }

    /// Trains on a chunk of word numbers.
    ///
    /// - Parameters:
    ///   - seed: Decides everything random in this chunk.
    ///   - rate: The learning rate at a place of the chunk, a share from 0 to 1.
    func train(_ numbers: UnsafePointer<Int32>, count: Int, seed: UInt64, rate: (Double) -> Float) -> Loss {
        var generator = SeededGenerator(seed: seed)
        var loss = Loss()
        var (start, kept, texts) = (0, 0, 0)
        while start < count {
            var end = start
            while end < count, numbers[end] >= 0 { end += 1 }
            let length = thin(numbers + start, count: end - start, into: words + kept, &generator)
            // A word alone has no context.
            if length > 1 {
                kept += length
                ends[texts] = kept
                texts += 1
            }
            start = end + 1
        }
        guard kept > 0 else { return loss }
        if trainsPairs {
            trainPairs(of: kept, rate, &generator, &loss)
        } else {
            trainCentres(of: kept, rate, &generator, &loss)
        }
        return loss
    }

    /// Merges what this thread has trained into the matrices. To be called when the threads are done.
    func merge() {
        inputCopies.merge()
        outputCopies.merge()
    }

    /// Copies a text without some of its frequent words; returns how many words are left.
    private func thin(
        _ numbers: UnsafePointer<Int32>, count: Int, into words: UnsafeMutablePointer<Int32>,
        _ generator: inout SeededGenerator
    ) -> Int {
        guard !model.keeping.isEmpty else {
            words.update(from: numbers, count: count)
            return count
        }
        return model.keeping.withUnsafeBufferPointer { limits in
            var kept = 0
            for place in 0..<count {
                // Always written, and kept by counting it: a branch would be guessed wrong every other time.
                words[kept] = numbers[place]
                let random = UInt32(truncatingIfNeeded: generator.next() >> 32)
                kept += random <= limits[Int(numbers[place])] ? 1 : 0
            }
            return kept
        }
    }

    /// Words between two looks at the learning rate.
    static let wordsAtOneRate = 4096

    /// Collects the input rows of a word; returns how many there are.
    @inline(__always)
    func collect(_ word: Int32, into rows: Rows) -> Int {
        guard let subwords else {
            rows[0] = input[word]
            return 1
        }
        let parts = subwords[word]
        for index in 0..<parts.count { rows[index] = input[parts[index]] }
        return parts.count
    }
}

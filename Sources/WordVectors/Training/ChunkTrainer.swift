import Kernels

/// Trains on pieces of the corpus: windows, negatives, and the calls of the kernel.
///
/// One object serves one thread; the matrices are shared by all of them without locks. The centre word is predicted
/// from its context, each context word by itself (skip-gram) or their mean (continuous bag of words). All context words
/// of one centre share its negatives (Ji et al. 2016, "Parallelizing Word2Vec in shared and distributed memory"), so
/// that a centre costs one small matrix product; with a bag of words, where that is one row, two centres in succession
/// share them, so that their rows are fetched half as often. With subwords the roles of skip-gram are turned, as in
/// fastText: the centre's vector, put together once, predicts its context.
final class ChunkTrainer {
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
    }

    /// The sum of the loss and the number of predictions it is the sum of.
    struct Loss: Sendable {
        var sum = 0.0
        var predictions = 0
    }

    private let model: Model
    private let kernel = Word2VecKernel()
    private let width: Int
    private let window: Int
    private let negatives: Int
    /// Whether the centre's vector predicts its context, and not the other way round.
    private let predictsContext: Bool
    /// Centres in succession that share their negatives.
    private let sharing: Int

    /// What is known of a centre before its turn: it is drawn one centre ahead, so that its rows can be asked for.
    private struct Centre {
        /// Context words on either side, at most.
        var reach = 0
        /// The rows of the outputs: of the word and its negatives, of its path, or of the negatives for its context.
        var outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
        var outputCount = 0
        var weights: UnsafePointer<Float>
    }

    // This centre and the next, by the last bit of their places.
    private let centres: UnsafeMutablePointer<Centre>
    // Working memory of one centre.
    private let inputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
    private let entering: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
    private let outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
    private let weights: UnsafeMutablePointer<Float>
    private let scratch: UnsafeMutablePointer<Float>
    /// The text without its thinned-out words.
    private let words: UnsafeMutablePointer<Int32>
    private let drawn: UnsafeMutablePointer<Int32>

    init(_ model: Model, chunkSize: Int) {
        self.model = model
        (width, window, negatives) = (model.input.stride, model.options.window, model.options.negatives)
        predictsContext = model.subwords != nil && model.sampler != nil && model.options.architecture == .skipGram
        sharing = model.options.architecture == .continuousBagOfWords ? 2 : 1
        let mostDrawn = predictsContext ? Self.negatives(ofContexts: 2 * window, each: negatives) : negatives
        let outputCount = max(1 + negatives, model.tree?.longestPath ?? 0, 2 * window + mostDrawn)
        let inputCount = 2 * window * (model.subwords?.largest ?? 1)
        inputs = .allocate(capacity: inputCount)
        entering = .allocate(capacity: max(inputCount, 1) + 1)
        outputs = .allocate(capacity: 2 * outputCount)
        weights = .allocate(capacity: outputCount + Word2VecKernel.weightPadding)
        weights.initialize(repeating: -1, count: outputCount + Word2VecKernel.weightPadding)
        weights[0] = 1
        scratch = .allocate(
            capacity: Word2VecKernel.scratchCount(inputs: 2 * window, outputs: outputCount, width: width))
        words = .allocate(capacity: chunkSize)
        drawn = .allocate(capacity: max(mostDrawn, 1))
        centres = .allocate(capacity: 2)
        for index in 0..<2 {
            centres.advanced(by: index).initialize(
                to: Centre(outputs: outputs + index * outputCount, weights: UnsafePointer(weights)))
        }
    }

    deinit {
        centres.deallocate()
        inputs.deallocate()
        entering.deallocate()
        outputs.deallocate()
        weights.deallocate()
        scratch.deallocate()
        words.deallocate()
        drawn.deallocate()
    }

    /// Trains on a chunk of word numbers.
    ///
    /// - Parameters:
    ///   - seed: Decides everything random in this chunk.
    ///   - rate: The learning rate at a place of the chunk, a share from 0 to 1.
    func train(_ numbers: UnsafePointer<Int32>, count: Int, seed: UInt64, rate: (Double) -> Float) -> Loss {
        var generator = SeededGenerator(seed: seed)
        var loss = Loss()
        var start = 0
        while start < count {
            var end = start
            while end < count, numbers[end] >= 0 { end += 1 }
            let kept = thin(numbers + start, count: end - start, &generator)
            if kept > 1 {
                train(
                    text: kept, from: Double(start) / Double(count), to: Double(end) / Double(count), rate, &generator,
                    &loss)
            }
            start = end + 1
        }
        return loss
    }

    /// Copies a text to `words`, frequent words thinned out; returns how many are left.
    private func thin(_ numbers: UnsafePointer<Int32>, count: Int, _ generator: inout SeededGenerator) -> Int {
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

    private func train(
        text count: Int, from start: Double, to end: Double, _ rate: (Double) -> Float,
        _ generator: inout SeededGenerator, _ loss: inout Loss
    ) {
        var currentRate = rate(start)
        prepare(0, of: count, &generator)
        for place in 0..<count {
            if place & 0xfff == 0xfff { currentRate = rate(start + (end - start) * Double(place) / Double(count)) }
            if place + 1 < count { prepare(place + 1, of: count, &generator) }
            let reach = centres[place & 1].reach
            let first = max(0, place - reach), last = min(count - 1, place + reach)
            if predictsContext {
                predictContext(of: place, first, last, currentRate, &loss)
            } else if model.subwords != nil, model.options.architecture == .skipGram {
                // Each context word by itself: its vector is a mean, so that the words cannot share a product.
                for context in first...last where context != place {
                    predictCentre(place, context, context, currentRate, &loss)
                }
            } else {
                predictCentre(place, first, last, currentRate, &loss)
            }
        }
    }

    /// Draws the window and the negatives of a centre and asks for the rows that it needs and those before it did not.
    ///
    /// One centre ahead is far enough; two give the other threads more time to take the rows away.
    @inline(__always)
    private func prepare(_ place: Int, of count: Int, _ generator: inout SeededGenerator) {
        let centre = centres + (place & 1)
        let outputs = centre.pointee.outputs
        centre.pointee.reach = window - generator.index(below: window)
        let word = words[place], newest = words[min(place + window, count - 1)]
        var isFetched = false
        if let tree = model.tree {
            tree.withPath(to: word) { nodes, turns, count in
                for step in 0..<count { outputs[step] = model.output[nodes[step]] }
                centre.pointee.outputCount = count
                centre.pointee.weights = turns
            }
        } else if let sampler = model.sampler {
            // The context is known when its turn comes; its negatives stand alone until then.
            var outputCount = 0
            if !predictsContext {
                outputs[0] = model.output[word]
                outputCount = 1
            }
            let draws =
                predictsContext
                ? Self.negatives(ofContexts: 2 * centre.pointee.reach, each: negatives) : negatives
            let isFirst = place % sharing == 0
            if isFirst {
                for index in 0..<draws { drawn[index] = sampler.word(generator.next()) }
            }
            for index in 0..<draws {
                outputs[outputCount] = model.output[drawn[index]]
                outputCount += predictsContext || drawn[index] != word ? 1 : 0
            }
            centre.pointee.outputCount = outputCount
            isFetched = !isFirst
        }
        // Negatives that the centre before has too are at hand.
        Word2VecKernel.prefetch(outputs, count: isFetched ? 1 : centre.pointee.outputCount, width: width)
        var count = 0
        if predictsContext {
            entering[0] = model.output[newest]
            count = 1
        }
        count += collect(predictsContext ? word : newest, into: entering + count)
        Word2VecKernel.prefetch(entering, count: count, width: width)
    }

    /// Collects the input rows of a word; returns how many there are.
    @inline(__always)
    private func collect(_ word: Int32, into rows: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>) -> Int {
        guard let subwords = model.subwords else {
            rows[0] = model.input[word]
            return 1
        }
        let parts = subwords.rows(of: word)
        for index in 0..<parts.count { rows[index] = model.input[parts[index]] }
        return parts.count
    }

    /// The centre word from its context.
    @inline(__always)
    private func predictCentre(_ place: Int, _ first: Int, _ last: Int, _ rate: Float, _ loss: inout Loss) {
        var inputCount = 0
        for context in first...last where context != place {
            inputCount += collect(words[context], into: inputs + inputCount)
        }
        guard inputCount > 0 else { return }
        let centre = centres + (place & 1)
        predict(inputCount, centre.pointee, rate, &loss)
    }

    @inline(__always)
    private func predict(_ inputCount: Int, _ centre: Centre, _ rate: Float, _ loss: inout Loss) {
        if model.options.architecture == .skipGram, model.subwords == nil {
            loss.sum += kernel(
                inputs: inputs, count: inputCount, outputs: centre.outputs, weights: centre.weights,
                count: centre.outputCount, width: width, rate: rate, scratch: scratch)
            loss.predictions += inputCount
        } else {
            loss.sum += kernel.meanStep(
                inputs: inputs, count: inputCount, outputs: centre.outputs, weights: centre.weights,
                count: centre.outputCount, width: width, rate: rate, scratch: scratch)
            loss.predictions += 1
        }
    }

    /// Random words that are drawn for all words of a context together, each counting for as many as are meant.
    @inline(__always)
    private static func negatives(ofContexts contexts: Int, each negatives: Int) -> Int {
        min(negatives * contexts, max(negatives, 2 * contexts))
    }

    /// The context words from the centre, whose vector is the mean of its own row and its n-grams'.
    private func predictContext(of place: Int, _ first: Int, _ last: Int, _ rate: Float, _ loss: inout Loss) {
        guard last > first else { return }
        let inputCount = collect(words[place], into: inputs)
        let contexts = last - first, count = Self.negatives(ofContexts: contexts, each: negatives)
        let weight = -Float(negatives * contexts) / Float(count)
        let outputs = centres[place & 1].outputs
        for index in 0..<count { weights[index] = weight }
        var outputCount = count
        for context in first...last where context != place {
            outputs[outputCount] = model.output[words[context]]
            weights[outputCount] = 1
            outputCount += 1
        }
        loss.sum += kernel.meanStep(
            inputs: inputs, count: inputCount, outputs: outputs, weights: weights, count: outputCount, width: width,
            rate: rate, scratch: scratch)
        loss.predictions += contexts
    }
}

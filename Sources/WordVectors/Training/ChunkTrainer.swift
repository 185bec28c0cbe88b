import Kernels
import Text

/// Trains on pieces of the corpus: windows, negatives, and the calls of the kernel.
///
/// One object serves one thread; the matrices are shared by all of them without locks. The centre word is predicted
/// from its context, each context word by itself (skip-gram) or their mean (continuous bag of words). All context words
/// of one centre share its negatives (Ji et al. 2016, "Parallelizing Word2Vec in shared and distributed memory"), so
/// that a centre costs one small matrix product. With subwords the roles are turned, as in fastText: the centre's
/// vector, put together once, predicts its context.
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
    private var generator = SeededGenerator(seed: 0)

    // Working memory of one centre.
    private let inputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
    private let outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
    private let labels: UnsafeMutablePointer<Float>
    private let weights: UnsafeMutablePointer<Float>
    private let scratch: UnsafeMutablePointer<Float>
    // The text without its thinned-out words, and the negatives of the next few centres.
    private let words: UnsafeMutablePointer<Int32>
    private let drawn: UnsafeMutablePointer<Int32>

    /// Centres for which negatives are drawn, and rows asked for, ahead of their turn.
    private static let ahead = 2

    init(_ model: Model, chunkSize: Int) {
        self.model = model
        (width, window, negatives) = (model.input.stride, model.options.window, model.options.negatives)
        let outputCount = max(1 + negatives, model.tree?.longestPath ?? 0, 2 * window * 3 + negatives)
        let inputCount = max(2 * window, model.subwords?.largestContext(window: window) ?? 0)
        inputs = .allocate(capacity: inputCount)
        outputs = .allocate(capacity: outputCount)
        labels = .allocate(capacity: outputCount)
        weights = .allocate(capacity: outputCount)
        scratch = .allocate(
            capacity: Word2VecKernel.scratchCount(inputs: 2 * window, outputs: outputCount, width: width))
        words = .allocate(capacity: chunkSize)
        drawn = .allocate(capacity: (Self.ahead + 1) * max(negatives, 1))
        for place in 0..<outputCount {
            labels[place] = place == 0 ? 1 : 0
            weights[place] = 1
        }
    }

    deinit {
        inputs.deallocate()
        outputs.deallocate()
        labels.deallocate()
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
        generator = SeededGenerator(seed: seed)
        var loss = Loss()
        var start = 0
        while start < count {
            var kept = 0
            var place = start
            while place < count, numbers[place] >= 0 {
                let word = numbers[place]
                if model.keeping.isEmpty || keeps(word) {
                    words[kept] = word
                    kept += 1
                }
                place += 1
            }
            if kept > 1 {
                train(text: kept, at: Double(start) / Double(count), to: Double(place) / Double(count), rate, &loss)
            }
            start = place + 1
        }
        return loss
    }

    @inline(__always)
    private func keeps(_ word: Int32) -> Bool {
        let limit = model.keeping.withUnsafeBufferPointer { $0[Int(word)] }
        return limit == .max || UInt32(truncatingIfNeeded: generator.next() >> 32) < limit
    }

    private func train(
        text count: Int, at start: Double, to end: Double, _ rate: (Double) -> Float, _ loss: inout Loss
    ) {
        let samples = model.sampler != nil
        for place in 0..<min(Self.ahead, count) where samples { draw(place) }
        var currentRate = rate(start)
        for place in 0..<count {
            if place & 0xfff == 0xfff { currentRate = rate(start + (end - start) * Double(place) / Double(count)) }
            if place + Self.ahead < count {
                if samples { draw(place + Self.ahead) }
                if place + Self.ahead + window < count, model.subwords == nil {
                    Word2VecKernel.prefetch(model.input[words[place + Self.ahead + window]], width: width)
                }
            }
            let reach = window - generator.index(below: window)
            let first = max(0, place - reach), last = min(count - 1, place + reach)
            if model.subwords != nil, model.options.architecture == .skipGram {
                if samples {
                    predictContext(of: place, first, last, currentRate, &loss)
                } else {
                    // Each context word by itself: its vector is a mean, so that the words cannot share a product.
                    for context in first...last where context != place {
                        predictCentre(place, context, context, currentRate, &loss)
                    }
                }
            } else {
                predictCentre(place, first, last, currentRate, &loss)
            }
        }
    }

    /// Draws the negatives of a centre and asks for their rows, and for its own.
    @inline(__always)
    private func draw(_ place: Int) {
        guard let sampler = model.sampler else { return }
        Word2VecKernel.prefetch(model.output[words[place]], width: width)
        let slot = drawn + (place % (Self.ahead + 1)) * negatives
        for index in 0..<negatives {
            let word = sampler.word(generator.next())
            slot[index] = word
            Word2VecKernel.prefetch(model.output[word], width: width)
        }
    }

    /// The centre word from its context.
    @inline(__always)
    private func predictCentre(_ place: Int, _ first: Int, _ last: Int, _ rate: Float, _ loss: inout Loss) {
        var inputCount = 0
        for context in first...last where context != place {
            if let subwords = model.subwords {
                for row in subwords.rows(of: words[context]) {
                    inputs[inputCount] = model.input[row]
                    inputCount += 1
                }
            } else {
                inputs[inputCount] = model.input[words[context]]
                inputCount += 1
            }
        }
        guard inputCount > 0 else { return }
        if let tree = model.tree {
            tree.withPath(to: words[place]) { nodes, labels, count in
                for step in 0..<count { outputs[step] = model.output[nodes[step]] }
                predict(inputCount, labels, count, rate, &loss)
            }
        } else {
            outputs[0] = model.output[words[place]]
            var count = 1
            let slot = drawn + (place % (Self.ahead + 1)) * negatives
            for index in 0..<negatives where slot[index] != words[place] {
                outputs[count] = model.output[slot[index]]
                count += 1
            }
            predict(inputCount, labels, count, rate, &loss)
        }
    }

    @inline(__always)
    private func predict(
        _ inputCount: Int, _ labels: UnsafePointer<Float>, _ outputCount: Int, _ rate: Float, _ loss: inout Loss
    ) {
        if model.options.architecture == .skipGram, model.subwords == nil {
            loss.sum += kernel(
                inputs: inputs, count: inputCount, outputs: outputs, labels: labels, weights: weights,
                count: outputCount, width: width, rate: rate, scratch: scratch)
            loss.predictions += inputCount
        } else {
            loss.sum += kernel.meanStep(
                inputs: inputs, count: inputCount, outputs: outputs, labels: labels, weights: weights,
                count: outputCount, width: width, rate: rate, scratch: scratch)
            loss.predictions += 1
        }
    }

    /// The context words from the centre, whose vector is the mean of its own row and its n-grams'.
    ///
    /// Two negatives a context word are drawn for all of them, each counting for as many as are meant.
    private func predictContext(of place: Int, _ first: Int, _ last: Int, _ rate: Float, _ loss: inout Loss) {
        guard let subwords = model.subwords, let sampler = model.sampler, last > first else { return }
        var inputCount = 0
        for row in subwords.rows(of: words[place]) {
            inputs[inputCount] = model.input[row]
            inputCount += 1
        }
        var outputCount = 0
        for context in first...last where context != place {
            outputs[outputCount] = model.output[words[context]]
            labels[outputCount] = 1
            weights[outputCount] = 1
            outputCount += 1
        }
        let contexts = outputCount
        let meant = negatives * contexts
        let count = min(meant, max(negatives, 2 * contexts))
        for _ in 0..<count {
            outputs[outputCount] = model.output[sampler.word(generator.next())]
            labels[outputCount] = 0
            weights[outputCount] = Float(meant) / Float(count)
            outputCount += 1
        }
        loss.sum += kernel.meanStep(
            inputs: inputs, count: inputCount, outputs: outputs, labels: labels, weights: weights, count: outputCount,
            width: width, rate: rate, scratch: scratch)
        loss.predictions += contexts
    }
}

/// The table rows that make up each word of the vocabulary: its own, and those of its character n-grams.
struct SubwordRows: Sendable {
    private let starts: [Int32]
    private let all: [Int32]
    private let largest: Int

    init(words: [String], characterNGrams: CharacterNGrams) {
        var (starts, all, largest): ([Int32], [Int32], Int) = ([0], [], 0)
        for (number, word) in words.enumerated() {
            all.append(Int32(number))
            all += characterNGrams.bucketIndices(of: word).lazy.map { Int32(words.count) + $0 }
            largest = max(largest, all.count - Int(starts[number]))
            starts.append(Int32(all.count))
        }
        (self.starts, self.all, self.largest) = (starts, all, largest)
    }

    @inline(__always)
    func rows(of word: Int32) -> UnsafeBufferPointer<Int32> {
        let (start, end) = starts.withUnsafeBufferPointer { (Int($0[Int(word)]), Int($0[Int(word) + 1])) }
        return all.withUnsafeBufferPointer { UnsafeBufferPointer(rebasing: $0[start..<end]) }
    }

    /// Rows of a window's words together, at most.
    func largestContext(window: Int) -> Int { largest * 2 * window }
}

import Kernels

/// One centre after the other: skip-gram, and all that walks the tree.
extension ChunkTrainer {
    /// What is known of a centre before its turn: it is drawn one centre ahead, so that its rows can be asked for.
    struct Centre {
        /// Context words on either side, at most.
        var reach = 0
        /// The rows of the outputs: of the word and its negatives, of its path, or of the negatives for its context.
        let outputs: Rows
        var outputCount = 0
        var weights: UnsafePointer<Float>
    }

    /// Trains on the first of `words`.
    func trainCentres(
        of count: Int, _ rate: (_ share: Double) -> Float, _ generator: inout SeededGenerator, _ loss: inout Loss
    ) {
        var currentRate = rate(0)
        var (text, begin) = (0, 0)
        prepare(0, of: count, &generator)
        for place in 0..<count {
            if place == ends[text] { (text, begin) = (text + 1, place) }
            if place % Self.wordsAtOneRate == 0 { currentRate = rate(Double(place) / Double(count)) }
            if place + 1 < count { prepare(place + 1, of: count, &generator) }
            let reach = centres[place & 1].reach
            let first = max(begin, place - reach), last = min(ends[text] - 1, place + reach)
            if predictsContext {
                predictContext(of: place, first, last, currentRate, &loss)
            } else if isSkipGram, subwords != nil {
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
        inputCopies.mergeDue()
        outputCopies.mergeDue()
        let centre = centres + (place & 1)
        let outputs = centre.pointee.outputs
        centre.pointee.reach = window - generator.index(below: window)
        let word = words[place], newest = words[min(place + window, count - 1)]
        if let path = paths?[word] {
            for step in 0..<path.count {
                outputs[step] = output[path.nodes[step]]
                outputCopies.use(path.nodes[step], output)
            }
            centre.pointee.outputCount = path.count
            centre.pointee.weights = UnsafePointer(path.turns)
        } else if let draws {
            // The context is known when its turn comes; its negatives stand alone until then.
            var outputCount = 0
            if !predictsContext {
                outputs[0] = output[word]
                outputCopies.use(word, output)
                outputCount = 1
            }
            for _ in 0..<(predictsContext ? 2 * centre.pointee.reach : 1) * negatives {
                let drawn = draws.word(generator.next())
                outputs[outputCount] = output[drawn]
                outputCopies.use(drawn, output)
                outputCount += predictsContext || drawn != word ? 1 : 0
            }
            centre.pointee.outputCount = outputCount
        }
        // Every path passes the root: asked for early, it would be taken from another thread that is not done with it.
        let passed = paths == nil ? 0 : min(Self.crowdedNodes, centre.pointee.outputCount)
        Word2VecKernel.prefetch(outputs + passed, count: centre.pointee.outputCount - passed, width: width)
        var count = 0
        if predictsContext {
            entering[0] = output[newest]
            outputCopies.use(newest, output)
            count = 1
        }
        let entered = predictsContext ? word : newest
        inputCopies.use(entered, input)
        count += collect(entered, into: entering + count)
        Word2VecKernel.prefetch(entering, count: count, width: width)
    }

    /// Nodes from the root on that so many paths pass that both threads are always at them.
    private static let crowdedNodes = 5

    /// The centre word from its context.
    @inline(__always)
    private func predictCentre(_ place: Int, _ first: Int, _ last: Int, _ rate: Float, _ loss: inout Loss) {
        var inputCount = 0
        for context in first...last where context != place {
            inputCount += collect(words[context], into: inputs + inputCount)
        }
        let centre = centres[place & 1]
        if isSkipGram, subwords == nil {
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

    /// The context words, each with negatives of its own, from the centre, whose vector is the mean of its own row and
    /// its n-grams'. Negatives shared by all of them, two a context word that count for more, are 1.5 times as fast and
    /// cost 0.6 points of analogies (0.540 for 0.546 over three seeds on 5.8 million words).
    private func predictContext(of place: Int, _ first: Int, _ last: Int, _ rate: Float, _ loss: inout Loss) {
        let inputCount = collect(words[place], into: inputs)
        // At the ends of a text there are fewer context words than negatives were drawn for.
        let contexts = last - first, count = negatives * contexts
        let outputs = centres[place & 1].outputs
        for index in 0..<count { weights[index] = -1 }
        var outputCount = count
        for context in first...last where context != place {
            outputs[outputCount] = output[words[context]]
            weights[outputCount] = 1
            outputCount += 1
        }
        loss.sum += kernel.meanStep(
            inputs: inputs, count: inputCount, outputs: outputs, weights: weights, count: outputCount, width: width,
            rate: rate, scratch: scratch)
        loss.predictions += contexts
    }
}

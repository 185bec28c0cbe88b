import Kernels

/// Bags of words, two centres in succession at a time. They share their negatives, and most of their windows are the
/// same words, but for the last word of a text and the first of the next: each row of these is read once and written
/// once for both.
extension ChunkTrainer {
    /// What is known of two centres before their turn.
    struct Pair {
        /// Context words on either side of each, at most.
        var reach = (first: 0, second: 0)
        /// The rows of the outputs: of the two words, then of their negatives.
        let outputs: Rows
        /// What the own output and the negatives weigh for each of the two.
        let weights: (first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>)
    }

    /// Trains on the first of `words`.
    func trainPairs(
        of count: Int, _ rate: (_ share: Double) -> Float, _ generator: inout SeededGenerator, _ loss: inout Loss
    ) {
        var currentRate = rate(0)
        var text = 0
        preparePair(0, of: count, &generator)
        for place in stride(from: 0, to: count, by: 2) {
            if place % Self.wordsAtOneRate == 0 { currentRate = rate(Double(place) / Double(count)) }
            if place + 2 < count { preparePair(place + 2, of: count, &generator) }
            predictPair(place, of: count, &text, currentRate, &loss)
        }
    }

    /// Draws the windows and the negatives of two centres and asks for the rows that they need and those before them
    /// did not. Where there is no second one, it weighs nothing.
    @inline(__always)
    private func preparePair(_ place: Int, of count: Int, _ generator: inout SeededGenerator) {
        guard let draws else { return }
        inputCopies.mergeDue()
        outputCopies.mergeDue()
        let pair = pairs + (place >> 1 & 1)
        let (outputs, weights) = (pair.pointee.outputs, pair.pointee.weights)
        pair.pointee.reach = (window - generator.index(below: window), window - generator.index(below: window))
        let last = count - 1
        let (first, second) = (words[place], words[min(place + 1, last)])
        let share: Float = place < last ? 1 : 0
        outputs[0] = output[first]
        outputs[1] = output[second]
        outputCopies.use(first, output)
        outputCopies.use(second, output)
        weights.first[0] = 1
        weights.second[0] = share
        for index in 1...negatives {
            let drawn = draws.word(generator.next())
            outputs[1 + index] = output[drawn]
            outputCopies.use(drawn, output)
            weights.first[index] = drawn == first ? 0 : -1
            weights.second[index] = drawn == second ? 0 : -share
        }
        Word2VecKernel.prefetch(outputs, count: 2 + negatives, width: width)
        let newest = (words[min(place + window, last)], words[min(place + window + 1, last)])
        inputCopies.use(newest.0, input)
        inputCopies.use(newest.1, input)
        var entered = collect(newest.0, into: entering)
        entered += collect(newest.1, into: entering + entered)
        Word2VecKernel.prefetch(entering, count: entered, width: width)
    }

    /// Two centre words from their contexts; `text` is the first one's or the one before, and becomes the second one's.
    @inline(__always)
    private func predictPair(_ place: Int, of count: Int, _ text: inout Int, _ rate: Float, _ loss: inout Loss) {
        let pair = pairs[place >> 1 & 1]
        let second = place + 1
        var rows = 0
        @inline(__always) func take(_ begin: Int, _ end: Int) {
            for context in begin..<max(begin, end) { rows += collect(words[context], into: inputs + rows) }
        }
        if place == ends[text] { text += 1 }
        let textBegin = text == 0 ? 0 : ends[text - 1], textEnd = ends[text]
        let begin = max(textBegin, place - pair.reach.first), end = min(textEnd, second + pair.reach.first)
        var (firstAlone, both) = (0, 0)
        if second == textEnd {
            take(begin, place)
            firstAlone = rows
            if second < count {
                text += 1
                take(second + 1, min(ends[text], second + 1 + pair.reach.second))
            }
        } else {
            let otherBegin = max(textBegin, second - pair.reach.second)
            let otherEnd = min(textEnd, second + 1 + pair.reach.second)
            // Each of the two is context of the other, as every window reaches one word at least.
            take(second, second + 1)
            take(begin, otherBegin)
            take(otherEnd, end)
            firstAlone = rows
            take(max(begin, otherBegin), place)
            take(second + 1, min(end, otherEnd))
            both = rows - firstAlone
            take(place, second)
            take(otherBegin, begin)
            take(end, otherEnd)
        }
        loss.sum += kernel.pairStep(
            inputs: inputs, ofFirst: firstAlone, ofBoth: both, ofSecond: rows - firstAlone - both,
            outputs: pair.outputs, shared: negatives, weights: pair.weights, width: width, rate: rate,
            scratch: scratch)
        loss.predictions += second < count ? 2 : 1
    }
}

import Layers
import TestSupport
import Tensors
import Testing

@Suite struct AttentionTests {
    private let queries = randomTensor([2, 5, 8], seed: 1)
    private let keys = randomTensor([2, 7, 8], seed: 2)
    private let queryLengths = IndexTensor([5, 2], [2])
    private let keyLengths = IndexTensor([7, 3], [2])

    private func plain(_ tensor: Tensor, _ lengths: IndexTensor) -> Reference.Sequences {
        .init(tensor.elements.map(Double.init), steps: tensor.shape[1], lengths: lengths.elements.map(Int.init))
    }

    private func expectClose(_ tensor: Tensor, _ expected: [Double], _ shape: Shape) {
        #expect(tensor.shape == shape)
        let error = relativeError(tensor.elements.map(Double.init), expected)
        #expect(error <= 1e-5, "relative error \(error)")
    }

    // MARK: Weights

    @Test(arguments: [AttentionMask.none, .causal]) func weightsOfHeads(mask: AttentionMask) {
        let weights = ScaledDotProductAttention(heads: 2, mask: mask).weights(
            queries: queries, keys: keys, queryLengths: queryLengths, keyLengths: keyLengths)
        let keys = plain(keys, keyLengths)
        let expected = Reference.scaledDotProductAttention(
            queries: plain(queries, queryLengths), keys: keys, values: keys, heads: 2, keyHeads: 2,
            isCausal: mask == .causal)
        expectClose(weights, expected.weights, [2, 2, 5, 7])
    }

    @Test func weightsOfLuong() {
        let parameters = Parameters(.seed(1))
        let attention = LuongAttention(.general, queryWidth: 8, keyWidth: 8, scope: parameters.scope)
        let weights = attention.weights(
            queries: queries, keys: keys, queryLengths: queryLengths, keyLengths: keyLengths, .inference)
        var mapped = plain(queries, queryLengths)
        mapped.values = Reference.linear(
            mapped.values, attention.weight!.value.elements.map(Double.init), nil, inputs: 8)
        let keys = plain(keys, keyLengths)
        let expected = Reference.scaledDotProductAttention(
            queries: mapped, keys: keys, values: keys, heads: 1, keyHeads: 1, isCausal: false, scale: 1)
        expectClose(weights, expected.weights, [2, 5, 7])
    }

    @Test func weightsOfAdditiveAttentionBringItsOutput() {
        let parameters = Parameters(.seed(1))
        let attention = AdditiveAttention(queryWidth: 8, keyWidth: 8, hidden: 3, scope: parameters.scope)
        let mapped = attention.mapped(keys: keys, lengths: keyLengths, .inference)
        let output = attention(queries: queries, keys: mapped, values: keys, queryLengths: queryLengths, .inference)
        let weights = attention.weights(queries: queries, keys: mapped, queryLengths: queryLengths, .inference)
        #expect(weights.shape == [2, 5, 7])
        expectClose(output, weighted(keys, by: weights.reshaped([2, 5, 7])), [2, 5, 8])
    }

    @Test func weightsOfPoolingBringItsOutput() {
        let parameters = Parameters(.seed(1))
        let pooling = AdditivePooling(width: 8, hidden: 3, scope: parameters.scope)
        let output = pooling(keys, lengths: keyLengths, .inference)
        let weights = pooling.weights(keys, lengths: keyLengths, .inference)
        #expect(weights.shape == [2, 7])
        let elements = weights.elements
        #expect(elements[10...].allSatisfy { $0 == 0 })
        #expect(abs(elements[..<7].reduce(0, +) - 1) < 1e-5 && abs(elements[7...].reduce(0, +) - 1) < 1e-5)
        expectClose(output, weighted(keys, by: weights.reshaped([2, 1, 7])), [2, 8])
    }

    @Test func weightsOfLayers() {
        let parameters = Parameters(.seed(1))
        let rotary = RotaryPositions(headWidth: 4, maximumSteps: 7)
        let layer = MultiHeadAttention(width: 8, heads: 2, rotary: rotary, scope: parameters.scope["full"])
        let grouped = GroupedQueryAttention(width: 8, heads: 4, keyHeads: 2, scope: parameters.scope["grouped"])
        let plainLayer = MultiHeadAttention(width: 8, heads: 2, scope: parameters.scope["plain"])
        for (weights, heads, steps) in [
            (layer.weights(keys, lengths: keyLengths, .inference), 2, 7),
            (grouped.weights(keys, lengths: keyLengths, .inference), 4, 7),
            (
                plainLayer.weights(
                    keys, memory: queries, lengths: keyLengths, memoryLengths: queryLengths, .inference), 2, 5
            ),
        ] {
            #expect(weights.shape == [2, heads, 7, steps])
            // A distribution for each query of the first row, and for the first three of the second.
            let sums = (0..<2 * heads * 7).map { row in weights.elements[row * steps..<(row + 1) * steps].reduce(0, +) }
            for (row, sum) in sums.enumerated() {
                let isValid = row < heads * 7 || row % 7 < 3
                #expect(abs(sum - (isValid ? 1 : 0)) < 1e-5, "query \(row)")
            }
        }
    }

    /// sum_j weights[n, t, j] values[n, j]
    private func weighted(_ values: Tensor, by weights: Tensor) -> [Double] {
        let (steps, keySteps, width) = (weights.shape[1], values.shape[1], values.shape[2])
        var result = [Double](repeating: 0, count: weights.shape[0] * steps * width)
        for query in 0..<weights.shape[0] * steps {
            for key in 0..<keySteps {
                let weight = Double(weights.elements[query * keySteps + key])
                for feature in 0..<width {
                    let value = values.elements[(query / steps * keySteps + key) * width + feature]
                    result[query * width + feature] += weight * Double(value)
                }
            }
        }
        return result
    }

    // MARK: Masks

    @Test func nothingBehindTheLengthsOfAMemoryShows() {
        let parameters = Parameters(.seed(1))
        let options = TransformerOptions(width: 8, heads: 2, feedForward: 12)
        let decoder = TransformerDecoder(options, blocks: 1, scope: parameters.scope)
        func run(padding: Float) -> [[Float]] {
            var elements = keys.elements
            for index in (7 + 3) * 8..<elements.count { elements[index] = padding }
            let (tape, gradients) = (Tape(), Gradients(for: parameters))
            let memory = tape.watch(Tensor(elements, keys.shape))
            let context = Context.training(tape: tape, gradients: gradients, seed: 0)
            let output = decoder(
                queries, memory: memory, lengths: queryLengths, memoryLengths: keyLengths, context)
            tape.backward(from: (output * randomTensor(output.shape, seed: 8)).sum())
            return [output.elements, tape.gradient(of: memory).elements]
                + parameters.map { gradients.gradient(of: $0).elements }
        }
        let (zeros, strange) = (run(padding: 0), run(padding: .nan))
        #expect(zeros == strange)
    }

    @Test func noStepSeesALaterOne() {
        let parameters = Parameters(.seed(1))
        let options = TransformerOptions(width: 8, heads: 2, feedForward: 12)
        let body = TransformerEncoder(options, blocks: 2, mask: .causal, scope: parameters.scope)
        let x = randomTensor([1, 150, 8], seed: 3)
        var changed = x.elements
        for index in 100 * 8..<150 * 8 { changed[index] = -changed[index] }
        let (before, after) = (body(x, .inference).elements, body(Tensor(changed, x.shape), .inference).elements)
        let areEqual = before[..<800] == after[..<800]
        #expect(areEqual)
        #expect(before[800..<808] != after[800..<808])
    }

    // MARK: Dropout

    /// With the identity as values, outputs are the weights behind dropout; the gradients are those of attention
    /// under that mask.
    @Test func dropoutFallsOnWeights() {
        let attention = ScaledDotProductAttention(dropout: 0.5)
        let identity = Tensor((0..<100).map { $0 / 10 == $0 % 10 ? 1 : 0 }, [1, 10, 10])
        let queries = randomTensor([1, 10, 3], seed: 1)
        let keys = randomTensor([1, 10, 3], seed: 2)
        @Sendable func attend(_ x: [Tensor], values: Tensor, seed: UInt64) -> Tensor {
            let context = Context.training(tape: Tape(), gradients: Gradients(for: Parameters(.seed(0))), seed: seed)
            return attention(queries: x[0], keys: x[1], values: values, context)
        }
        let whole = attention.weights(queries: queries, keys: keys).elements
        let dropped = attend([queries, keys], values: identity, seed: 1).elements
        let mask = zip(dropped, whole).map { Double($0 / $1) }
        #expect(mask.allSatisfy { $0 == 0 || abs($0 - 2) < 1e-4 })
        #expect((30...70).contains(mask.filter { $0 == 0 }.count))
        #expect(attend([queries, keys], values: identity, seed: 2).elements != dropped)

        let values = randomTensor([1, 10, 4], seed: 9)
        GradientCase("dropout", [[1, 10, 3], [1, 10, 3]], { attend($0, values: values, seed: 1) }) { x in
            func sequences(_ x: [Double]) -> Reference.Sequences { .init(x, steps: 10, lengths: [10]) }
            let weights = Reference.scaledDotProductAttention(
                queries: sequences(x[0]), keys: sequences(x[1]), values: sequences(x[1]), heads: 1, keyHeads: 1,
                isCausal: false
            ).weights
            var output = [Double](repeating: 0, count: 40)
            for (index, weight) in weights.enumerated() {
                let kept = mask[index] == 0 ? 0 : 2.0
                for feature in 0..<4 {
                    let value = Double(values.elements[index % 10 * 4 + feature])
                    output[index / 10 * 4 + feature] += kept * weight * value
                }
            }
            return output
        }.check()
    }

    // MARK: Memory

    /// What waits for the backward pass doubles with the length: twice the scores would be four times as much.
    @Test func memoryGrowsWithTheLength() {
        func kept(_ steps: Int) -> Int {
            let (x, pool) = (randomTensor([1, steps, 8], seed: 1), StoragePool())
            return pool.serving {
                let tape = Tape()
                let watched = tape.watch(x)
                let output = ScaledDotProductAttention(heads: 2)(
                    queries: watched, keys: watched, values: watched, .inference)
                return withExtendedLifetime((tape, output)) { pool.statistics.bytesInUse }
            }
        }
        let (once, twice) = (kept(1024), kept(2048))
        #expect(once > 1024 * 8 * 4)
        #expect(Double(twice) < 2.5 * Double(once), "\(once) bytes for 1024 steps, \(twice) for 2048")
    }

    /// Nor does any scratch memory hold all scores, forwards or backwards: they would be 128 MiB here.
    @Test func noStepHoldsAllScores() {
        let (x, pool) = (randomTensor([1, 4096, 8], seed: 1), StoragePool())
        pool.serving {
            let tape = Tape()
            let watched = tape.watch(x)
            let output = ScaledDotProductAttention(heads: 2)(
                queries: watched, keys: watched, values: watched, .inference)
            tape.backward(from: output.sum())
        }
        let taken = pool.statistics.freshBytes
        #expect(taken < 16 << 20, "\(taken) bytes")
    }
}

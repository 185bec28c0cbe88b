import Layers
import TestSupport
import Tensors
import Testing

/// Attention over more queries and keys than fit into one block, against the plain version in Double.
@Suite struct AttentionBlockTests {
    struct Size: Sendable, CustomTestStringConvertible {
        let queries, keys: [Int]  // lengths
        let steps, keySteps: Int
        let mask: AttentionMask

        var testDescription: String { "\(steps) queries over \(keySteps) keys, mask \(mask)" }
    }

    static let sizes = [
        Size(queries: [150, 70], keys: [600, 300], steps: 150, keySteps: 600, mask: .none),
        Size(queries: [300, 130], keys: [300, 270], steps: 300, keySteps: 300, mask: .causal),
        Size(queries: [64, 64], keys: [256, 0], steps: 64, keySteps: 256, mask: .none),
        Size(queries: [65, 1], keys: [257, 1], steps: 65, keySteps: 257, mask: .none),
    ]

    /// Four heads over two of keys. Gradients are compared along random directions: an error of any block shows.
    @Test(arguments: sizes) func blocks(size: Size) {
        let attention = ScaledDotProductAttention(heads: 4, keyHeads: 2, mask: size.mask)
        let shapes: [Shape] = [[2, size.steps, 12], [2, size.keySteps, 6], [2, size.keySteps, 4]]
        let lengths = (lengths(size.queries), lengths(size.keys))
        let x = shapes.enumerated().map { randomTensor($1, seed: UInt64(40 + $0), scale: 2) }
        let tape = Tape()
        let watched = x.map(tape.watch)
        let output = attention(
            queries: watched[0], keys: watched[1], values: watched[2], queryLengths: lengths.0, keyLengths: lengths.1,
            .inference)
        func plain(_ x: [[Double]]) -> [Double] {
            Reference.scaledDotProductAttention(
                queries: .init(x[0], steps: size.steps, lengths: size.queries),
                keys: .init(x[1], steps: size.keySteps, lengths: size.keys),
                values: .init(x[2], steps: size.keySteps, lengths: size.keys), heads: 4, keyHeads: 2,
                isCausal: size.mask == .causal
            ).output
        }
        checkDirections(x, watched, output, tape, plain)
    }

    /// 150 queries, several blocks of them, over 40 keys.
    @Test func additiveBlocks() {
        let (queries, keys) = ([150, 70], [40, 25])
        let parameters = Parameters(.seed(2))
        let attention = AdditiveAttention(queryWidth: 3, keyWidth: 3, hidden: 4, scope: parameters.scope)
        let shapes: [Shape] = [[2, 150, 3], [2, 40, 3], [2, 40, 2]]
        let x = shapes.enumerated().map { randomTensor($1, seed: UInt64(50 + $0)) }
        let tape = Tape()
        let watched = x.map(tape.watch)
        let mapped = attention.mapped(keys: watched[1], lengths: lengths(keys), .inference)
        let output = attention(
            queries: watched[0], keys: mapped, values: watched[2], queryLengths: lengths(queries), .inference)
        func weights(_ name: String) -> [Double] { parameters[name]!.value.elements.map(Double.init) }
        checkDirections(x, watched, output, tape) { x in
            Reference.additiveAttention(
                queries: .init(
                    Reference.linear(x[0], weights("query.weight"), weights("query.bias"), inputs: 3), steps: 150,
                    lengths: queries),
                keys: .init(Reference.linear(x[1], weights("key.weight"), nil, inputs: 3), steps: 40, lengths: keys),
                values: .init(x[2], steps: 40, lengths: keys), weight: weights("score.weight")
            ).output
        }
    }

    private func lengths(_ lengths: [Int]) -> IndexTensor { IndexTensor(lengths.map(Int32.init), [lengths.count]) }

    /// Outputs, and the derivative of sum(upstream * output) along one random direction of each input.
    private func checkDirections(
        _ x: [Tensor], _ watched: [Tensor], _ output: Tensor, _ tape: Tape, _ plain: ([[Double]]) -> [Double]
    ) {
        let exact = x.map { $0.elements.map(Double.init) }
        let error = relativeError(output.elements.map(Double.init), plain(exact))
        #expect(error <= 1e-5, "forward, relative error \(error)")
        let upstream = randomTensor(output.shape, seed: 6)
        tape.backward(from: (output * upstream).sum())
        let weights = upstream.elements.map(Double.init)
        for index in x.indices {
            let direction = randomFloats(x[index].count, seed: UInt64(60 + index)).map(Double.init)
            let gradient = tape.gradient(of: watched[index]).elements.map(Double.init)
            func loss(_ step: Double) -> Double {
                var moved = exact
                moved[index] = zip(exact[index], direction).map { $0 + step * $1 }
                return zip(plain(moved), weights).reduce(0) { $0 + $1.0 * $1.1 }
            }
            let expected = (loss(1e-5) - loss(-1e-5)) / 2e-5
            let found = zip(gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
            let size = gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(found - expected) <= 1e-4 * size, "input \(index): \(found), \(expected) expected")
        }
    }
}

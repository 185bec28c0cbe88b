import Foundation
import Layers
import TestSupport
import Tensors
import Testing

/// Attention over sequences of several blocks, and heads of odd widths, beside plain loops in double precision.
@Suite struct LongAttentionTests {
    struct Case: Sendable, CustomStringConvertible {
        var heads = 2
        var keyHeads = 2
        var width = 16
        var valueWidth = 32
        var steps = 150
        var keySteps = 150
        var mask = AttentionMask.causal
        var lengths: (queries: [Int32], keys: [Int32])?
        var dropout: Float = 0

        var description: String {
            """
            \(heads) heads of \(width), \(valueWidth) over \(keyHeads), \(steps) by \(keySteps), \(mask), \
            lengths \(lengths.map { "\($0)" } ?? "whole"), dropout \(dropout)
            """
        }
    }

    static let cases = [
        Case(), Case(mask: .none), Case(steps: 67, keySteps: 301, mask: .none), Case(steps: 140, keySteps: 64),
        Case(heads: 4, width: 20, valueWidth: 5), Case(heads: 4, keyHeads: 1, width: 3, valueWidth: 48),
        Case(width: 24, valueWidth: 17, lengths: ([150, 71], [131, 0])), Case(lengths: ([66, 1], [129, 128])),
        Case(dropout: 0.3), Case(heads: 1, keyHeads: 1, width: 7, mask: .none, dropout: 0.5),
    ]

    @Test(arguments: cases) func outputsAndGradients(_ test: Case) {
        let layer = ScaledDotProductAttention(
            heads: test.heads, keyHeads: test.keyHeads, mask: test.mask, dropout: test.dropout)
        let inputs = [
            randomTensor([2, test.steps, test.heads * test.width], seed: 1),
            randomTensor([2, test.keySteps, test.keyHeads * test.width], seed: 2),
            randomTensor([2, test.keySteps, test.keyHeads * test.valueWidth], seed: 3),
        ]
        let lengths = test.lengths.map { (IndexTensor($0.queries, [2]), IndexTensor($0.keys, [2])) }
        func attend(_ inputs: [Tensor], _ tape: Tape) -> Tensor {
            let context = Context.training(tape: tape, gradients: Gradients(for: Parameters(.seed(0))), seed: 5)
            return layer(
                queries: inputs[0], keys: inputs[1], values: inputs[2], queryLengths: lengths?.0,
                keyLengths: lengths?.1, context)
        }
        let tape = Tape()
        let watched = inputs.map { tape.watch($0) }
        let output = attend(watched, tape)
        let upstream = randomTensor(output.shape, seed: 4)
        tape.backward(from: (output * upstream).sum())

        // With a key's number as its value, outputs are the weights: those that dropout has left are not zero.
        var kept: [Bool]?
        if test.dropout > 0 {
            let size = test.keySteps
            let row = (0..<size * size * test.keyHeads).map { $0 / (size * test.keyHeads) == $0 % size ? Float(1) : 0 }
            let identity = Tensor(row + row, [2, size, size * test.keyHeads])
            kept = attend([inputs[0], inputs[1], identity], Tape()).elements.map { $0 != 0 }
        }
        let plain = PlainAttention(test, inputs.map { $0.elements.map(Double.init) }, kept)
        let (expected, gradients) = plain.run(upstream: upstream.elements.map(Double.init))
        let error = relativeError(output.elements.map(Double.init), expected)
        #expect(error < 1e-5, "relative error \(error)")
        for (place, tensor) in watched.enumerated() {
            let error = relativeError(tape.gradient(of: tensor).elements.map(Double.init), gradients[place])
            #expect(error < 1e-5, "relative error \(error) in the gradient of input \(place)")
        }
    }

    /// One tensor as queries, keys and values collects the gradients of all three.
    @Test(arguments: [16, 20]) func oneTensorForAll(width: Int) {
        let (x, upstream) = (randomTensor([1, 90, width], seed: 1), randomTensor([1, 90, width], seed: 2))
        func gradients(_ places: [Int]) -> [[Float]] {
            let tape = Tape()
            let watched = (0...places.max()!).map { _ in tape.watch(x) }
            let output = ScaledDotProductAttention(mask: .causal)(
                queries: watched[places[0]], keys: watched[places[1]], values: watched[places[2]], .inference)
            tape.backward(from: (output * upstream).sum())
            return watched.map { tape.gradient(of: $0).elements }
        }
        let (apart, together) = (gradients([0, 1, 2]), gradients([0, 0, 0])[0])
        let sum = (0..<x.count).map { Double(apart[0][$0]) + Double(apart[1][$0]) + Double(apart[2][$0]) }
        #expect(relativeError(together.map(Double.init), sum) < 1e-6)
    }
}

/// Attention with all weights at once, and its gradients: with weights p behind dropout m,
/// dv = (m p)^T do, ds = p (m (do v^T) - sum_j p_j m_j (do v^T)_j), dq = scale ds k, dk = scale ds^T q.
private struct PlainAttention {
    let test: LongAttentionTests.Case
    let inputs: [[Double]]
    let kept: [Bool]?

    init(_ test: LongAttentionTests.Case, _ inputs: [[Double]], _ kept: [Bool]?) {
        (self.test, self.inputs, self.kept) = (test, inputs, kept)
    }

    func run(upstream: [Double]) -> (output: [Double], gradients: [[Double]]) {
        var output = [Double](repeating: 0, count: upstream.count)
        var gradients = inputs.map { [Double](repeating: 0, count: $0.count) }
        let scale = 1 / Double(test.width).squareRoot()
        for row in 0..<2 {
            let queryCount = test.lengths.map { Int($0.queries[row]) } ?? test.steps
            let keyCount = test.lengths.map { Int($0.keys[row]) } ?? test.keySteps
            for head in 0..<test.heads {
                let keyHead = head / (test.heads / test.keyHeads)
                for step in 0..<queryCount {
                    let seen = test.mask == .causal ? min(step + 1, keyCount) : keyCount
                    guard seen > 0 else { continue }
                    let query = ((row * test.steps + step) * test.heads + head) * test.width
                    let result = ((row * test.steps + step) * test.heads + head) * test.valueWidth
                    func key(_ j: Int) -> Int { ((row * test.keySteps + j) * test.keyHeads + keyHead) * test.width }
                    func value(_ j: Int) -> Int {
                        ((row * test.keySteps + j) * test.keyHeads + keyHead) * test.valueWidth
                    }
                    func dot(_ a: [Double], _ i: Int, _ b: [Double], _ j: Int, _ count: Int) -> Double {
                        (0..<count).reduce(0) { $0 + a[i + $1] * b[j + $1] }
                    }
                    let powers = (0..<seen).map { exp(scale * dot(inputs[0], query, inputs[1], key($0), test.width)) }
                    let sum = powers.reduce(0, +)
                    let weights = powers.map { $0 / sum }
                    let factors = (0..<seen).map { j -> Double in
                        guard let kept else { return 1 }
                        let place = ((row * test.steps + step) * test.heads + head) * test.keySteps + j
                        return kept[place] ? 1 / (1 - Double(test.dropout)) : 0
                    }
                    let arrived = (0..<seen).map {
                        factors[$0] * dot(upstream, result, inputs[2], value($0), test.valueWidth)
                    }
                    let inner = zip(weights, arrived).reduce(0) { $0 + $1.0 * $1.1 }
                    for j in 0..<seen {
                        let (weight, slope) = (factors[j] * weights[j], scale * weights[j] * (arrived[j] - inner))
                        for d in 0..<test.valueWidth {
                            output[result + d] += weight * inputs[2][value(j) + d]
                            gradients[2][value(j) + d] += weight * upstream[result + d]
                        }
                        for d in 0..<test.width {
                            gradients[0][query + d] += slope * inputs[1][key(j) + d]
                            gradients[1][key(j) + d] += slope * inputs[0][query + d]
                        }
                    }
                }
            }
        }
        return (output, gradients)
    }
}

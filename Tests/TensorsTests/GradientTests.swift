import Foundation
import TestSupport
import Tensors
import Testing

/// Every differentiable operation on tensors beside a plain version in Double.
private let cases: [GradientCase] = {
    var cases: [GradientCase] = []
    func add(
        _ name: String, _ shapes: [Shape], _ function: @escaping @Sendable ([Tensor]) -> Tensor,
        reference: @escaping @Sendable ([[Double]]) -> [Double]
    ) { cases.append(GradientCase(name, shapes, function, reference: reference)) }

    add("sum of two", [[3, 4], [3, 4]], { $0[0] + $0[1] }) { x in zip(x[0], x[1]).map { $0 + $1 } }
    add("product", [[3, 4], [3, 4]], { $0[0] * $0[1] }) { x in zip(x[0], x[1]).map { $0 * $1 } }
    add("square, both factors the same", [[5]], { $0[0] * $0[0] }) { x in x[0].map { $0 * $0 } }
    add("scaled", [[7]], { -2.5 * $0[0] }) { x in x[0].map { -2.5 * $0 } }
    add("sum of all", [[3, 4]], { $0[0].sum() }) { x in [x[0].reduce(0, +)] }
    add("mean of all", [[3, 4]], { $0[0].mean() }) { x in [x[0].reduce(0, +) / 12] }
    add("sigmoid", [[3, 9]], { $0[0].sigmoid() }) { x in x[0].map(Reference.sigmoid) }
    add("tanh", [[3, 9]], { $0[0].tanh() }) { x in x[0].map { Foundation.tanh($0) } }
    add("relu", [[3, 9]], { $0[0].relu() }) { x in x[0].map { max($0, 0) } }
    add("softmax", [[2, 3, 5]], { $0[0].softmax() }) { x in Reference.softmax(x[0], columns: 5) }
    add("linear", [[2, 3, 5], [4, 5], [4]], { $0[0].linear($0[1], $0[2]) }) { x in
        Reference.linear(x[0], x[1], x[2], inputs: 5)
    }
    add("linear without bias", [[6, 5], [4, 5]], { $0[0].linear($0[1]) }) { x in
        Reference.linear(x[0], x[1], nil, inputs: 5)
    }
    add("concatenated", [[2, 3], [2, 1], [2, 4]], { Tensor.concatenated($0) }) { x in
        var rows: [Double] = []
        for row in 0..<2 {
            for (part, width) in [3, 1, 4].enumerated() { rows += x[part][row * width..<(row + 1) * width] }
        }
        return rows
    }
    add("columns", [[2, 2, 5]], { $0[0].columns(1..<4) * $0[0].columns(2..<5) }) { x in
        var result: [Double] = []
        for row in 0..<4 {
            for column in 1..<4 { result.append(x[0][5 * row + column] * x[0][5 * row + column + 1]) }
        }
        return result
    }
    add("mean over time", [[2, 3, 2]], { $0[0].meanOverTime() }) { x in
        Reference.meanOverTime(x[0], steps: 3, width: 2, lengths: [3, 3])
    }
    add(
        "mean over time, lengths 2, 0, 3", [[3, 3, 2]],
        { $0[0].meanOverTime(lengths: IndexTensor([2, 0, 3], [3])) }
    ) { x in
        Reference.meanOverTime(x[0], steps: 3, width: 2, lengths: [2, 0, 3])
    }
    add("reshaped", [[2, 6]], { $0[0].reshaped([3, 4]).softmax() }) { x in Reference.softmax(x[0], columns: 4) }
    add("used twice", [[4]], { $0[0].tanh() + $0[0].sigmoid() }) { x in
        x[0].map { Foundation.tanh($0) + Reference.sigmoid($0) }
    }
    add("longer chain", [[3, 4], [2, 4]], { ($0[0].tanh().linear($0[1]).relu() * $0[0].linear($0[1])).mean() }) { x in
        let inner = Reference.linear(x[0].map { Foundation.tanh($0) }, x[1], nil, inputs: 4).map { max($0, 0) }
        let outer = Reference.linear(x[0], x[1], nil, inputs: 4)
        return [zip(inner, outer).reduce(0) { $0 + $1.0 * $1.1 } / 6]
    }
    return cases
}()

@Suite struct GradientTests {
    @Test(arguments: cases) func forwardAndGradient(_ item: GradientCase) { item.check() }

    @Test(arguments: [(Float(0.3), 1), (0.5, 4), (1, 1)]) func dropout(probability: Float, group: Int) {
        let x = randomTensor([50, 4], seed: 1)
        let tape = Tape()
        let input = tape.watch(x)
        let output = input.dropout(probability, seed: 7, sharedAcross: group)
        tape.backward(from: output.sum())
        let gradient = tape.gradient(of: input).elements
        let scale = probability < 1 ? 1 / (1 - probability) : 0
        for (index, value) in output.elements.enumerated() {
            #expect(gradient[index] == 0 || gradient[index] == scale)
            #expect(value == x.elements[index] * gradient[index])
        }
        for row in stride(from: 0, to: 200, by: group) { #expect(Set(gradient[row..<row + group]).count == 1) }
        #expect(input.dropout(probability, seed: 7, sharedAcross: group).elements == output.elements)
    }

    /// Gradients of several pieces, of which the first to arrive takes the place of zeros and the others are added: in
    /// memory that other tensors have left behind.
    @Test func gradientsArriveInPieces() {
        let x = randomTensor([3, 2000], seed: 1)
        for _ in 0..<3 {
            let tape = Tape()
            let input = tape.watch(x)
            tape.backward(from: (input.relu() * input + 2 * input + input.gelu() + (-1) * input.gelu()).sum())
            let expected = x.elements.map { Double($0 > 0 ? 2 * $0 : 0) + 2 }
            #expect(relativeError(tape.gradient(of: input).elements.map(Double.init), expected) < 1e-6)
        }
    }

    /// Both sides of a sum may share the gradient that arrived; what is added to one of them does not show at the
    /// other.
    @Test func sidesOfASumKeepTheirGradientsApart() {
        let (x, y) = (randomTensor([2, 30], seed: 1), randomTensor([2, 30], seed: 2))
        let tape = Tape()
        let (a, b) = (tape.watch(x), tape.watch(y))
        // The gradient of a + b reaches a, b and c; then c adds to a, and the first product to b.
        let product = 3 * b
        let c = 2 * a
        tape.backward(from: (((a + b) + c) + (product + (a + a))).sum())
        #expect(tape.gradient(of: a).elements.allSatisfy { $0 == 5 })
        #expect(tape.gradient(of: b).elements.allSatisfy { $0 == 4 })
    }

    /// What an activation makes of a gradient does not show at the other side of a sum that has a share in it.
    @Test func activationsSpareSharedGradients() {
        let (x, y) = (randomTensor([2, 30], seed: 1), randomTensor([2, 30], seed: 2))
        let tape = Tape()
        let (a, b) = (tape.watch(x), tape.watch(y))
        // The last sum's gradient is that of b, of the outer function and of the inner one's sum with a.
        tape.backward(from: (((a.relu6() + a).leakyReLU(slope: 0.5) + b) + b).sum())
        let expected = x.elements.map { value -> Double in
            let inner = min(max(value, 0), 6) + value
            let slope = inner > 0 ? 1 : 0.5
            return value > 0 && value < 6 ? 2 * slope : slope
        }
        #expect(relativeError(tape.gradient(of: a).elements.map(Double.init), expected) < 1e-6)
        #expect(tape.gradient(of: b).elements.allSatisfy { $0 == 2 })
    }

    @Test func constantsGetNoGradientAndRecordNothing() {
        let tape = Tape()
        let x = randomTensor([3], seed: 1)
        _ = (x * x).sum()
        #expect(tape.count == 0)
        let watched = tape.watch(x)
        tape.backward(from: (watched * x).sum())
        #expect(tape.gradient(of: watched).elements == x.elements)
        #expect(tape.gradient(of: tape.watch(x)).elements == [0, 0, 0])
        #expect(tape.count == 0)
    }
}

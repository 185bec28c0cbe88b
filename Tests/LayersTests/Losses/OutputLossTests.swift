import Layers
import TestSupport
import Tensors
import Testing

/// Cross-entropy of an output layer in one piece, beside the layer and the loss one after the other.
@Suite struct OutputLossTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var rows = 3
        var steps = 7
        var inputs = 24
        var classes = 40
        var isWeighted = false
        var smoothing: Float = 0

        var testDescription: String {
            "[\(rows), \(steps), \(inputs)] to \(classes) classes" + (isWeighted ? ", weights" : "")
                + (smoothing > 0 ? ", smoothing" : "")
        }

        var loss: CrossEntropy {
            let weights = isWeighted ? Tensor((0..<classes).map { Float($0 % 4) * 0.5 + 0.25 }, [classes]) : nil
            return CrossEntropy(weights: weights, labelSmoothing: smoothing)
        }

        /// Any classes, the first and the last among them.
        var targets: IndexTensor {
            let numbers = (0..<rows * steps).map { Int32($0 == 0 ? classes - 1 : $0 * 37 % classes) }
            return IndexTensor(numbers, [rows, steps])
        }
    }

    /// Classes that fill no block, one, and several; examples that fill no vector, and several chunks; inputs that fill
    /// vectors, panels, or neither.
    static let cases = [
        Case(), Case(rows: 1, steps: 1, inputs: 3, classes: 2), Case(inputs: 64, classes: 192), Case(classes: 193),
        Case(inputs: 70, classes: 500), Case(inputs: 200, classes: 777), Case(rows: 13, steps: 31, classes: 210),
        Case(rows: 10, steps: 80, inputs: 130, classes: 5), Case(classes: 400, isWeighted: true),
        Case(classes: 400, smoothing: 0.25),
        Case(rows: 13, steps: 31, classes: 400, isWeighted: true, smoothing: 0.125),
    ]

    private struct Outcome {
        let value: Float
        let gradients: [Tensor]  // of x, weight, bias
    }

    /// - Parameter inOnePiece: Whether by the loss of the layer, or by the layer and the loss.
    private func run(
        _ item: Case, _ x: Tensor, targets: IndexTensor, mask: Mask?, inOnePiece: Bool
    ) -> Outcome {
        let parameters = Parameters(.seed(3))
        let layer = Linear(inputs: item.inputs, outputs: item.classes, scope: parameters.scope)
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let context = Context.training(tape: tape, gradients: gradients, seed: 0)
        let watched = tape.watch(x)
        let value =
            inOnePiece
            ? item.loss(of: layer, watched, targets: targets, mask: mask, context)
            : item.loss(layer(watched, context), targets: targets, mask: mask)
        tape.backward(from: value, scale: 0.5)
        return Outcome(
            value: value.scalar,
            gradients: [tape.gradient(of: watched)]
                + [layer.weight, layer.bias].map { gradients.gradient(of: $0) })
    }

    private func expectEqual(_ found: Outcome, _ expected: Outcome) {
        #expect(abs(found.value - expected.value) <= 2e-6 * max(1, abs(expected.value)))
        for (name, (gradient, plain)) in zip(["x", "weight", "bias"], zip(found.gradients, expected.gradients)) {
            expectClose(gradient, plain, within: 1e-5, name)
        }
    }

    @Test(arguments: cases) func equalsLayerAndLoss(_ item: Case) {
        let x = randomTensor([item.rows, item.steps, item.inputs], seed: 5, scale: 2)
        var left = item.targets.elements
        for place in stride(from: 1, to: left.count, by: 3) { left[place] = -1 }
        let lengths = IndexTensor((0..<item.rows).map { Int32(($0 * 5 + 1) % (item.steps + 1)) }, [item.rows])
        let weights = Tensor((0..<item.rows).map { Float($0) * 0.75 + 0.5 }, [item.rows])
        let inputs: [(IndexTensor, Mask?)] = [
            (item.targets, nil), (IndexTensor(left, item.targets.shape), nil), (item.targets, .lengths(lengths)),
            (item.targets, .weights(weights)),
        ]
        for (targets, mask) in inputs {
            expectEqual(
                run(item, x, targets: targets, mask: mask, inOnePiece: true),
                run(item, x, targets: targets, mask: mask, inOnePiece: false))
        }
    }

    /// Without a tape the logits are not kept.
    @Test(arguments: cases) func predictsWithoutTape(_ item: Case) {
        let layer = Linear(inputs: item.inputs, outputs: item.classes, scope: Parameters(.seed(3)).scope)
        let x = randomTensor([item.rows, item.steps, item.inputs], seed: 5)
        let found = item.loss(of: layer, x, targets: item.targets, .inference)
        let expected = item.loss(layer(x, .inference), targets: item.targets)
        #expect(abs(found.scalar - expected.scalar) <= 2e-6 * expected.scalar)
    }

    @Test func rowsThatDoNotCountMayHoldAnything() {
        let item = Case(classes: 300)
        var values = randomFloats(3 * 7 * 24, seed: 5)
        for place in 7 * 24..<14 * 24 { values[place] = place % 2 == 0 ? .nan : .infinity }
        let mask = Mask.weights(Tensor([1, 0, 2], [3]))
        let found = run(
            item, Tensor(values, [3, 7, 24]), targets: item.targets, mask: mask, inOnePiece: true)
        for place in 7 * 24..<14 * 24 { values[place] = 0 }
        let expected = run(
            item, Tensor(values, [3, 7, 24]), targets: item.targets, mask: mask, inOnePiece: true)
        #expect(found.value == expected.value)
        for (gradient, clean) in zip(found.gradients, expected.gradients) {
            #expect(gradient.elements == clean.elements)
        }
    }

    @Test func nothingCounts() {
        let (item, parameters) = (Case(classes: 300), Parameters(.seed(3)))
        let layer = Linear(inputs: 24, outputs: 300, scope: parameters.scope)
        let gradients = Gradients(for: parameters)
        // The second time the memory of the gradients holds those of the first.
        for targets in [item.targets, IndexTensor([Int32](repeating: -1, count: 21), [3, 7])] {
            gradients.clear()
            let tape = Tape()
            let x = tape.watch(randomTensor([3, 7, 24], seed: 5))
            let value = CrossEntropy()(
                of: layer, x, targets: targets, .training(tape: tape, gradients: gradients, seed: 0))
            tape.backward(from: value)
            let found = [tape.gradient(of: x)] + parameters.map { gradients.gradient(of: $0) }
            let isZero = targets.pointer[0] < 0
            #expect((value.scalar == 0) == isZero)
            #expect(found.allSatisfy { $0.elements.allSatisfy { $0 == 0 } == isZero })
        }
    }

    /// Logits of which a power has no float; one that is none comes through.
    @Test func anyLogits() {
        var item = Case(inputs: 16, classes: 300)
        for scale in [1.0, 1e3, 1e6] {
            let x = randomTensor([3, 7, 16], seed: 5, scale: scale)
            let found = run(item, x, targets: item.targets, mask: nil, inOnePiece: true)
            let expected = run(item, x, targets: item.targets, mask: nil, inOnePiece: false)
            #expect(found.value.isFinite && abs(found.value - expected.value) <= 2e-6 * expected.value)
        }
        item.rows = 1
        let x = Tensor([Float](repeating: .nan, count: 7 * 16), [1, 7, 16])
        #expect(run(item, x, targets: item.targets, mask: nil, inOnePiece: true).value.isNaN)
    }

    /// The embedding collects what comes from both of its uses.
    @Test func sharesWeightsWithEmbedding() {
        func gradients(inOnePiece: Bool) -> (Float, [Tensor]) {
            let parameters = Parameters(.seed(3))
            let table = Embedding(entries: 250, width: 48, gradientKind: .dense, scope: parameters.scope["table"])
            let output = TiedLinear(table, scope: parameters.scope["output"])
            let (tape, gradients) = (Tape(), Gradients(for: parameters))
            let context = Context.training(tape: tape, gradients: gradients, seed: 0)
            let words = IndexTensor((0..<30).map { Int32($0 * 7 % 250) }, [5, 6])
            let next = IndexTensor((0..<30).map { Int32($0 * 11 % 250) }, [5, 6])
            let x = table(words, context)
            let value =
                inOnePiece
                ? CrossEntropy()(of: output, x, targets: next, context)
                : CrossEntropy()(output(x, context), targets: next)
            tape.backward(from: value)
            return (value.scalar, parameters.map { gradients.gradient(of: $0) })
        }
        let (found, expected) = (gradients(inOnePiece: true), gradients(inOnePiece: false))
        #expect(abs(found.0 - expected.0) <= 2e-6 * expected.0)
        for (gradient, plain) in zip(found.1, expected.1) { expectClose(gradient, plain) }
    }

    @Test func wrongUseTraps() async {
        await #expect(processExitsWith: .failure) {
            let layer = Linear(inputs: 4, outputs: 3, scope: Parameters(.seed(3)).scope)
            _ = CrossEntropy()(of: layer, Tensor(zeros: [2, 4]), targets: IndexTensor([0, 3], [2]), .inference)
        }
        await #expect(processExitsWith: .failure) {
            let layer = Linear(inputs: 4, outputs: 3, scope: Parameters(.seed(3)).scope)
            _ = CrossEntropy()(of: layer, Tensor(zeros: [2, 5]), targets: IndexTensor([0, 1], [2]), .inference)
        }
    }
}

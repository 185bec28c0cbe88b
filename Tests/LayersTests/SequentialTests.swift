import Layers
import TestSupport
import Tensors
import Testing

@Suite struct SequentialTests {
    /// Takes every second step, so that lengths change on the way.
    private struct EverySecondStep: Layer {
        func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
            let (rows, steps, width) = (x.shape[0], x.shape[1], x.shape[2])
            let kept = (0..<rows).flatMap { row in
                stride(from: row * steps, to: (row + 1) * steps, by: 2).flatMap { step in
                    x.elements[step * width..<(step + 1) * width]
                }
            }
            return Tensor(kept, [rows, (steps + 1) / 2, width])
        }

        func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? {
            lengths.map { IndexTensor($0.elements.map { ($0 + 1) / 2 }, $0.shape) }
        }
    }

    /// Checks that it is told the steps that are there.
    private struct CheckingSteps: Layer {
        let expected: Int

        func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor { x }

        func lengths(after lengths: IndexTensor?, steps: Int) -> IndexTensor? {
            #expect(steps == expected)
            return lengths
        }
    }

    @Test func childrenAreNumberedAsInPyTorch() {
        let parameters = Parameters(.seed(1))
        let isDeep = true
        let model = Sequential(scope: parameters.scope["net"]) {
            Child { Linear(inputs: 2, outputs: 3, scope: $0) }
            Activation.relu
            if isDeep {
                Child { Linear(inputs: 3, outputs: 3, scope: $0) }
                Dropout(0.5)
            }
            for _ in 0..<2 { Child { Linear(inputs: 3, outputs: 3, scope: $0) } }
            Child {
                Sequential(scope: $0) {
                    Activation.tanh
                    Child { Linear(inputs: 3, outputs: 1, scope: $0) }
                }
            }
        }
        let layers = ["0", "2", "4", "5", "6.1"]
        #expect(parameters.map(\.name) == layers.flatMap { ["net.\($0).weight", "net.\($0).bias"] })
        #expect(model.layers.count == 7)
        #expect(model(randomTensor([4, 2], seed: 1), .inference).shape == [4, 1])
    }

    @Test func lengthsAreHandedOn() {
        let parameters = Parameters(.seed(1))
        let model = Sequential(scope: parameters.scope) {
            EverySecondStep()
            Child {
                Sequential(scope: $0) {
                    CheckingSteps(expected: 4)
                    EverySecondStep()
                    CheckingSteps(expected: 2)
                }
            }
            CheckingSteps(expected: 2)
        }
        let lengths = IndexTensor([7, 3, 0, 5], [4])
        #expect(model.lengths(after: lengths, steps: 7)?.elements == [2, 1, 0, 2])
        #expect(model.lengths(after: nil, steps: 7) == nil)
        let x = randomTensor([4, 7, 2], seed: 3)
        let whole = Sequential(scope: parameters.scope) {
            model
            LastStep()
        }
        let output = whole(x, lengths: lengths, .inference)
        #expect(whole.lengths(after: lengths, steps: 7) == nil)
        for (row, step) in [4, 0, nil, 4].enumerated() {
            for feature in 0..<2 {
                let expected = step.map { x.elements[(row * 7 + $0) * 2 + feature] } ?? 0
                #expect(output.elements[row * 2 + feature] == expected)
            }
        }
    }

    @Test func aTiedTableCollectsTheGradientsOfBothSides() throws {
        let file = try Fixture("layers/tied")
        let parameters = Parameters(.uninitialized)
        let embedding = Embedding(entries: 8, width: 5, padding: 0, gradientKind: .dense, scope: parameters.scope)
        let head = TiedLinear(embedding, scope: parameters.scope)
        for parameter in parameters { parameter.assign(try file[parameter.name]) }
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let context = Context.training(tape: tape, gradients: gradients, seed: 0)
        let output = head(embedding(try file.integers("ids"), context).tanh(), context)
        expectClose(output, try file["output"])
        tape.backward(from: (output * (try file["upstream"])).sum())
        for parameter in parameters {
            expectClose(gradients.gradient(of: parameter), try file["grad_\(parameter.name)"], parameter.name)
        }
    }

    @Test func aSummaryTellsLayersShapesAndMemory() {
        let parameters = Parameters(.seed(1))
        let words = Embedding(entries: 10, width: 3, scope: parameters.scope["words"])
        words.weight.isFrozen = true
        let model = Sequential(scope: parameters.scope["net"]) {
            Child { Linear(inputs: 3, outputs: 4, scope: $0) }
            Child {
                Sequential(scope: $0) {
                    Activation.leakyReLU(slope: 0.2)
                    LastStep()
                }
            }
            Child { Linear(inputs: 4, outputs: 2, scope: $0) }
        }
        _ = parameters.scope["tail"].parameter("scale", [2], .zeros)
        let summary = model.summary(of: parameters, input: [5, 6, 3])
        #expect(summary.lines.map(\.name) == ["words", "net.0", "net.1.0", "net.1.1", "net.2", "tail"])
        #expect(summary.lines.map(\.kind) == [nil, "Linear", "leakyReLU(0.2)", "LastStep", "Linear", nil])
        #expect(summary.lines.map(\.output) == [nil, [5, 6, 4], [5, 6, 4], [5, 4], [5, 2], nil])
        #expect(summary.lines.map(\.parameters) == [30, 16, 0, 0, 10, 2])
        #expect(summary.lines.map(\.frozen) == [30, 0, 0, 0, 0, 0])
        #expect(summary.lines.map(\.bytes) == [120, 64, 0, 0, 40, 8])
        #expect(summary.lines[1].weights.map(\.name) == ["weight", "bias"])
        #expect(summary.lines[1].weights.map(\.shape) == [[4, 3], [4]])
        #expect(summary.parameters == parameters.weightCount && summary.frozen == 30 && summary.bytes == 232)
        #expect(summary.outputBytes == 4 * (120 + 120 + 20 + 10))

        let byName = parameters.summary()
        #expect(byName.lines.map(\.name) == ["words", "net.0", "net.2", "tail"])
        #expect(byName.lines.allSatisfy { $0.kind == nil && $0.output == nil })
        #expect(byName.parameters == 58 && byName.outputBytes == nil)
    }
}

import Layers
import TestSupport
import Tensors
import Testing

@Suite struct RecurrentTests {
    private static let kinds = Reference.RecurrentKind.allCases
    private static func training(_ parameters: Parameters, on tape: Tape = Tape(), seed: UInt64 = 0) -> Context {
        .training(tape: tape, gradients: Gradients(for: parameters), seed: seed)
    }

    /// Some steps of `[N, T, D]`.
    private static func steps(_ range: Range<Int>, of x: Tensor) -> Tensor {
        let (rows, steps, width) = (x.shape[0], x.shape[1], x.shape[2])
        var elements: [Float] = []
        for row in 0..<rows {
            let first = (row * steps + range.lowerBound) * width
            elements += x.elements[first..<first + range.count * width]
        }
        return Tensor(elements, [rows, range.count, width])
    }

    @Test func namesAreThoseOfPyTorch() {
        let parameters = Parameters(.seed(1))
        let stack = Recurrent(
            .gru, inputs: 4, hidden: 3, layers: 2, direction: .both(merge: .concatenate), scope: parameters.scope)
        let expected = ["l0", "l0_reverse", "l1", "l1_reverse"].flatMap { suffix in
            ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map { name in "\(name)_\(suffix)" }
        }
        #expect(parameters.map(\.name) == expected)
        #expect(parameters["weight_ih_l1_reverse"]?.shape == [9, 6])
        #expect(stack.features == 6)
    }

    /// Two halves of a sequence, the state handed on, come to the same as the whole.
    @Test(arguments: kinds) func stateGoesOnAcrossCalls(kind: Reference.RecurrentKind) {
        let parameters = Parameters(.seed(2))
        let stack = Recurrent(kind.layerKind, inputs: 3, hidden: 5, layers: 2, scope: parameters.scope)
        let x = randomTensor([2, 6, 3], seed: 1)
        let whole = stack(x, lengths: nil, state: nil, .inference)
        let before = stack(Self.steps(0..<3, of: x), lengths: nil, state: nil, .inference)
        let after = stack(Self.steps(3..<6, of: x), lengths: nil, state: before.state.detached, .inference)
        expectClose(before.output, Self.steps(0..<3, of: whole.output), within: 1e-6, "first half")
        expectClose(after.output, Self.steps(3..<6, of: whole.output), within: 1e-6, "second half")
        for (found, expected) in zip(after.state.hidden + after.state.cell, whole.state.hidden + whole.state.cell) {
            expectClose(found, expected, within: 1e-6, "final state")
        }
        #expect(after.state.cell.count == (kind.hasCell ? 2 : 0))
    }

    @Test func detachedStatesEndGradients() {
        let parameters = Parameters(.seed(2))
        let stack = Recurrent(.lstm(), inputs: 3, hidden: 4, scope: parameters.scope)
        let tape = Tape()
        let context = Self.training(parameters, on: tape)
        let first = tape.watch(randomTensor([2, 3, 3], seed: 1))
        let second = tape.watch(randomTensor([2, 3, 3], seed: 2))
        let carried = stack(first, lengths: nil, state: nil, context).state.detached
        tape.backward(from: stack(second, lengths: nil, state: carried, context).output.sum())
        #expect(tape.gradient(of: first).elements.allSatisfy { $0 == 0 })
        #expect(tape.gradient(of: second).elements.allSatisfy { $0 != 0 })
    }

    /// With U the identity, no input and no bias, h_t = m h_{t-1}: the mask's power shows in every step.
    @Test func recurrentDropoutHasOneMaskASequence() {
        let parameters = Parameters(.uninitialized)
        let (rows, steps, width) = (40, 5, 30)
        let layer = RNN(.relu, inputs: 1, hidden: width, recurrentDropout: 0.25, scope: parameters.scope)
        for parameter in parameters { parameter.assign(Tensor(zeros: parameter.shape)) }
        let identity = (0..<width * width).map { Float($0 % (width + 1) == 0 ? 1 : 0) }
        layer.weights.hiddenWeight.assign(Tensor(identity, [width, width]))
        let start = RNN.State(hidden: Tensor(repeating: 1, [rows, width]))
        let x = Tensor(zeros: [rows, steps, 1])
        let tape = Tape()
        let context = Self.training(parameters, on: tape, seed: 3)
        let output = layer(x, state: start, context).output.elements
        var kept = 0
        for row in 0..<rows {
            for unit in 0..<width {
                let first = output[row * steps * width + unit]
                if first != 0 { kept += 1 }
                for step in 0..<steps {
                    let value = output[(row * steps + step) * width + unit]
                    var expected: Float = 1
                    for _ in 0...step { expected *= first == 0 ? 0 : 4.0 / 3 }
                    #expect(abs(value - expected) <= 1e-5 * expected, "row \(row), step \(step), unit \(unit)")
                }
            }
        }
        #expect(abs(Double(kept) / Double(rows * width) - 0.75) < 0.05)
        let again = layer(x, state: start, context).output.elements
        #expect(again != output)  // every call draws anew
        let inference = layer(x, state: start, .inference).output.elements
        #expect(inference.allSatisfy { $0 == 1 })
    }

    /// Dropout stands between the layers: not behind the last one, and not at inference.
    @Test func dropoutActsBetweenLayers() {
        let x = randomTensor([2, 4, 3], seed: 1)
        func outputs(layers: Int, dropout: Float, isTraining: Bool) -> [Float] {
            let (parameters, tape) = (Parameters(.seed(5)), Tape())
            let stack = Recurrent(
                .rnn(.tanh), inputs: 3, hidden: 8, layers: layers, dropout: dropout, scope: parameters.scope)
            let context = isTraining ? Self.training(parameters, on: tape) : .inference
            return stack(x, lengths: nil, context).elements
        }
        let one = outputs(layers: 1, dropout: 0, isTraining: false)
        let oneDropped = outputs(layers: 1, dropout: 0.5, isTraining: true)
        #expect(one == oneDropped)
        let two = outputs(layers: 2, dropout: 0, isTraining: false)
        let twoDropped = outputs(layers: 2, dropout: 0.5, isTraining: true)
        #expect(two != twoDropped)
        let twoAtInference = outputs(layers: 2, dropout: 0.5, isTraining: false)
        #expect(two == twoAtInference)
        // Where all is dropped, the second layer sees nothing of the input: so it runs on zeros, with its own weights.
        let nothing = outputs(layers: 2, dropout: 1, isTraining: true)
        let second = RNN(inputs: 8, hidden: 8, layer: 1, scope: Parameters(.seed(5)).scope)
        let alone = second(Tensor(zeros: [2, 4, 8]), .inference).output.elements
        #expect(nothing == alone)
    }

    @Test func initialisersReachTheHiddenWeightsAlone() {
        let parameters = Parameters(.seed(1))
        _ = Recurrent(
            .lstm(forgetBias: 1, normalization: .layer), inputs: 3, hidden: 4, hiddenInitializer: .constant(0.5),
            scope: parameters.scope)
        let plain = Parameters(.seed(1))
        _ = Recurrent(.lstm(), inputs: 3, hidden: 4, scope: plain.scope)
        #expect(parameters["weight_hh_l0"]!.value.elements.allSatisfy { $0 == 0.5 })
        #expect(parameters["weight_ih_l0"]!.value.elements == plain["weight_ih_l0"]!.value.elements)
        let (bias, plainBias) = (parameters["bias_ih_l0"]!.value.elements, plain["bias_ih_l0"]!.value.elements)
        for gate in bias.indices {
            let added: Float = (4..<8).contains(gate) ? 1 : 0
            #expect(bias[gate] == plainBias[gate] + added)
        }
        #expect(parameters["gain_ih_l0"]!.value.elements == Array(repeating: 1, count: 16))
        #expect(parameters["bias_cell_l0"]!.value.elements == [0, 0, 0, 0])
    }

    /// The last step of a row is its last valid one; a row without steps gives zeros.
    @Test func lastStepHeedsLengths() {
        let parameters = Parameters(.seed(4))
        let every = Recurrent(.gru, inputs: 2, hidden: 3, scope: parameters.scope["a"])
        let last = Recurrent(.gru, inputs: 2, hidden: 3, output: .lastStep, scope: parameters.scope["b"])
        for name in ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"] {
            parameters["b.\(name)"]!.assign(parameters["a.\(name)"]!.value)
        }
        let x = randomTensor([3, 4, 2], seed: 1)
        let lengths = IndexTensor([2, 0, 4], [3])
        let outputs = every(x, lengths: lengths, .inference).elements
        let found = last(x, lengths: lengths, .inference).elements
        #expect(Array(found[0..<3]) == Array(outputs[3..<6]))
        #expect(Array(found[3..<6]) == [0, 0, 0])
        #expect(Array(found[6..<9]) == Array(outputs[33..<36]))
        #expect(every.lengths(after: lengths, steps: 4)?.elements == [2, 0, 4])
        #expect(last.lengths(after: lengths, steps: 4) == nil)
    }
}

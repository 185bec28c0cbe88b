import Kernels
import Layers
import TestSupport
import Tensors
import Testing

/// Recurrent layers on packed weights beside their plain version: outputs, states and all gradients.
@Suite struct PackedRecurrentTests {
    private static let kinds: [Recurrent.Kind] = [.lstm(), .gru, .rnn(.tanh), .rnn(.relu)]

    /// One call: the extents, and what else decides the way through the kernels.
    private struct Call: CustomStringConvertible {
        var rows = 5
        var steps = 9
        var inputs = 3
        var hidden = 20
        var direction = Recurrent.Direction.forward
        var output = Recurrent.Output.everyStep
        var hasLengths = false
        var hasState = false

        var description: String {
            "[\(rows), \(steps), \(inputs)] to \(hidden)\(hasLengths ? ", lengths" : "")\(hasState ? ", state" : "")"
        }
    }

    /// Everything that comes out of a call and of its way back, by name.
    private static func results(
        _ kind: Recurrent.Kind, _ call: Call, isPlain: Bool
    ) -> [(name: String, values: Tensor)] {
        let parameters = Parameters(.seed(1))
        let layer = Recurrent(
            kind, inputs: call.inputs, hidden: call.hidden, direction: call.direction, output: call.output,
            scope: parameters.scope)
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        var context = Context.training(tape: tape, gradients: gradients, seed: 0)
        context.usesPlainSteps = isPlain
        let x = tape.watch(randomTensor([call.rows, call.steps, call.inputs], seed: 2))
        var generator = SeededGenerator(seed: 3)
        let lengths = IndexTensor(
            (0..<call.rows).map { _ in Int32(generator.index(below: call.steps + 1)) }, [call.rows])
        var start: Recurrent.State?
        if call.hasState {
            let count = call.direction == .both(merge: .concatenate) ? 2 : 1
            func states(_ seed: UInt64) -> [Tensor] {
                (0..<count).map { tape.watch(randomTensor([call.rows, call.hidden], seed: seed + UInt64($0))) }
            }
            start = Recurrent.State(hidden: states(4), cell: kind == .lstm() ? states(6) : [])
        }
        let (output, state) = layer(x, lengths: call.hasLengths ? lengths : nil, state: start, context)
        // Every number of the output has a gradient of its own.
        let ends = [output] + state.hidden + state.cell
        let loss = ends.reduce(Tensor(zeros: [])) { sum, end in
            sum + (end * randomTensor(end.shape, seed: UInt64(end.count))).sum()
        }
        tape.backward(from: loss)
        return [("output", output)] + (state.hidden + state.cell).map { ("state", $0) }
            + [("gradient of x", tape.gradient(of: x))]
            + ((start?.hidden ?? []) + (start?.cell ?? [])).map { ("gradient of a state", tape.gradient(of: $0)) }
            + parameters.map { ("gradient of \($0.name)", gradients.gradient(of: $0)) }
    }

    private static func check(_ kind: Recurrent.Kind, _ call: Call) {
        let found = results(kind, call, isPlain: false)
        for (found, expected) in zip(found, results(kind, call, isPlain: true)) {
            // A sum over all steps may come out near zero: what is added up is of the size of 1.
            let scale = expected.values.elements.reduce(1) { max($0, abs($1)) }
            let pairs = zip(found.values.elements, expected.values.elements)
            #expect(
                pairs.allSatisfy { abs($0 - $1) <= 1e-5 * scale } && found.values.shape == expected.values.shape,
                "\(kind), \(call): \(found.name)")
        }
    }

    /// Around whole groups of 16 units and whole panels of 64, with inputs that are joined to the step and others.
    @Test(arguments: kinds) func widths(kind: Recurrent.Kind) {
        for hidden in [1, 15, 16, 17, 48, 63, 64, 65, 100, 130, 260] {
            for inputs in [1, 16, 17, 70] { Self.check(kind, Call(inputs: inputs, hidden: hidden)) }
        }
    }

    /// Every remainder of a tile, and more steps than are taken together.
    @Test(arguments: kinds) func rowsAndSteps(kind: Recurrent.Kind) {
        for rows in 1...13 { Self.check(kind, Call(rows: rows, steps: 3)) }
        for steps in [1, 2, 40, 300] { Self.check(kind, Call(rows: 7, steps: steps)) }
        Self.check(kind, Call(rows: 1, steps: 200, hidden: 64))
    }

    @Test(arguments: kinds) func lengthsDirectionsAndStates(kind: Recurrent.Kind) {
        for direction in [Recurrent.Direction.forward, .reverse, .both(merge: .concatenate)] {
            for (hasLengths, hasState) in [(false, true), (true, false), (true, true)] {
                for output in [Recurrent.Output.everyStep, .lastStep] {
                    for (rows, steps, inputs) in [(6, 8, 3), (40, 20, 18)] {
                        Self.check(
                            kind,
                            Call(
                                rows: rows, steps: steps, inputs: inputs, direction: direction, output: output,
                                hasLengths: hasLengths, hasState: hasState))
                    }
                }
            }
        }
    }

    /// Nothing is kept for a way back; the numbers are the same to the last bit.
    @Test(arguments: kinds) func predictionsAreThoseOfTraining(kind: Recurrent.Kind) {
        let parameters = Parameters(.seed(1))
        let layer = Recurrent(kind, inputs: 20, hidden: 30, scope: parameters.scope)
        let x = randomTensor([9, 50, 20], seed: 1)
        let training = Context.training(tape: Tape(), gradients: Gradients(for: parameters), seed: 0)
        let (trained, predicted) = (layer(x, lengths: nil, training), layer(x, lengths: nil, .inference))
        #expect(trained.elements == predicted.elements)
    }

    /// A decoder calls its layer step by step: gradients of all calls add up, and a call that nothing comes of adds none.
    @Test(arguments: kinds) func callsInOneContextShareTheirWeights(kind: Recurrent.Kind) {
        func gradients(isPlain: Bool) -> [Tensor] {
            let parameters = Parameters(.seed(1))
            let layer = Recurrent(kind, inputs: 4, hidden: 24, scope: parameters.scope)
            let (tape, gradients) = (Tape(), Gradients(for: parameters))
            var context = Context.training(tape: tape, gradients: gradients, seed: 0)
            context.usesPlainSteps = isPlain
            _ = layer(randomTensor([3, 1, 4], seed: 1), lengths: nil, context)
            var (state, loss) = (Recurrent.State?.none, Tensor(zeros: []))
            for step in 0..<5 {
                let result = layer(
                    randomTensor([3, 1, 4], seed: 2 + UInt64(step)), lengths: nil, state: state, context)
                state = result.state
                loss = loss + (result.output * result.output).sum()
            }
            _ = layer(randomTensor([3, 1, 4], seed: 9), lengths: nil, context)
            tape.backward(from: loss)
            return parameters.map { gradients.gradient(of: $0) }
        }
        for (found, expected) in zip(gradients(isPlain: false), gradients(isPlain: true)) {
            expectClose(found, expected, within: 1e-5)
        }
    }

    /// The memory that the gradients are collected in holds those of a batch before.
    @Test(arguments: kinds) func batchWithoutStepsHasNoGradients(kind: Recurrent.Kind) {
        let parameters = Parameters(.seed(1))
        let layer = Recurrent(kind, inputs: 5, hidden: 20, scope: parameters.scope)
        let gradients = Gradients(for: parameters)
        for length in [Int32(7), 0, 7, 0] {
            gradients.clear()
            let tape = Tape()
            let x = tape.watch(randomTensor([3, 7, 5], seed: 2))
            let output = layer(
                x, lengths: IndexTensor([length, length, length], [3]),
                .training(tape: tape, gradients: gradients, seed: 0))
            tape.backward(from: (output * output).sum())
            let found = [tape.gradient(of: x)] + parameters.map { gradients.gradient(of: $0) }
            #expect(found.allSatisfy { $0.elements.allSatisfy { $0 == 0 } == (length == 0) })
        }
    }

    /// A gradient enters at one step, or nowhere: what comes behind it, in the order that the layer takes steps in, has
    /// none. The memory that gradients are collected in holds those of a pass in which all steps had one.
    @Test(arguments: kinds) func gradientsFromOneStep(kind: Recurrent.Kind) {
        for direction in [Recurrent.Direction.forward, .reverse, .both(merge: .concatenate)] {
            for (hasLengths, entering) in [(false, 0), (false, 4), (false, 11), (true, 0), (true, 4), (true, 12)] {
                func gradients(isPlain: Bool) -> [Tensor] {
                    let parameters = Parameters(.seed(1))
                    let layer = Recurrent(kind, inputs: 5, hidden: 20, direction: direction, scope: parameters.scope)
                    let gradients = Gradients(for: parameters)
                    var found: [Tensor] = []
                    for isEverywhere in [true, false] {
                        gradients.clear()
                        let tape = Tape()
                        var context = Context.training(tape: tape, gradients: gradients, seed: 0)
                        context.usesPlainSteps = isPlain
                        let x = tape.watch(randomTensor([3, 12, 5], seed: 2))
                        let output = layer(x, lengths: hasLengths ? IndexTensor([9, 3, 12], [3]) : nil, context)
                        let upstream = randomTensor(output.shape, seed: 3)
                        let width = output.shape[2]
                        for place in 0..<upstream.count where !isEverywhere && place / width % 12 != entering {
                            upstream.mutablePointer[place] = 0
                        }
                        tape.backward(from: (output * upstream).sum())
                        found = [tape.gradient(of: x)] + parameters.map { gradients.gradient(of: $0) }
                    }
                    return found
                }
                for (found, expected) in zip(gradients(isPlain: false), gradients(isPlain: true)) {
                    expectClose(found, expected, within: 1e-5)
                }
            }
        }
    }

    /// Steps that no gradient reaches are not walked: nothing that stands there can count.
    @Test(arguments: kinds) func stepsWithoutGradientDoNotCount(kind: Recurrent.Kind) {
        let parameters = Parameters(.seed(1))
        let layer = Recurrent(kind, inputs: 2, hidden: 20, scope: parameters.scope)
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let x = randomTensor([3, 8, 2], seed: 1)
        for row in 0..<3 { x.mutablePointer[(row * 8 + 5) * 2] = .nan }
        let output = layer(tape.watch(x), lengths: nil, .training(tape: tape, gradients: gradients, seed: 0))
        let upstream = Tensor(zeros: output.shape)
        upstream.mutablePointer[(8 + 4) * 20] = 1
        tape.backward(from: (output * upstream).sum())
        for parameter in parameters {
            let gradient = gradients.gradient(of: parameter).elements
            #expect(gradient.allSatisfy(\.isFinite) && gradient.contains { $0 != 0 }, "\(parameter.name)")
        }
    }

    /// What is not a number stays so, and shows.
    @Test(arguments: kinds) func notANumberStaysSo(kind: Recurrent.Kind) {
        let layer = Recurrent(kind, inputs: 2, hidden: 20, scope: Parameters(.seed(1)).scope)
        var elements = randomFloats(3 * 8 * 2, seed: 1)
        elements[8 * 2] = .nan
        let output = layer(Tensor(elements, [3, 8, 2]), lengths: nil, .inference).elements
        for row in 0..<3 {
            let isNaN = output[row * 8 * 20..<(row + 1) * 8 * 20].map(\.isNaN)
            #expect(isNaN.allSatisfy { $0 == (row == 1) })
        }
    }
}

import Kernels
import Layers
import TestSupport
import Tensors
import Testing

/// Gradients of convolutions whose output's gradient is mostly zero, beside plain sums and at the edge of what counts
/// as few.
@Suite struct SparseGradientTests {
    private struct Case: CustomStringConvertible, Sendable {
        var inputs = 20
        var outputs = 6
        var steps = 21
        var window: SlidingWindow
        var groups = 1

        var description: String {
            "[\(steps), \(inputs)] to \(outputs), size \(window.size), stride \(window.stride), dilation "
                + "\(window.dilation), \(window.padding), \(groups) groups"
        }

        var channels: Int { inputs / groups }
        /// The elements of a window in one piece.
        var run: Int { window.dilation == 1 && groups == 1 ? window.size * channels : channels }

        func layer(_ scope: Scope) -> Conv1D {
            Conv1D(
                inputs: inputs, outputs: outputs, window: window,
                connections: groups == 1 ? .full : .groups(groups), scope: scope)
        }

        /// The most elements of a sequence's gradient that are few.
        func few(_ length: Int) -> Int {
            Int((0.6 - 24 / Double(run)) * Double(window.outputs(of: length) * outputs))
        }
    }

    private static let cases: [Case] =
        Padding.allCases.flatMap { padding in
            [
                Case(window: SlidingWindow(size: 3, padding: padding)),
                Case(window: SlidingWindow(size: 4, stride: 2, padding: padding)),
                Case(inputs: 50, window: SlidingWindow(size: 3, dilation: 2, padding: padding)),
                Case(inputs: 100, window: SlidingWindow(size: 2, padding: padding), groups: 2),
                Case(inputs: 150, window: SlidingWindow(size: 3, stride: 3, dilation: 2, padding: padding), groups: 3),
            ]
        } + [
            // One channel; one step; one output; steps that no window covers; registers filled in part.
            Case(inputs: 1, steps: 90, window: SlidingWindow(size: 70, padding: .same)),
            Case(inputs: 64, window: SlidingWindow(size: 1)), Case(outputs: 1, window: SlidingWindow(size: 5)),
            Case(inputs: 50, window: SlidingWindow(size: 2, stride: 5, padding: .same)),
            Case(inputs: 131, outputs: 19, window: SlidingWindow(size: 3, padding: .causal)),
            // Several blocks of steps.
            Case(inputs: 16, outputs: 600, window: SlidingWindow(size: 3, padding: .same)),
        ]

    /// A gradient of the output in which so many elements of each row are not zero.
    private static func upstream(_ item: Case, lengths: [Int], counts: [Int]) -> Tensor {
        let (outputSteps, outputs) = (item.window.outputs(of: item.steps), item.outputs)
        var generator = SeededGenerator(seed: 3)
        var elements = [Float](repeating: 0, count: lengths.count * outputSteps * outputs)
        for (row, count) in counts.enumerated() {
            let places = Array(0..<item.window.outputs(of: lengths[row]) * outputs).shuffled(using: &generator)
            for place in places.prefix(count) {
                elements[row * outputSteps * outputs + place] = Float(generator.normal())
            }
        }
        return Tensor(elements, [lengths.count, outputSteps, outputs])
    }

    private struct Call {
        var wantsInput = true
        var isFrozen = false
        /// Whether the input has a gradient already.
        var adds = false
    }

    private struct Found {
        let input, weight, bias: [Double]
    }

    /// The gradients that a layer computes in memory that holds something else.
    private static func gradients(
        _ item: Case, _ layer: Conv1D, _ parameters: Parameters, x: Tensor, lengths: [Int], upstream: Tensor,
        _ call: Call
    ) -> Found {
        StoragePool().serving {
            layer.weight.isFrozen = call.isFrozen
            let (tape, gradients) = (Tape(), Gradients(for: parameters))
            let input = call.wantsInput ? tape.watch(x) : x
            let y = layer(
                input, lengths: IndexTensor(lengths.map(Int32.init), [lengths.count]),
                .training(tape: tape, gradients: gradients, seed: 0))
            var loss = (y * upstream).sum()
            if call.adds { loss = loss + (input * input).sum() }
            _ = (0..<4).map { _ in Tensor(repeating: .nan, x.shape) }
            tape.backward(from: loss)
            return Found(
                input: call.wantsInput ? tape.gradient(of: input).elements.map(Double.init) : [],
                weight: gradients.gradient(of: layer.weight).elements.map(Double.init),
                bias: gradients.gradient(of: layer.bias).elements.map(Double.init))
        }
    }

    /// The same by plain sums.
    private static func expected(
        _ item: Case, weight: [Float], x: [Float], lengths: [Int], upstream: [Float], _ call: Call
    ) -> Found {
        let (window, channels, outputs) = (item.window, item.channels, item.outputs)
        var input = x.map { call.adds ? 2 * Double($0) : 0 }
        var (weights, bias) = ([Double](repeating: 0, count: weight.count), [Double](repeating: 0, count: outputs))
        for (row, length) in lengths.enumerated() {
            for t in 0..<window.outputs(of: length) {
                for o in 0..<outputs {
                    let dy = Double(upstream[(row * window.outputs(of: item.steps) + t) * outputs + o])
                    bias[o] += dy
                    for j in 0..<window.size {
                        let step = t * window.stride + j * window.dilation - window.stepsBefore
                        guard (0..<length).contains(step) else { continue }
                        let first = (row * item.steps + step) * item.inputs + o / (outputs / item.groups) * channels
                        for c in 0..<channels {
                            let place = (o * channels + c) * window.size + j
                            input[first + c] += dy * Double(weight[place])
                            weights[place] += dy * Double(x[first + c])
                        }
                    }
                }
            }
        }
        return Found(
            input: call.wantsInput ? input : [], weight: call.isFrozen ? weights.map { _ in 0 } : weights, bias: bias)
    }

    /// No element, one, a few, as many as are few, one more, and all of them: row by row in one batch. A row without
    /// steps and shorter ones are among them.
    @Test(arguments: cases) private func fewElementsGiveTheSameSums(_ item: Case) {
        let parameters = Parameters(.seed(1))
        let layer = item.layer(parameters.scope)
        let steps = item.steps
        let lengths = [steps, steps, steps, steps - 3, steps, steps, 0, steps - 5, 1]
        let x = randomTensor([lengths.count, steps, item.inputs], seed: 2)
        let (whole, part) = (item.few(steps), item.few(steps - 3))
        let counts = [0, 1, whole / 3, part, whole, whole + 1, 0, item.few(steps - 5) + 1, item.few(1)]
        let all = Array(repeating: Int.max, count: lengths.count)
        for counts in [counts, counts.reversed().map { min($0, part) }, all] {
            let upstream = Self.upstream(item, lengths: lengths, counts: counts)
            let calls = [
                Call(), Call(wantsInput: false), Call(isFrozen: true), Call(wantsInput: false, isFrozen: true),
                Call(adds: true),
            ]
            for call in calls {
                let found = Self.gradients(
                    item, layer, parameters, x: x, lengths: lengths, upstream: upstream, call)
                let expected = Self.expected(
                    item, weight: layer.weight.value.elements, x: x.elements, lengths: lengths,
                    upstream: upstream.elements, call)
                #expect(relativeError(found.input, expected.input) < 1e-5, "input, \(call)")
                #expect(relativeError(found.weight, expected.weight) < 1e-5, "weight, \(call)")
                #expect(relativeError(found.bias, expected.bias) < 1e-5, "bias, \(call)")
            }
        }
    }

    /// Where few elements are not zero, the others multiply nothing: an infinite weight shows it.
    @Test(arguments: cases) private func zerosAreLeftOut(_ item: Case) {
        let x = randomTensor([1, item.steps, item.inputs], seed: 2)
        for isFew in [true, false] {
            let parameters = Parameters(.seed(1))
            let layer = item.layer(parameters.scope)
            let upstream = Self.upstream(
                item, lengths: [item.steps], counts: [item.few(item.steps) + (isFew ? 0 : 1)])
            // A filter of which a zero is among them.
            let filter = upstream.elements.firstIndex(of: 0)! % item.outputs
            layer.weight.value.mutablePointer[filter * item.channels * item.window.size] = .infinity
            let found = Self.gradients(
                item, layer, parameters, x: x, lengths: [item.steps], upstream: upstream, Call())
            #expect(found.input.allSatisfy { !$0.isNaN } == isFew)
        }
    }

    /// A step whose gradients are dense behind steps with few elements, or the other way round, asks for no memory.
    @Test(arguments: cases) private func stepsOfBothKindsShareMemory(_ item: Case) {
        let parameters = Parameters(.seed(1))
        let layer = item.layer(parameters.scope)
        let x = randomTensor([1, item.steps, item.inputs], seed: 2)
        let few = Self.upstream(item, lengths: [item.steps], counts: [item.few(item.steps)])
        let many = randomTensor(few.shape, seed: 3)
        for upstreams in [[few, few, many], [many, many, few]] {
            let (storage, gradients) = (StoragePool(), Gradients(for: parameters))
            let blocks = upstreams.map { upstream in
                storage.serving {
                    gradients.clear()
                    let tape = Tape()
                    let y = layer(tape.watch(x), .training(tape: tape, gradients: gradients, seed: 0))
                    tape.backward(from: (y * upstream).sum())
                }
                return storage.statistics.freshBlocks
            }
            #expect(blocks[0] > 0 && blocks[1] == blocks[0] && blocks[2] == blocks[0])
        }
    }

    /// The same numbers give the same bytes, and a row's gradient does not depend on the rows beside it.
    @Test func sequencesDecideAlone() {
        let item = Case(inputs: 64, outputs: 32, window: SlidingWindow(size: 3, padding: .same))
        let parameters = Parameters(.seed(1))
        let layer = item.layer(parameters.scope)
        let x = randomTensor([1, item.steps, 64], seed: 2)
        let few = Self.upstream(item, lengths: [item.steps], counts: [item.few(item.steps)])
        let many = randomTensor(few.shape, seed: 4)
        func inputGradient(_ upstream: [Tensor]) -> [Double] {
            let lengths = upstream.map { _ in item.steps }
            func joined(_ parts: [Tensor], _ width: Int) -> Tensor {
                Tensor(parts.flatMap(\.elements), [parts.count, item.steps, width])
            }
            return Self.gradients(
                item, layer, parameters, x: joined(upstream.map { _ in x }, 64), lengths: lengths,
                upstream: joined(upstream, 32), Call()
            ).input
        }
        let (alone, beside) = (inputGradient([few]), inputGradient([many, few, many]))
        #expect(Array(beside[alone.count..<2 * alone.count]) == alone)
        #expect(Array(beside.suffix(alone.count)) == inputGradient([many]))
    }
}

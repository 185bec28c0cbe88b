import Layers
import TestSupport
import Tensors
import Testing

@Suite struct ConvolutionTests {
    /// So many weights that their gradient is left to BLAS, against the plain sum.
    @Test(arguments: [(1, 1), (2, 1), (1, 3)]) func gradientOfManyWeights(stride: Int, dilation: Int) {
        let (inputs, outputs, steps) = (130, 131, 9)
        let window = SlidingWindow(size: 2, stride: stride, dilation: dilation, padding: .causal)
        let parameters = Parameters(.seed(1))
        let layer = Conv1D(inputs: inputs, outputs: outputs, window: window, scope: parameters.scope)
        let x = randomTensor([2, steps, inputs], seed: 2)
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let y = layer(x, .training(tape: tape, gradients: gradients, seed: 0))
        let upstream = randomTensor(y.shape, seed: 3)
        tape.backward(from: (y * upstream).sum())
        let (dy, values) = (upstream.elements.map(Double.init), x.elements.map(Double.init))
        var expected = [Double](repeating: 0, count: outputs * inputs * 2)
        for row in 0..<2 {
            for t in 0..<y.shape[1] {
                for j in 0..<2 {
                    let step = t * stride + j * dilation - window.stepsBefore
                    guard (0..<steps).contains(step) else { continue }
                    for o in 0..<outputs {
                        for c in 0..<inputs {
                            expected[(o * inputs + c) * 2 + j] +=
                                dy[(row * y.shape[1] + t) * outputs + o] * values[(row * steps + step) * inputs + c]
                        }
                    }
                }
            }
        }
        let found = gradients.gradient(of: layer.weight).elements.map(Double.init)
        let error = relativeError(found, expected)
        #expect(error < 1e-5, "relative error \(error)")
    }

    /// A sequence that no window fits has no output, and nothing flows back to it.
    @Test func sequencesShorterThanTheWindow() {
        let parameters = Parameters(.seed(1))
        let layer = Conv1D(inputs: 3, outputs: 4, window: SlidingWindow(size: 5), scope: parameters.scope)
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let x = tape.watch(randomTensor([2, 3, 3], seed: 2))
        let context = Context.training(tape: tape, gradients: gradients, seed: 0)
        let y = layer(x, context)
        #expect(y.shape == [2, 0, 4])
        let summary = GlobalMaxPooling()(y, context)
        #expect(summary.elements == Array(repeating: 0, count: 8))
        tape.backward(from: summary.sum())
        #expect(tape.gradient(of: x).elements.allSatisfy { $0 == 0 })
        #expect(gradients.gradient(of: layer.bias).elements == [0, 0, 0, 0])
    }

    /// A chain hands on the lengths that its outputs have.
    @Test func lengthsBehindALayer() {
        let lengths = IndexTensor([9, 5, 3, 2, 0], [5])
        let scope = Parameters(.seed(1)).scope
        func conv(_ window: SlidingWindow) -> Conv1D {
            Conv1D(inputs: 1, outputs: 1, window: window, scope: scope["\(window)"])
        }
        #expect(conv(SlidingWindow(size: 3)).lengths(after: lengths, steps: 9)?.elements == [7, 3, 1, 0, 0])
        #expect(conv(SlidingWindow(size: 2, stride: 2, dilation: 2)).lengths(after: lengths, steps: 9)?.elements
            == [4, 2, 1, 0, 0])
        #expect(conv(SlidingWindow(size: 3, stride: 2, padding: .causal)).lengths(after: lengths, steps: 9)?.elements
            == [5, 3, 2, 1, 0])
        #expect(MaxPooling(size: 3).lengths(after: lengths, steps: 9)?.elements == [3, 1, 1, 0, 0])
        #expect(Upsampling(factor: 2).lengths(after: lengths, steps: 9)?.elements == [18, 10, 6, 4, 0])
        #expect(GlobalMaxPooling().lengths(after: lengths, steps: 9) == nil)
        #expect(conv(SlidingWindow(size: 4)).lengths(after: nil, steps: 9) == nil)
    }

    /// Not-a-number is not lost in a maximum.
    @Test func maximumKeepsNotANumber() {
        for place in 0..<3 {
            var elements: [Float] = [1, 2, 3]
            elements[place] = .nan
            let x = Tensor(elements, [1, 3, 1])
            #expect(MaxPooling(size: 3)(x, .inference).scalar.isNaN)
        }
    }
}

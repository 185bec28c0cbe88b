import Layers
import TestSupport
import Tensors
import Testing

@Suite struct InitializerTests {
    private func draw(_ initializer: Initializer, _ shape: Shape, seed: UInt64 = 3) -> [Double] {
        Parameters(.seed(seed)).scope.parameter("weight", shape, initializer).value.elements.map(Double.init)
    }

    private func deviation(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
    }

    /// Weights of a linear layer and of a convolution of width 5, with PyTorch's numbers of inputs and outputs.
    @Test(arguments: [([300, 100], 100.0, 300.0), ([60, 100, 5], 500.0, 300.0)] as [([Int], Double, Double)])
    func sizesFollowFromInputsAndOutputs(extents: [Int], inputs: Double, outputs: Double) {
        let shape = Shape(extents)
        for (initializer, bound) in [
            (Initializer.glorotUniform, (6 / (inputs + outputs)).squareRoot()), (.heUniform, (6 / inputs).squareRoot()),
        ] {
            let values = draw(initializer, shape)
            #expect(values.allSatisfy { abs($0) <= bound * (1 + 1e-6) } && values.contains { abs($0) > 0.999 * bound })
            #expect(abs(deviation(values) / (bound / 3.0.squareRoot()) - 1) < 0.02)
        }
        for (initializer, expected) in [
            (Initializer.glorotNormal, (2 / (inputs + outputs)).squareRoot()), (.heNormal, (2 / inputs).squareRoot()),
        ] {
            let values = draw(initializer, shape)
            #expect(abs(deviation(values) / expected - 1) < 0.02)
            #expect(values.contains { abs($0) > 3 * expected })
        }
    }

    @Test func plainOnes() {
        #expect(draw(.zeros, [3, 2]) == Array(repeating: 0, count: 6))
        #expect(draw(.constant(2.5), [3]) == [2.5, 2.5, 2.5])
        #expect(abs(deviation(draw(.normal(standardDeviation: 0.1), [20_000])) - 0.1) < 0.002)
        let uniform = draw(.uniform(bound: 0.2), [20_000])
        #expect(uniform.allSatisfy { abs($0) <= 0.2 } && abs(deviation(uniform) - 0.2 / 3.0.squareRoot()) < 0.002)
    }

    /// W W^T = gain^2 I, or W^T W where rows are more than columns; a convolution counts as [outputs, inputs * width].
    @Test(arguments: [
        ([16, 16], 1), ([8, 30], 2), ([30, 8], 0.5), ([6, 4, 3], 1), ([1, 1], 3), ([5, 1], 1),
    ] as [([Int], Float)])
    func orthogonalVectorsAreAtRightAngles(extents: [Int], gain: Float) {
        let shape = Shape(extents)
        let values = draw(.orthogonal(gain: gain), shape)
        let rows = shape[0]
        let columns = shape.count / rows
        func vector(_ index: Int) -> [Double] {
            rows <= columns
                ? Array(values[index * columns..<(index + 1) * columns])
                : (0..<rows).map { values[$0 * columns + index] }
        }
        let count = min(rows, columns)
        for a in 0..<count {
            for b in 0..<count {
                let product = zip(vector(a), vector(b)).reduce(0) { $0 + $1.0 * $1.1 }
                let expected = a == b ? Double(gain * gain) : 0
                #expect(abs(product - expected) < 1e-6 * Double(gain * gain), "\(a) by \(b)")
            }
        }
    }

    /// No direction is preferred: over many seeds elements have mean zero and variance 1 / columns.
    @Test func orthogonalMatricesPointEverywhere() {
        let values = (1...400).flatMap { draw(.orthogonal(), [3, 4], seed: $0) }
        for place in 0..<12 {
            let elements = stride(from: place, to: values.count, by: 12).map { values[$0] }
            #expect(abs(elements.reduce(0, +) / 400) < 0.1)
            #expect(abs(deviation(elements) - 0.5) < 0.06)
        }
    }
}

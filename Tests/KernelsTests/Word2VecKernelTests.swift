import Foundation
import Kernels
import TestSupport
import Testing

/// The steps of Word2Vec against plain versions in Double, and their gradients against finite differences.
@Suite struct Word2VecKernelTests {
    private static let sizes = [(1, 1), (1, 6), (2, 3), (3, 6), (5, 7), (10, 6), (4, 13), (9, 20)]

    /// Rows of the given width, the padding zero.
    private struct Rows {
        var values: [[Double]]
        let memory: UnsafeMutablePointer<Float>
        let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>
        let width: Int

        init(count: Int, used: Int, width: Int, seed: UInt64) {
            memory = .allocate(capacity: count * width)
            pointers = .allocate(capacity: count)
            self.width = width
            let numbers = randomFloats(count * used, seed: seed, scale: 0.3)
            values = []
            for row in 0..<count {
                pointers[row] = memory + row * width
                for place in 0..<width { memory[row * width + place] = place < used ? numbers[row * used + place] : 0 }
                values.append((0..<width).map { Double(memory[row * width + $0]) })
            }
        }

        func read() -> [Double] { (0..<values.count * width).map { Double(memory[$0]) } }
        func free() {
            memory.deallocate()
            pointers.deallocate()
        }
    }

    private static func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

    /// sum_ij |w_j| softplus(-s_j z_ij)
    private static func loss(_ x: [[Double]], _ y: [[Double]], _ weights: [Float]) -> Double {
        var sum = 0.0
        for row in x {
            for (j, other) in y.enumerated() {
                let z = zip(row, other).reduce(0) { $0 + $1.0 * $1.1 }
                sum += Double(abs(weights[j])) * softplus(weights[j] > 0 ? -z : z)
            }
        }
        return sum
    }

    /// What each row loses for a step of the given rate: the rate times the gradient, by central differences.
    private static func step(
        _ rows: [[Double]], rate: Double, _ loss: ([[Double]]) -> Double
    ) -> [Double] {
        let width = rows[0].count
        let flat = rows.flatMap { $0 }
        let gradient = GradientCase.centralDifferences(at: flat) { moved in
            loss(stride(from: 0, to: moved.count, by: width).map { Array(moved[$0..<$0 + width]) })
        }
        return zip(flat, gradient).map { $0 - rate * $1 }
    }

    @Test(arguments: sizes) func stepFollowsTheGradient(inputs: Int, outputs: Int) {
        let (used, width, rate) = (21, 32, Float(0.1))
        let x = Rows(count: inputs, used: used, width: width, seed: 1)
        let y = Rows(count: outputs, used: used, width: width, seed: 2)
        defer {
            x.free()
            y.free()
        }
        // What stands behind the last weight must not matter.
        let padding = [Float](repeating: 7, count: Word2VecKernel.weightPadding)
        let weights = (0..<outputs).map { ($0 % 3 == 0 ? 1 : -1) * (1 + 0.5 * Float($0 % 2)) } + padding
        var scratch = [Float](
            repeating: 0, count: Word2VecKernel.scratchCount(inputs: inputs, outputs: outputs, width: width))
        let loss = Word2VecKernel()(
            inputs: x.pointers, count: inputs, outputs: y.pointers, weights: weights, count: outputs, width: width,
            rate: rate, scratch: &scratch)
        let before = Self.loss(x.values, y.values, weights)
        #expect(abs(loss - before) < 1e-4 * before)
        let expectedX = Self.step(x.values, rate: Double(rate)) { Self.loss($0, y.values, weights) }
        let expectedY = Self.step(y.values, rate: Double(rate)) { Self.loss(x.values, $0, weights) }
        #expect(relativeError(x.read(), expectedX) < 1e-5)
        #expect(relativeError(y.read(), expectedY) < 1e-5)
    }

    @Test(arguments: sizes) func meanStepFollowsTheGradient(inputs: Int, outputs: Int) {
        let (used, width, rate) = (21, 32, Float(0.1))
        let x = Rows(count: inputs, used: used, width: width, seed: 3)
        let y = Rows(count: outputs, used: used, width: width, seed: 4)
        defer {
            x.free()
            y.free()
        }
        let padding = [Float](repeating: -7, count: Word2VecKernel.weightPadding)
        let weights = (0..<outputs).map { $0 == 0 ? Float(1) : -1 } + padding
        var scratch = [Float](
            repeating: 0, count: Word2VecKernel.scratchCount(inputs: inputs, outputs: outputs, width: width))
        let loss = Word2VecKernel().meanStep(
            inputs: x.pointers, count: inputs, outputs: y.pointers, weights: weights, count: outputs, width: width,
            rate: rate, scratch: &scratch)
        let mean = (0..<width).map { place in x.values.reduce(0) { $0 + $1[place] } / Double(inputs) }
        let before = Self.loss([mean], y.values, weights)
        #expect(abs(loss - before) < 1e-4 * before)
        // word2vec gives each row the whole change of the mean.
        let moved = Self.step([mean], rate: Double(rate)) { Self.loss($0, y.values, weights) }
        let expectedX = x.values.flatMap { row in zip(row, zip(mean, moved)).map { $0 + $1.1 - $1.0 } }
        let expectedY = Self.step(y.values, rate: Double(rate)) { Self.loss([mean], $0, weights) }
        #expect(relativeError(x.read(), expectedX) < 1e-5)
        #expect(relativeError(y.read(), expectedY) < 1e-5)
    }

    /// Of the rows `first` are inputs of the first step alone, the next `both` of both, and `second` of the other.
    @Test(arguments: [(1, 0, 0, 3), (3, 0, 2, 5), (2, 5, 1, 5), (0, 4, 3, 1), (1, 9, 2, 13)])
    func pairStepFollowsTheGradients(first: Int, both: Int, second: Int, shared: Int) {
        let (used, width, rate) = (21, 32, Float(0.1))
        let inputs = first + both + second
        let x = Rows(count: inputs, used: used, width: width, seed: 5)
        let y = Rows(count: 2 + shared, used: used, width: width, seed: 6)
        defer {
            x.free()
            y.free()
        }
        // An output that the second step leaves out, and what stands behind the last weight, must not matter.
        let padding = [Float](repeating: 3, count: Word2VecKernel.weightPadding)
        var firstWeights = [1] + [Float](repeating: -1, count: shared) + padding
        var secondWeights = [second + both > 0 ? 1 : 0, 0] + [Float](repeating: -1.5, count: shared - 1) + padding
        if second + both == 0 { secondWeights = [Float](repeating: 0, count: 1 + shared) + padding }
        var scratch = [Float](
            repeating: 0, count: Word2VecKernel.scratchCount(inputs: inputs, outputs: 2 + shared, width: width))
        let loss = firstWeights.withUnsafeMutableBufferPointer { firstWeights in
            secondWeights.withUnsafeMutableBufferPointer { secondWeights in
                Word2VecKernel().pairStep(
                    inputs: x.pointers, ofFirst: first, ofBoth: both, ofSecond: second, outputs: y.pointers,
                    shared: shared, weights: (firstWeights.baseAddress!, secondWeights.baseAddress!), width: width,
                    rate: rate, scratch: &scratch)
            }
        }
        func mean(_ rows: ArraySlice<[Double]>) -> [Double] {
            (0..<width).map { place in rows.reduce(0) { $0 + $1[place] } / Double(max(rows.count, 1)) }
        }
        let means = [mean(x.values[..<(first + both)]), mean(x.values[first...])]
        let weights = [firstWeights, secondWeights]
        // Each step with its own output and the shared ones.
        func losses(_ means: [[Double]], _ y: [[Double]]) -> [Double] {
            (0..<2).map { step in Self.loss([means[step]], [y[step]] + y[2...], weights[step]) }
        }
        let before = losses(means, y.values).reduce(0, +)
        #expect(abs(loss - before) < 1e-4 * before)
        let changes = (0..<2).map { step in
            let moved = Self.step(means, rate: Double(rate)) { losses($0, y.values)[step] }
            return (0..<width).map { moved[step * width + $0] - means[step][$0] }
        }
        let expectedX = x.values.enumerated().flatMap { place, row in
            row.indices.map { column in
                row[column] + (place < first + both ? changes[0][column] : 0)
                    + (place >= first ? changes[1][column] : 0)
            }
        }
        let expectedY = Self.step(y.values, rate: Double(rate)) { losses(means, $0).reduce(0, +) }
        #expect(relativeError(x.read(), expectedX) < 1e-5)
        #expect(relativeError(y.read(), expectedY) < 1e-5)
    }
}

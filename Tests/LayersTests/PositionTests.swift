import Foundation
import Layers
import TestSupport
import Tensors
import Testing

@Suite struct PositionTests {
    /// Heads of four features turn by t and t / 100; what stands beside the heads stays.
    @Test func rotaryByHand() {
        let rotary = RotaryPositions(headWidth: 4, maximumSteps: 3)
        let x = Tensor([1, 0, 1, 0, 9, 0, 1, 0, 1, 9, 1, 2, 0, 3, 9], [1, 3, 5])
        let output = rotary(x, heads: 1)
        func c(_ angle: Double) -> Float { Float(cos(angle)) }
        func s(_ angle: Double) -> Float { Float(sin(angle)) }
        let expected: [Float] = [
            1, 0, 1, 0, 9,  //
            -s(1), c(1), -s(0.01), c(0.01), 9,  //
            c(2) - 2 * s(2), s(2) + 2 * c(2), -3 * s(0.02), 3 * c(0.02), 9,
        ]
        expectClose(output, Tensor(expected, [1, 3, 5]), within: 1e-6)
    }

    /// The product of a turned query and a turned key depends on how far apart they stand, not on where.
    @Test func rotaryProductsTellDistances() {
        let rotary = RotaryPositions(headWidth: 6, maximumSteps: 30)
        let (query, key) = (randomFloats(6, seed: 1), randomFloats(6, seed: 2))
        func turned(_ x: [Float]) -> [Float] {
            rotary(Tensor((0..<30).flatMap { _ in x }, [1, 30, 6]), heads: 1).elements
        }
        let (queries, keys) = (turned(query), turned(key))
        func product(_ i: Int, _ j: Int) -> Float {
            (0..<6).reduce(0) { $0 + queries[i * 6 + $1] * keys[j * 6 + $1] }
        }
        for start in 1..<20 {
            #expect(abs(product(start + 7, start) - product(7, 0)) < 1e-4)
            #expect(abs(product(start, start + 3) - product(0, 3)) < 1e-4)
        }
        #expect(abs(product(7, 0) - product(0, 7)) > 1e-2)
    }

    @Test func rotaryGradient() {
        let rotary = RotaryPositions(headWidth: 4, maximumSteps: 5)
        GradientCase("rotary", [[2, 5, 11]], { rotary($0[0], heads: 2) }) { x in
            stride(from: 0, to: x[0].count, by: 11).flatMap { start in
                let step = start / 11 % 5
                // The reference counts steps from zero: the row stands behind `step` others.
                let row = [Double](repeating: 0, count: step * 8) + x[0][start..<start + 8]
                let turned = Reference.rotated(row, steps: 5, width: 8, heads: 2).suffix(8)
                return Array(turned) + x[0][start + 8..<start + 11]
            }
        }.check()
    }

    @Test func sinusoidsByHand() {
        let layer = SinusoidalPositions(width: 4, maximumSteps: 3)
        let output = layer(Tensor(zeros: [1, 3, 4]), .inference)
        let angles: [Double] = [0, 0, 1, 0.01, 2, 0.02]
        let expected = angles.flatMap { [sin($0), cos($0)] }
        expectClose(output, Tensor(expected.map { Float($0) }, [1, 3, 4]), within: 1e-6)
    }
}

import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct ActivationTests {
    /// From deep saturation to the smallest differences, both signs.
    private static let arguments: [Float] =
        stride(from: Float(-90), through: 90, by: 0.037).map { $0 } + (1...300).map { Float(pow(0.9, Double($0))) }
        + (1...300).map { -Float(pow(0.9, Double($0))) } + [0, -0.0, 0.5, -0.5, 0.49999997]

    private func largestError(
        _ function: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void, _ exact: (Double) -> Double
    ) -> Double {
        let x = Self.arguments.filter { abs($0) < 87 }
        var y = [Float](repeating: 0, count: x.count)
        function(x, &y, x.count)
        return zip(x, y).map { x, y in
            let expected = exact(Double(x))
            return abs(Double(y) - expected) / max(abs(expected), 1e-37)
        }.max()!
    }

    @Test func relativeErrors() {
        #expect(largestError(Activations.exp, Foundation.exp) < 3e-7)
        #expect(largestError(Activations.tanh, Foundation.tanh) < 3e-7)
        #expect(largestError(Activations.sigmoid) { 1 / (1 + Foundation.exp(-$0)) } < 5e-7)
    }

    @Test func extremesAndNaN() {
        let x: [Float] = [.infinity, -.infinity, 1000, -1000, .nan]
        var y = x
        Activations.tanh(x, into: &y, count: 5)
        #expect(y[0] == 1 && y[1] == -1 && y[2] == 1 && y[3] == -1 && y[4].isNaN)
        Activations.sigmoid(x, into: &y, count: 5)
        #expect(y[0] == 1 && y[1] < 1e-37 && y[2] == 1 && y[3] < 1e-37 && y[4].isNaN)
        Activations.relu(x, into: &y, count: 5)
        #expect(y[0] == .infinity && y[1] == 0 && y[4].isNaN)
    }

    @Test(arguments: [1, 5, 8, 13, 40]) func lstmGates(width: Int) {
        let rows = 3
        let products = randomFloats(rows * 4 * width, seed: 1, scale: 2)
        let bias = randomFloats(4 * width, seed: 2)
        let previous = randomFloats(rows * width, seed: 3)
        var (gates, cell, hidden) = (products, previous, previous)
        LSTMGates.forward(
            gates: &gates, bias: bias, previousCell: previous, cell: &cell, hidden: &hidden, rows: rows, width: width)
        /// h . upstream + c . upstream of one row and unit, in Double.
        func step(_ z: [Double], _ before: Double) -> (h: Double, c: Double) {
            let c = Reference.sigmoid(z[1]) * before + Reference.sigmoid(z[0]) * tanh(z[2])
            return (Reference.sigmoid(z[3]) * tanh(c), c)
        }
        let dh = randomFloats(rows * width, seed: 4)
        let dc = randomFloats(rows * width, seed: 5)
        var (cellGradient, gateGradient) = (dc, gates)
        LSTMGates.backward(
            activations: gates, previousCell: previous, cell: cell, hiddenGradient: dh, cellGradient: &cellGradient,
            gateGradient: &gateGradient, rows: rows, width: width)
        for row in 0..<rows {
            for unit in 0..<width {
                let at = row * width + unit
                let z = (0..<4).map { Double(products[row * 4 * width + $0 * width + unit] + bias[$0 * width + unit]) }
                let expected = step(z, Double(previous[at]))
                #expect(abs(Double(hidden[at]) - expected.h) < 1e-6 && abs(Double(cell[at]) - expected.c) < 2e-6)
                let differences = GradientCase.centralDifferences(at: z + [Double(previous[at])]) {
                    let moved = step(Array($0[..<4]), $0[4])
                    return moved.h * Double(dh[at]) + moved.c * Double(dc[at])
                }
                for gate in 0..<4 {
                    #expect(abs(Double(gateGradient[row * 4 * width + gate * width + unit]) - differences[gate]) < 1e-5)
                }
                #expect(abs(Double(cellGradient[at]) - differences[4]) < 1e-5)
            }
        }
    }
}

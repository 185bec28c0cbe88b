import Kernels
import TestSupport
import Testing

/// Weights of recurrent layers on their way into panels and back: groups of 16 units and squares of columns, whole or
/// not.
@Suite struct PackingTests {
    struct Size: Sendable, CustomTestStringConvertible {
        let kind: PackedRecurrent
        let units, depth: Int
        var testDescription: String { "\(kind): \(units) units, \(depth) deep" }
        var width: Int { PackedProduct.padded(units) }
    }

    static let sizes = [PackedRecurrent.lstm, .gru, .rnn(.tanh)].flatMap { kind in
        [(16, 16), (5, 1), (20, 3), (64, 17), (70, 40), (128, 130)].map { Size(kind: kind, units: $0, depth: $1) }
    }

    /// The place of unit u's gate g among the columns in packed order.
    private func column(_ size: Size, gate: Int, unit: Int) -> Int {
        (unit / 16 * size.kind.gates + gate) * 16 + unit % 16
    }

    @Test(arguments: sizes) func panelsHoldTheTransposeAndZeros(_ size: Size) {
        let weights = randomFloats(size.kind.gates * size.units * size.depth, seed: 1)
        var panels = [Float](
            repeating: .nan, count: size.kind.forwardCount(units: size.units, depth: size.depth))
        size.kind.packForward(weights, units: size.units, depth: size.depth, into: &panels)
        var expected = [Float](repeating: 0, count: panels.count)
        let panel = size.kind.panel
        for gate in 0..<size.kind.gates {
            for unit in 0..<size.units {
                let column = column(size, gate: gate, unit: unit)
                for k in 0..<size.depth {
                    expected[(column / panel * size.depth + k) * panel + column % panel] =
                        weights[(gate * size.units + unit) * size.depth + k]
                }
            }
        }
        #expect(panels == expected)
    }

    @Test(arguments: sizes, [false, true]) func sumsComeBackInTheOrderOfWeights(_ size: Size, adding: Bool) {
        let columns = size.kind.gates * size.width
        let sums = randomFloats(size.depth * columns, seed: 1)
        let before = randomFloats(size.kind.gates * size.units * size.depth, seed: 2)
        var found = adding ? before : [Float](repeating: .nan, count: before.count)
        size.kind.unpack(sums, units: size.units, depth: size.depth, adding: adding, into: &found)
        var expected = adding ? before : [Float](repeating: 0, count: before.count)
        for gate in 0..<size.kind.gates {
            for unit in 0..<size.units {
                for k in 0..<size.depth {
                    expected[(gate * size.units + unit) * size.depth + k] +=
                        sums[k * columns + column(size, gate: gate, unit: unit)]
                }
            }
        }
        #expect(found == expected)
    }
}

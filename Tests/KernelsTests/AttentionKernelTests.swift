import CKernels
import Foundation
import Kernels
import TestSupport
import Testing

/// The kernels of attention for each width of registers that this processor has, beside plain loops. What stands where
/// no query looks is NaN at first, and must not show.
@Suite struct AttentionKernelTests {
    private static let widths: [Int32] = [4, 8, 16].filter { cantus_attention_kernels_of($0) != nil }

    struct Sight: Sendable {
        let rows, columns, visible, step: Int
        /// The keys that a row sees.
        func seen(_ row: Int) -> Int { min(max(visible + row * step, 0), columns) }
        var stride: Int { (columns + 15) / 16 * 16 + 16 }
    }

    static let sights = [
        Sight(rows: 1, columns: 1, visible: 1, step: 0), Sight(rows: 13, columns: 40, visible: 40, step: 0),
        Sight(rows: 66, columns: 66, visible: 1, step: 1), Sight(rows: 20, columns: 37, visible: 30, step: 1),
        Sight(rows: 17, columns: 50, visible: -9, step: 1), Sight(rows: 5, columns: 128, visible: 100, step: 1),
    ]

    /// Memory that outlives the calls of a test.
    private static func array(_ elements: [Float]) -> UnsafeMutableBufferPointer<Float> {
        let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: elements.count)
        _ = buffer.initialize(from: elements)
        return buffer
    }

    private static func block(_ sight: Sight, _ values: UnsafeMutableBufferPointer<Float>) -> cantus_scores {
        cantus_scores(
            values: values.baseAddress!, mask: nil, stride: sight.stride, rows: sight.rows, columns: sight.columns,
            visible: sight.visible, visible_step: sight.step, scale: 0.5)
    }

    /// Random scores, where they are seen; else `hidden`.
    private static func scores(_ sight: Sight, hidden: Float, seed: UInt64) -> [Float] {
        let random = randomFloats(sight.rows * sight.stride, seed: seed)
        return random.indices.map { $0 % sight.stride < sight.seen($0 / sight.stride) ? random[$0] : hidden }
    }

    @Test(arguments: widths, sights) func products(lanes: Int32, sight: Sight) {
        let kernels = cantus_attention_kernels_of(lanes).pointee
        let (depth, width) = (11, 48)
        let zeros = Self.scores(sight, hidden: 0, seed: 1)
        let scores = Self.array([Float](repeating: .nan, count: zeros.count))
        let (queries, keys) = (
            Self.array(randomFloats(sight.rows * depth, seed: 2)),
            Self.array(randomFloats(depth * sight.stride, seed: 3))
        )
        defer { for buffer in [scores, queries, keys] { buffer.deallocate() } }
        var block = Self.block(sight, scores)
        kernels.scores_of(&block, queries.baseAddress!, depth, keys.baseAddress!, sight.stride, depth)
        for row in 0..<sight.rows {
            for column in 0..<sight.seen(row) {
                let expected = (0..<depth).reduce(0.0) {
                    $0 + Double(queries[row * depth + $1]) * Double(keys[$1 * sight.stride + column])
                }
                #expect(abs(Double(scores[row * sight.stride + column]) - expected) < 1e-5)
            }
        }

        for adding in [false, true] {
            _ = scores.update(from: zeros)
            let ofKeys = Self.array(randomFloats(sight.columns * width, seed: 4))
            let ofRows = Self.array(randomFloats(sight.rows * width, seed: 5))
            defer { for buffer in [ofKeys, ofRows] { buffer.deallocate() } }
            let before = (rows: ofRows.map(Double.init), keys: ofKeys.map(Double.init))
            var (expectedRows, expectedKeys) = (before.rows.map { adding ? $0 : 0 }, before.keys)
            for row in 0..<sight.rows {
                for column in 0..<sight.seen(row) {
                    let score = Double(zeros[row * sight.stride + column])
                    for d in 0..<width {
                        expectedRows[row * width + d] += score * before.keys[column * width + d]
                        expectedKeys[column * width + d] += score * before.rows[row * width + d]
                    }
                }
            }
            let other = Self.array(before.rows.map { Float($0) })
            defer { other.deallocate() }
            kernels.scores_by(&block, ofKeys.baseAddress!, width, width, adding, ofRows.baseAddress!, width)
            kernels.keys_by(&block, other.baseAddress!, width, width, ofKeys.baseAddress!, width)
            #expect(relativeError(ofRows.map(Double.init), expectedRows) < 1e-6)
            #expect(relativeError(ofKeys.map(Double.init), expectedKeys) < 1e-6)
        }
    }

    /// Two blocks one after the other, and the way back through the second.
    @Test(arguments: widths, sights) func softmax(lanes: Int32, sight: Sight) {
        let kernels = cantus_attention_kernels_of(lanes).pointee
        let start = (0..<2).map { Self.scores(sight, hidden: .nan, seed: UInt64($0)).map { 8 * $0 } }
        let blocks = start.map { Self.array($0) }
        let (largest, sums, inner) = (
            Self.array([Float](repeating: .nan, count: sight.rows)),
            Self.array([Float](repeating: .nan, count: sight.rows)),
            Self.array(randomFloats(sight.rows, seed: 8))
        )
        let output = Self.array([Float](repeating: 1, count: sight.rows))
        defer { for buffer in blocks + [largest, sums, output, inner] { buffer.deallocate() } }
        for (number, values) in blocks.enumerated() {
            var block = Self.block(sight, values)
            kernels.softmax(
                &block, largest.baseAddress!, sums.baseAddress!, output.baseAddress!, 1, 1, number == 0)
        }
        let gradients = Self.array(Self.scores(sight, hidden: .nan, seed: 9))
        let arrived = Array(gradients)
        let logSums = Self.array((0..<sight.rows).map { largest[$0] + log(sums[$0]) })
        let again = Self.array(start[1])
        defer { for buffer in [gradients, logSums, again] { buffer.deallocate() } }
        var block = Self.block(sight, again)
        kernels.softmax_backward(&block, gradients.baseAddress!, logSums.baseAddress!, inner.baseAddress!)

        for row in 0..<sight.rows {
            let places = row * sight.stride..<row * sight.stride + sight.seen(row)
            let x = start.map { $0[places].map { 0.5 * Double($0) } }
            let hidden = places.upperBound..<row * sight.stride + (sight.columns + 15) / 16 * 16
            for values in blocks + [gradients, again] { #expect(hidden.allSatisfy { values[$0] == 0 }) }
            guard let first = x[0].max(), let second = x[1].max() else {
                #expect(sums[row] == 0)
                continue
            }
            let top = max(first, second)
            let sum = (x[0] + x[1]).reduce(0) { $0 + exp($1 - top) }
            #expect(abs(Double(largest[row]) - top) < 1e-5 && abs(Double(sums[row]) / sum - 1) < 1e-5)
            #expect(abs(Double(output[row]) / exp(first - top) - 1) < 1e-5)
            for (place, value) in zip(places, x[1]) {
                let (power, weight) = (exp(value - top), exp(value - top) / sum)
                #expect(abs(Double(blocks[1][place]) - power) < 1e-5 * power + 1e-30)
                #expect(abs(Double(again[place]) - weight) < 1e-5 * weight + 1e-30)
                let slope = 0.5 * weight * (Double(arrived[place]) - Double(inner[row]))
                #expect(abs(Double(gradients[place]) - slope) < 1e-5 * abs(weight) + 1e-30)
            }
        }
    }
}

import Foundation
import Kernels
import TestSupport
import Testing

/// Lengths around the widths of vector registers, so that every remainder loop runs.
private let lengths = [0, 1, 3, 4, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 257, 1000]

@Suite struct VectorTests {
    @Test(arguments: lengths) func elementwise(count: Int) {
        let x = randomFloats(count, seed: 1)
        let y = randomFloats(count, seed: 2)
        var result = y
        Vector.add(0.5, x, to: &result, count: count)
        #expect(relativeError(result.map(Double.init), zip(x, y).map { 0.5 * Double($0) + Double($1) }) < 1e-6)
        Vector.sum(x, y, into: &result, count: count)
        #expect(result == zip(x, y).map { $0 + $1 })
        Vector.product(x, y, into: &result, count: count)
        #expect(result == zip(x, y).map { $0 * $1 })
        Vector.scale(-3, x, into: &result, count: count)
        #expect(result == x.map { -3 * $0 })
        result = y
        Vector.addProduct(x, x, to: &result, count: count)
        #expect(relativeError(result.map(Double.init), zip(x, y).map { Double($0) * Double($0) + Double($1) }) < 1e-6)
    }

    @Test(arguments: lengths) func sums(count: Int) {
        let x = randomFloats(count, seed: 1)
        let y = randomFloats(count, seed: 2)
        let dot = zip(x, y).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        let magnitude = zip(x, y).reduce(1.0) { $0 + abs(Double($1.0) * Double($1.1)) }
        #expect(abs(Double(Vector.dot(x, y, count: count)) - dot) < 1e-6 * magnitude)
        #expect(abs(Vector.sum(x, count: count) - x.reduce(0.0) { $0 + Double($1) }) < 1e-10)
        #expect(abs(Vector.sumOfSquares(x, count: count) - x.reduce(0.0) { $0 + Double($1) * Double($1) }) < 1e-10)
    }

    @Test(arguments: [Float.nan, -Float.infinity, 1, -Float.leastNonzeroMagnitude], [0, 5, 63, 64, 999]) func zeros(
        other: Float, at: Int
    ) {
        var x = (0..<1000).map { $0 % 3 == 0 ? Float(0) : -0.0 }
        #expect(Vector.isZero(x, count: 1000) && Vector.isZero(x, count: 0))
        x[at] = other
        #expect(!Vector.isZero(x, count: 1000) && Vector.isZero(x, count: at))
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity], [0, 5, 255, 256, 999]) func nonFinite(value: Float, at: Int) {
        var x = randomFloats(1000, seed: 3)
        #expect(Vector.firstNonFinite(x, count: 1000) == nil)
        x[at] = value
        #expect(Vector.firstNonFinite(x, count: 1000) == at)
    }

    @Test(arguments: [(1, 1), (3, 5), (16, 16), (17, 33), (64, 7)]) func rows(rows: Int, columns: Int) {
        let x = randomFloats(rows * columns, seed: 4)
        var transposed = [Float](repeating: 0, count: x.count)
        Rows.transpose(x, into: &transposed, rows: rows, columns: columns)
        for row in 0..<rows {
            for column in 0..<columns { #expect(transposed[column * rows + row] == x[row * columns + column]) }
        }
        var sums = [Float](repeating: 1, count: columns)
        Rows.addColumnSums(of: x, to: &sums, rows: rows, columns: columns)
        let expected = (0..<columns).map { c in (0..<rows).reduce(1.0) { $0 + Double(x[$1 * columns + c]) } }
        #expect(relativeError(sums.map(Double.init), expected) < 1e-5)
        var soft = x
        Rows.softmax(x, into: &soft, rows: rows, columns: columns)
        #expect(relativeError(soft.map(Double.init), Reference.softmax(x.map(Double.init), columns: columns)) < 1e-6)
    }

    @Test func softmaxOfExtremeValues() {
        var result: [Float] = [0, 0, 0]
        Rows.softmax([1000, 0, -1000], into: &result, rows: 1, columns: 3)
        #expect(abs(result[0] - 1) < 1e-6 && result[1] < 1e-30 && result[2] < 1e-30)
        Rows.softmax([-.nan, 0, 1], into: &result, rows: 1, columns: 3)
        #expect(result.allSatisfy { $0.isNaN })
    }

    @Test func dropoutMasksDependOnSeedAndPlaceAlone() {
        func mask(seed: UInt64, first: UInt64, count: Int) -> [Float] {
            var mask = [Float](repeating: -1, count: count)
            Vector.dropoutMask(seed: seed, first: first, dropped: 0.3, scale: 2, into: &mask, count: count)
            return mask
        }
        let whole = mask(seed: 9, first: 0, count: 100_000)
        #expect(Set(whole) == [0, 2])
        let share = Double(whole.count { $0 == 0 }) / 100_000
        #expect(abs(share - 0.3) < 0.006)  // four standard deviations
        #expect(mask(seed: 9, first: 1003, count: 500) == Array(whole[1003..<1503]))
        #expect(mask(seed: 10, first: 0, count: 100_000) != whole)
        // Neighbours are independent: a pair falls together with the product of the probabilities.
        let pairs = Double(zip(whole, whole.dropFirst()).count { $0 == 0 && $1 == 0 }) / 99_999
        #expect(abs(pairs - 0.09) < 0.005)
    }
}

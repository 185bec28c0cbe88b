import CKernels
import Kernels
import TestSupport
import Testing

/// The elements that are not zero, and their products, beside plain loops.
@Suite struct SparseElementsTests {
    private static let widths: [Int32] = [4, 8, 16].filter { cantus_sparse_product_of($0) != nil }

    @Test func thereIsAVersionWithoutExtensions() { #expect(Self.widths.contains(4)) }

    /// A matrix of which about a share is not zero: whole rows and columns without elements are among them.
    private static func matrix(_ rows: Int, _ columns: Int, share: Double, seed: UInt64) -> [Float] {
        var generator = SeededGenerator(seed: seed)
        return (0..<rows * columns).map { place in
            let isEmpty = place / columns % 5 == 2 || place % columns % 7 == 4
            return !isEmpty && generator.uniform() < share ? Float(generator.normal()) : 0
        }
    }

    /// Both products, rows of the other matrix and of the result apart or over each other.
    @Test(arguments: [1, 7, 8, 16, 17, 40], [16, 17, 31, 88, 128, 136, 300])
    func productsOfFewElements(columns: Int, width: Int) {
        let rows = 23
        for (share, step) in [(0.05, width), (0.4, 5), (1, 3)] {
            let x = Self.matrix(rows, columns, share: share, seed: 1)
            let extent = (max(rows, columns) - 1) * step + width
            let (b, before) = (randomFloats(extent, seed: 2), randomFloats(extent, seed: 3))
            var (product, transposed) = (before, before)
            let room = UnsafeMutablePointer<Float>.allocate(
                capacity: SparseElements.room(rows: rows, columns: columns))
            defer { room.deallocate() }
            let elements = SparseElements(rows: rows, columns: columns, room: room)
            var counts = [Int32](repeating: -1, count: columns)
            let count = SparseElements.count(x, stride: columns, rows: rows, columns: columns, into: &counts)
            elements.collect(x, stride: columns, rows: rows, counts: counts)
            elements.addProduct(rows: rows, b, stride: step, to: &product, stride: step, width: width)
            elements.addTransposedProduct(b, stride: step, to: &transposed, stride: step, width: width)
            var expected = (product: before.map(Double.init), transposed: before.map(Double.init))
            for row in 0..<rows {
                for column in 0..<columns {
                    let value = Double(x[row * columns + column])
                    for n in 0..<width {
                        expected.product[row * step + n] += value * Double(b[column * step + n])
                        expected.transposed[column * step + n] += value * Double(b[row * step + n])
                    }
                }
            }
            #expect(count == x.count { $0 != 0 })
            #expect(counts == (0..<columns).map { column in
                Int32((0..<rows).count { x[$0 * columns + column] != 0 })
            })
            #expect(relativeError(product.map(Double.init), expected.product) < 1e-6)
            #expect(relativeError(transposed.map(Double.init), expected.transposed) < 1e-6)
        }
    }

    /// The kernels for each width of registers that this processor has, down to the fewest columns.
    @Test(arguments: widths) func registersOfEachWidth(lanes: Int32) {
        let product = cantus_sparse_product_of(lanes)!
        // Rows of no, one and three elements.
        let elements = [(2, 1.5), (0, -2), (1, 0.5), (2, 3)].map {
            cantus_element(place: $0.0, value: $0.1)
        }
        let ends: [Int32] = [0, 1, 4]
        for columns in Int(cantus_sparse_columns)...140 {
            let step = columns / 2
            let (b, before) = (randomFloats(2 * step + columns, seed: 1), randomFloats(2 * step + columns, seed: 2))
            var found = before
            product(elements, ends, 3, b, step, &found, step, columns)
            var expected = before.map(Double.init)
            for (row, range) in [0..<0, 0..<1, 1..<4].enumerated() {
                for element in elements[range] {
                    for n in 0..<columns {
                        expected[row * step + n] += Double(element.value) * Double(b[Int(element.place) * step + n])
                    }
                }
            }
            #expect(relativeError(found.map(Double.init), expected) < 1e-6, "\(columns) columns")
        }
    }
}

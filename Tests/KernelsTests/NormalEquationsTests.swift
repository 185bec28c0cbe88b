import Kernels
import TestSupport
import Testing

@Suite("Normal equations")
struct NormalEquationsTests {
    private func random(_ count: Int, seed: UInt64) -> [Double] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in generator.normal() }
    }

    @Test(arguments: [(7, 3, 2), (40, 17, 5), (513, 64, 1), (10, 1, 4)])
    func productsAndSolutions(rows: Int, columns: Int, width: Int) {
        let (a, b) = (random(rows * columns, seed: 1), random(rows * width, seed: 2))
        var gram = [Double](repeating: 0, count: columns * columns)
        for _ in 0..<2 { NormalEquations.addGram(a, rows: rows, columns: columns, to: &gram) }
        var products = [Double](repeating: 0, count: width * columns)
        for adding in [false, true] {
            NormalEquations.multiplyTransposed(
                b, a, rows: rows, columns: width, width: columns, into: &products, adding: adding)
        }
        for i in 0..<columns {
            for j in 0...i {
                let expected = 2 * (0..<rows).reduce(0.0) { $0 + a[$1 * columns + i] * a[$1 * columns + j] }
                #expect(abs(gram[i * columns + j] - expected) < 1e-9 * Double(rows))
            }
            for k in 0..<width {
                let expected = 2 * (0..<rows).reduce(0.0) { $0 + b[$1 * width + k] * a[$1 * columns + i] }
                #expect(abs(products[k * columns + i] - expected) < 1e-9 * Double(rows))
            }
        }
        let full = (0..<columns * columns).map { place -> Double in
            let (i, j) = (place / columns, place % columns)
            return gram[max(i, j) * columns + min(i, j)]
        }
        let sides = products
        #expect(NormalEquations.solve(&gram, order: columns, sides: &products, count: width))
        for k in 0..<width {
            for i in 0..<columns {
                let image = (0..<columns).reduce(0.0) { $0 + full[i * columns + $1] * products[k * columns + $1] }
                #expect(abs(image - sides[k * columns + i]) < 1e-8 * Double(rows))
            }
        }
    }

    @Test func matricesThatAreNotDefinite() {
        var (gram, sides): ([Double], [Double]) = ([1, 0, 2, 1], [3, 4])
        #expect(!NormalEquations.solve(&gram, order: 2, sides: &sides, count: 1))
        #expect(sides == [3, 4])
    }

    @Test func plainProducts() {
        var c = [Double](repeating: 9, count: 2)
        NormalEquations.multiply([1, 2, 3, 4], [5, 6], rows: 2, columns: 2, width: 1, into: &c)
        #expect(c == [17, 39])
    }
}

import Cantus
import Testing

@Suite("Principal components")
struct PrincipalComponentsTests {
    @Test("Planted directions come out with their share of the variance, in order and with a fixed sign")
    func plantedDirections() throws {
        var generator = SeededGenerator(seed: 3)
        let dimensions = 30
        var points: [Float] = []
        for _ in 0..<4000 {
            let (a, b) = (generator.normal() * 6, generator.normal() * 3)
            for d in 0..<dimensions {
                let first = d < 2 ? -0.5.squareRoot() * a : 0
                points.append(Float(first + (d == 7 ? b : 0) + generator.normal() * 0.5 + 10))
            }
        }
        let components = PrincipalComponents(of: points, dimensions: dimensions)
        // Variances 36.25 and 9.25 of 36 + 9 + 30 / 4.
        #expect(abs(components.explainedVariance[0] - 36.25 / 52.5) < 0.02)
        #expect(abs(components.explainedVariance[1] - 9.25 / 52.5) < 0.02)
        for (point, place) in components.coordinates.enumerated() {
            let row = points[point * dimensions..<(point + 1) * dimensions].map { Double($0) - 10 }
            #expect(abs(place[0] - (row[0] + row[1]) * 0.5.squareRoot()) < 1)
            #expect(abs(place[1] - row[7]) < 1)
        }
        let mean = components.coordinates.reduce(0.0) { $0 + $1[0] } / 4000
        #expect(abs(mean) < 1e-4)
    }

    @Test("Few, equal and one-dimensional points have components too", arguments: [1, 2, 5])
    func degenerate(count: Int) throws {
        let equal = PrincipalComponents(of: [Float](repeating: 2, count: count * 3), dimensions: 3)
        #expect(equal.explainedVariance == [0, 0])
        #expect(equal.coordinates.count == count)
        #expect(equal.coordinates.allSatisfy { $0.allSatisfy { $0 == 0 } })
        let line = PrincipalComponents(of: (0..<count).map(Float.init), dimensions: 1, count: 1)
        #expect(line.coordinates.count == count)
        if count > 1 { #expect(abs(line.explainedVariance[0] - 1) < 1e-6) }
    }
}

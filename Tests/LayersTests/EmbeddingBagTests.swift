import Layers
import TestSupport
import Tensors
import Testing

@Suite struct EmbeddingBagTests {
    private static let bags: [[Int32]] = [[3, 1, 3], [], [0], [4, 2]]

    private static func packed(_ bags: [[Int32]]) -> Bags {
        let all = bags.flatMap { $0 }
        let ends = bags.reduce(into: [Int32(0)]) { $0.append($0.last! + Int32($1.count)) }
        return Bags(identifiers: IndexTensor(all, [all.count]), offsets: IndexTensor(ends, [ends.count]))
    }

    /// The mean of each bag's rows, and its gradient by central differences in Double.
    @Test func meanAndGradient() {
        let parameters = Parameters(.seed(1))
        let layer = EmbeddingBag(entries: 5, width: 3, scope: parameters.scope)
        func reference(_ table: [Double]) -> [Double] {
            Self.bags.flatMap { bag in
                (0..<3).map { d in bag.reduce(0) { $0 + table[Int($1) * 3 + d] } / Double(max(bag.count, 1)) }
            }
        }
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let output = layer(Self.packed(Self.bags), .training(tape: tape, gradients: gradients, seed: 0))
        let table = layer.weight.value.elements.map(Double.init)
        #expect(relativeError(output.elements.map(Double.init), reference(table)) < 1e-6)
        let upstream = randomTensor(output.shape, seed: 2)
        tape.backward(from: (output * upstream).sum())
        let expected = GradientCase.centralDifferences(at: table) { table in
            zip(reference(table), upstream.elements).reduce(0) { $0 + $1.0 * Double($1.1) }
        }
        #expect(relativeError(gradients.gradient(of: layer.weight).elements.map(Double.init), expected) < 1e-5)
        gradients.clear()
        #expect(gradients.gradient(of: layer.weight).elements.allSatisfy { $0 == 0 })
    }

    @Test func agreesWithPyTorch() throws {
        let fixture = try Fixture("layers/embedding_bag")
        let parameters = Parameters(.uninitialized)
        let layer = EmbeddingBag(entries: 5, width: 3, scope: parameters.scope)
        layer.weight.assign(try fixture["weight"])
        let bags = Bags(identifiers: try fixture.integers("ids"), offsets: try fixture.integers("offsets"))
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let output = layer(bags, .training(tape: tape, gradients: gradients, seed: 0))
        expectClose(output, try fixture["output"])
        tape.backward(from: (output * (try fixture["upstream"])).sum())
        expectClose(gradients.gradient(of: layer.weight), try fixture["grad_weight"])
    }

    /// Many distinct rows make the collection of gradients grow; sums stay right.
    @Test func growsWithTheRowsTouched() {
        let parameters = Parameters(.seed(1))
        let layer = EmbeddingBag(entries: 1000, width: 2, scope: parameters.scope)
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let bags = (0..<500).map { [Int32($0), Int32(($0 * 7) % 500)] }
        let output = layer(Self.packed(bags), .training(tape: tape, gradients: gradients, seed: 0))
        tape.backward(from: output.sum())
        let gradient = gradients.gradient(of: layer.weight).elements
        #expect(gradient[..<1000].allSatisfy { $0 == 1 } && gradient[1000...].allSatisfy { $0 == 0 })
    }
}

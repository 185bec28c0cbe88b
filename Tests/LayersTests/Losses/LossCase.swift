import Layers
import TestSupport
import Tensors
import Testing

/// One loss of the conformance table, beside a plain version in Double.
struct LossCase: Sendable, CustomTestStringConvertible {
    /// What one entry of the finest mask stands for: the sum of its losses, and how much it adds to the divisor.
    typealias Unit = (sum: Double, weight: Double)

    let name: String
    /// The shapes of the inputs that have gradients. N is the first extent of each.
    let inputs: [Shape]
    /// The shape of the finest mask.
    let units: Shape
    /// The loss over some rows of a batch; targets are taken for these rows.
    let loss: @Sendable (_ inputs: [Tensor], _ rows: [Int], _ mask: Mask?) -> Tensor
    /// All units of the whole batch.
    let reference: @Sendable (_ inputs: [[Double]]) -> [Unit]

    var testDescription: String { name }
    var rows: Int { units[0] }
}

/// A mask of the table.
struct MaskCase: Sendable, CustomTestStringConvertible {
    let name: String
    /// For a loss with masks of this shape; nil where that has no such mask.
    let mask: @Sendable (_ units: Shape) -> (mask: Mask?, weights: [Double])?

    var testDescription: String { name }

    static let all = [
        MaskCase(name: "no mask") { units in (nil, [Double](repeating: 1, count: units.count)) },
        MaskCase(name: "rows left out") { rows($0) { $0 % 2 == 1 ? 0 : 1 } },
        MaskCase(name: "a single row") { rows($0) { $0 == 2 ? 1 : 0 } },
        MaskCase(name: "rows weighted") { rows($0) { Float($0) * 0.75 } },
        MaskCase(name: "each entry weighted, some left out") { units in
            let weights = (0..<units.count).map { $0 % 3 == 1 ? 0 : Float($0 % 5) + 0.5 }
            return (.weights(Tensor(weights, units)), weights.map(Double.init))
        },
        MaskCase(name: "steps weighted") { units in
            guard units.rank == 3 else { return nil }
            let steps: Shape = [units[0], units[1]]
            let weights = (0..<steps.count).map { Float(($0 * 7) % 4) }
            return (.weights(Tensor(weights, steps)), (0..<units.count).map { Double(weights[$0 / units[2]]) })
        },
        MaskCase(name: "lengths") { units in
            guard units.rank >= 2 else { return nil }
            let lengths = (0..<units[0]).map { ($0 * 2 + 1) % (units[1] + 1) }
            let perStep = units.count / units[0] / units[1]
            let weights = (0..<units.count).map { unit in
                (unit / perStep) % units[1] < lengths[unit / perStep / units[1]] ? 1.0 : 0
            }
            return (.lengths(IndexTensor(lengths.map(Int32.init), [units[0]])), weights)
        },
    ]

    private static func rows(_ units: Shape, _ weight: (Int) -> Float) -> (Mask?, [Double]) {
        let weights = (0..<units[0]).map(weight)
        return (
            .weights(Tensor(weights, [units[0]])),
            (0..<units.count).map { Double(weights[$0 / (units.count / units[0])]) }
        )
    }
}

extension LossCase {
    private var values: [Tensor] { inputs.enumerated().map { randomTensor($1, seed: UInt64(31 + $0)) } }

    private func mean(_ inputs: [[Double]], _ weights: [Double]) -> Double {
        let counted = zip(reference(inputs), weights).filter { $0.1 > 0 }
        let divisor = counted.reduce(0) { $0 + $1.0.weight * $1.1 }
        return divisor > 0 ? counted.reduce(0) { $0 + $1.0.sum * $1.1 } / divisor : 0
    }

    private func run(_ inputs: [Tensor], _ rows: [Int], _ mask: Mask?) -> (value: Float, gradients: [Tensor]) {
        let tape = Tape()
        let watched = inputs.map(tape.watch)
        let value = loss(watched, rows, mask)
        tape.backward(from: value)
        return (value.scalar, watched.map(tape.gradient))
    }

    /// The value, and gradients by central differences in Double. What is left out holds NaN and gets exact zeros.
    func checkAgainstReference(_ item: MaskCase) {
        guard let (mask, weights) = item.mask(units) else { return }
        let exact = values.map { $0.elements.map(Double.init) }
        let spoiled = zip(values, exact).map { value, exact in
            let perUnit = value.count / units.count
            let elements = exact.indices.map { weights[$0 / perUnit] > 0 ? Float(exact[$0]) : .nan }
            return Tensor(elements, value.shape)
        }
        let (value, gradients) = run(spoiled, Array(0..<rows), mask)
        let error = relativeError([Double(value)], [mean(exact, weights)])
        #expect(error <= 2e-6, "value \(value), relative error \(error)")
        for (index, gradient) in gradients.enumerated() {
            let expected = GradientCase.centralDifferences(at: exact[index]) { moved in
                var all = exact
                all[index] = moved
                return mean(all, weights)
            }
            let error = relativeError(gradient.elements.map(Double.init), expected)
            #expect(error <= 1e-5, "gradient of input \(index), relative error \(error)")
            let perUnit = gradient.count / units.count
            for place in 0..<gradient.count where weights[place / perUnit] == 0 {
                #expect(gradient.elements[place] == 0, "gradient of a place that is left out")
            }
        }
    }

    /// Rows with weight 0 are as rows that are not there.
    func checkRowsLeftOut(keeping kept: [Int]) {
        let weights = Tensor((0..<rows).map { kept.contains($0) ? 1 : 0 }, [rows])
        let (value, gradients) = run(values, Array(0..<rows), .weights(weights))
        let (expected, expectedGradients) = run(values.map { $0.rows(kept) }, kept, nil)
        #expect(relativeError([Double(value)], [Double(expected)]) <= 1e-6)
        for (gradient, expected) in zip(gradients, expectedGradients) {
            expectClose(gradient.rows(kept), expected, within: 1e-6, "gradient")
        }
    }

    /// Where nothing counts, loss and gradients are 0, whatever the inputs hold.
    func checkNothingCounted() {
        let spoiled = inputs.map { Tensor(repeating: .nan, $0) }
        let (value, gradients) = run(spoiled, Array(0..<rows), .weights(Tensor(zeros: [rows])))
        #expect(value == 0)
        for gradient in gradients { #expect(gradient.elements.allSatisfy { $0 == 0 }) }
        #expect(run(values.map { $0.rows([]) }, [], nil).value == 0)
    }

    /// Runs forward and backward once, with a mask and without.
    func runOnce() {
        for mask in [nil, Mask.weights(Tensor(repeating: 0.5, [rows]))] { _ = run(values, Array(0..<rows), mask) }
    }
}

extension Tensor {
    /// Some entries of the first axis.
    func rows(_ rows: [Int]) -> Tensor {
        let width = shape[0] > 0 ? count / shape[0] : 0
        return Tensor(
            rows.flatMap { elements[$0 * width..<($0 + 1) * width] }, Shape([rows.count] + shape.array.dropFirst()))
    }
}

extension IndexTensor {
    /// Some entries of the first axis.
    func rows(_ rows: [Int]) -> IndexTensor {
        let width = shape[0] > 0 ? count / shape[0] : 0
        return IndexTensor(
            rows.flatMap { elements[$0 * width..<($0 + 1) * width] }, Shape([rows.count] + shape.array.dropFirst()))
    }
}

import Cantus
import Testing

/// A differentiable function in Float beside a plain one in Double.
///
/// The check draws random inputs, compares the outputs, and compares the gradient of sum(upstream * output) with
/// central differences of the plain function in Double.
public struct GradientCase: Sendable, CustomTestStringConvertible {
    public let name: String
    let shapes: [Shape]
    let function: @Sendable ([Tensor]) -> Tensor
    let reference: @Sendable ([[Double]]) -> [Double]

    /// - Parameters:
    ///   - shapes: The shapes of the inputs.
    ///   - function: The function to be checked.
    ///   - reference: The same in Double, written as plainly as possible.
    public init(
        _ name: String, _ shapes: [Shape], _ function: @escaping @Sendable ([Tensor]) -> Tensor,
        reference: @escaping @Sendable ([[Double]]) -> [Double]
    ) { (self.name, self.shapes, self.function, self.reference) = (name, shapes, function, reference) }

    public var testDescription: String { name }

    public func check(tolerance: Double = 1e-5, gradientTolerance: Double = 1e-4) {
        let values = shapes.enumerated().map { randomTensor($1, seed: UInt64(17 + $0)) }
        let tape = Tape()
        let inputs = values.map(tape.watch)
        let output = function(inputs)
        let exact = values.map { $0.elements.map(Double.init) }
        let error = relativeError(output.elements.map(Double.init), reference(exact))
        #expect(error <= tolerance, "\(name): forward, relative error \(error)")

        let upstream = randomTensor(output.shape, seed: 5)
        tape.backward(from: (output * upstream).sum())
        let weights = upstream.elements.map(Double.init)
        for (index, input) in inputs.enumerated() {
            let expected = Self.centralDifferences(at: exact[index]) { moved in
                var all = exact
                all[index] = moved
                return zip(reference(all), weights).reduce(0) { $0 + $1.0 * $1.1 }
            }
            let error = relativeError(tape.gradient(of: input).elements.map(Double.init), expected)
            #expect(error <= gradientTolerance, "\(name): gradient of input \(index), relative error \(error)")
        }
    }

    /// df/dx_i = (f(x + h e_i) - f(x - h e_i)) / 2h
    public static func centralDifferences(at x: [Double], of function: ([Double]) -> Double) -> [Double] {
        let h = 1e-5
        return x.indices.map { index in
            var moved = x
            moved[index] = x[index] + h
            let above = function(moved)
            moved[index] = x[index] - h
            return (above - function(moved)) / (2 * h)
        }
    }
}

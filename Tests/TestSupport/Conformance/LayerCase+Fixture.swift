import Cantus
import Testing

extension LayerCase {
    /// Outputs and all gradients against PyTorch's.
    public func checkFixture(within tolerance: Double = 1e-5) throws {
        guard let fixture else { return }
        let file = try Fixture("layers/\(fixture)")
        let parameters = Parameters(.uninitialized)
        let function = make(parameters.scope)
        for parameter in parameters { parameter.assign(try file[parameter.name]) }
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let names =
            file.contains("input") ? ["input"] : inputs(Size(rows: 1, steps: minimumSteps)).indices.map { "input\($0)" }
        let inputs = try names.map { tape.watch(try file[$0]) }
        let lengths = file.contains("lengths") ? try file.integers("lengths") : nil
        let output = function(inputs, lengths, .training(tape: tape, gradients: gradients, seed: 0))
        expectClose(output, try file["output"], within: tolerance, "\(name): output")
        tape.backward(from: (output * (try file["upstream"])).sum())
        for (name, input) in zip(names, inputs) {
            expectClose(tape.gradient(of: input), try file["grad_\(name)"], within: tolerance, "\(self.name): \(name)")
        }
        for parameter in parameters where !parameter.isFrozen {
            let expected = try file["grad_\(parameter.name)"]
            expectClose(gradients.gradient(of: parameter), expected, within: tolerance, "\(name): \(parameter.name)")
        }
    }
}

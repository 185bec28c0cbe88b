import Layers
import TestSupport
import Tensors
import Testing

/// Layers against PyTorch.
@Suite struct LayerFixtureTests {
    @Test func linear() throws {
        let fixture = try Fixture("layers/linear")
        let parameters = Parameters(.uninitialized)
        let layer = Linear(inputs: 5, outputs: 7, scope: parameters.scope)
        for parameter in parameters { parameter.assign(try fixture[parameter.name]) }
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let x = tape.watch(try fixture["input"])
        let output = layer(x, .training(tape: tape, gradients: gradients, seed: 0))
        expectClose(output, try fixture["output"])
        tape.backward(from: (output * (try fixture["upstream"])).sum())
        expectClose(tape.gradient(of: x), try fixture["grad_input"])
        for parameter in parameters {
            expectClose(gradients.gradient(of: parameter), try fixture["grad_\(parameter.name)"], parameter.name)
        }
    }

    @Test func embedding() throws {
        let fixture = try Fixture("layers/embedding")
        let parameters = Parameters(.uninitialized)
        let layer = Embedding(entries: 11, width: 5, padding: 0, scope: parameters.scope)
        layer.weight.assign(try fixture["weight"])
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let output = layer(try fixture.integers("ids"), .training(tape: tape, gradients: gradients, seed: 0))
        expectClose(output, try fixture["output"], within: 0)
        tape.backward(from: (output * (try fixture["upstream"])).sum())
        expectClose(gradients.gradient(of: layer.weight), try fixture["grad_weight"])
        #expect(gradients.rows(layer.weight).count == 7)  // touched rows alone, padding not among them
    }

    @Test func meanOverTime() throws {
        let fixture = try Fixture("layers/mean_over_time")
        let tape = Tape()
        let x = tape.watch(try fixture["x"])
        let output = x.meanOverTime(lengths: try fixture.integers("lengths"))
        expectClose(output, try fixture["output"])
        tape.backward(from: (output * (try fixture["upstream"])).sum())
        expectClose(tape.gradient(of: x), try fixture["grad_x"])
    }
}

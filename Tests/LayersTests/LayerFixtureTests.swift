import Layers
import TestSupport
import Tensors
import Testing

/// Layers and losses against PyTorch.
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

    @Test(arguments: [("", true, true), ("plain_", false, false), ("weight_only_", true, false), ("pos_weight_only_", false, true)])
    func binaryCrossEntropy(prefix: String, weighted: Bool, positiveWeighted: Bool) throws {
        let fixture = try Fixture("layers/binary_cross_entropy")
        let loss = BinaryCrossEntropy(
            weights: weighted ? try fixture["weight"] : nil,
            positiveWeights: positiveWeighted ? try fixture["pos_weight"] : nil)
        let tape = Tape()
        let logits = tape.watch(try fixture["logits"])
        let value = loss(logits, targets: try fixture["targets"])
        expectClose(value, try fixture["\(prefix)loss"], "loss")
        tape.backward(from: value)
        expectClose(tape.gradient(of: logits), try fixture["\(prefix)grad_logits"], "gradient")
    }

    @Test(arguments: [("", "targets"), ("weight_", "targets"), ("ignored_", "targets_ignored"), ("weight_ignored_", "targets_ignored")])
    func crossEntropy(prefix: String, targets: String) throws {
        let fixture = try Fixture("layers/cross_entropy")
        let loss = CrossEntropy(weights: prefix.hasPrefix("weight_") ? try fixture["weight"] : nil)
        let tape = Tape()
        let logits = tape.watch(try fixture["logits"])
        let value = loss(logits, targets: try fixture.integers(targets))
        expectClose(value, try fixture["\(prefix)loss"], "loss")
        tape.backward(from: value)
        expectClose(tape.gradient(of: logits), try fixture["\(prefix)grad_logits"], "gradient")
    }
}

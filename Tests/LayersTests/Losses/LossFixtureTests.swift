import Layers
import TestSupport
import Tensors
import Testing

/// A loss of layers/losses.safetensors, run on the inputs of its case there.
private struct FixtureCase: Sendable, CustomTestStringConvertible {
    /// The loss of the inputs, given how to look up tensors and integers of the case.
    typealias Run = @Sendable (
        _ inputs: [Tensor], _ tensor: (String) throws -> Tensor, _ integers: (String) throws -> IndexTensor
    ) throws -> Tensor

    let name: String
    let inputs: [String]
    let run: Run

    init(_ name: String, _ inputs: [String] = ["x"], run: @escaping Run) {
        (self.name, self.inputs, self.run) = (name, inputs, run)
    }

    var testDescription: String { name }
}

private let cases: [FixtureCase] = {
    var cases: [FixtureCase] = []
    func add(_ name: String, _ loss: some Loss<Tensor>) {
        cases.append(FixtureCase(name) { x, tensor, _ in loss(x[0], targets: try tensor("targets")) })
    }
    func addMasked(_ name: String, _ loss: some Loss<Tensor>) {
        cases.append(
            FixtureCase(name + "_masked") { x, tensor, _ in
                loss(x[0], targets: try tensor("targets"), mask: .weights(try tensor("mask")))
            })
    }
    func addBoth(_ name: String, _ loss: some Loss<Tensor>) {
        add(name, loss)
        addMasked(name, loss)
    }
    addBoth("mean_squared", MeanSquaredError())
    addBoth("mean_absolute", MeanAbsoluteError())
    addBoth("huber", HuberLoss(delta: 0.7))
    add("hinge", HingeLoss())
    add("squared_hinge", HingeLoss(growth: .squared))
    addBoth("quantile", QuantileLoss([0.1, 0.5, 0.9]))
    add("gaussian", GaussianNegativeLogLikelihood(minimumScale: 0.01))
    for isMasked in [false, true] {
        cases.append(
            FixtureCase("binary_smoothing" + (isMasked ? "_masked" : "")) { x, tensor, _ in
                let loss = BinaryCrossEntropy(
                    weights: try tensor("weight"), positiveWeights: try tensor("pos_weight"), labelSmoothing: 0.1)
                return loss(
                    x[0], targets: try tensor("targets"), mask: isMasked ? .weights(try tensor("mask")) : nil)
            })
    }
    cases.append(
        FixtureCase("cross_entropy_steps") { x, tensor, integers in
            CrossEntropy(weights: try tensor("weight"), labelSmoothing: 0.2)(x[0], targets: try integers("targets"))
        })
    for (power, growth) in [(1, HingeGrowth.linear), (2, .squared)] {
        cases.append(
            FixtureCase("multi_class_hinge_\(power)") { x, tensor, integers in
                MultiClassHingeLoss(margin: 0.8, growth: growth, weights: try tensor("weight"))(
                    x[0], targets: try integers("targets"))
            })
    }
    cases.append(
        FixtureCase("cosine", ["a", "b"]) { x, tensor, _ in
            CosineLoss(margin: 0.2)(x[0], x[1], targets: try tensor("targets"))
        })
    cases.append(
        FixtureCase("contrastive", ["a", "b"]) { x, tensor, _ in
            ContrastiveLoss(margin: 2)(x[0], x[1], targets: try tensor("targets"))
        })
    cases.append(
        FixtureCase("triplet", ["a", "b", "c"]) { x, _, _ in
            TripletLoss(margin: 1)(anchor: x[0], positive: x[1], negative: x[2])
        })
    for (name, infeasible) in [("ctc", CTCLoss.Infeasible.infinity), ("ctc_infeasible", .zero)] {
        cases.append(
            FixtureCase(name) { x, _, integers in
                CTCLoss(blank: 2, infeasible: infeasible)(
                    x[0], targets: try integers("targets"), lengths: try integers("lengths"),
                    targetLengths: try integers("target_lengths"))
            })
    }
    return cases
}()

/// Losses and their gradients against PyTorch.
@Suite struct LossFixtureTests {
    @Test(arguments: cases) private func agreesWithPyTorch(_ item: FixtureCase) throws {
        let fixture = try Fixture("layers/losses")
        let tape = Tape()
        let inputs = try item.inputs.map { tape.watch(try fixture["\(item.name).\($0)"]) }
        let loss = try item.run(
            inputs, { try fixture["\(item.name).\($0)"] }, { try fixture.integers("\(item.name).\($0)") })
        expectClose(loss, try fixture["\(item.name).loss"], "loss")
        tape.backward(from: loss)
        for (name, input) in zip(item.inputs, inputs) {
            expectClose(tape.gradient(of: input), try fixture["\(item.name).grad_\(name)"], "gradient of \(name)")
        }
    }

    @Test(arguments: [
        ("", true, true), ("plain_", false, false), ("weight_only_", true, false), ("pos_weight_only_", false, true),
    ])
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

    @Test(arguments: ["", "weight_", "smoothing_", "weight_smoothing_", "ignored_", "weight_ignored_"])
    func crossEntropy(prefix: String) throws {
        let fixture = try Fixture("layers/cross_entropy")
        let loss = CrossEntropy(
            weights: prefix.hasPrefix("weight_") ? try fixture["weight"] : nil,
            labelSmoothing: prefix.hasSuffix("smoothing_") ? 0.1 : 0)
        let tape = Tape()
        let logits = tape.watch(try fixture["logits"])
        let targets = try fixture.integers(prefix.hasSuffix("ignored_") ? "targets_ignored" : "targets")
        let value = loss(logits, targets: targets)
        expectClose(value, try fixture["\(prefix)loss"], "loss")
        tape.backward(from: value)
        expectClose(tape.gradient(of: logits), try fixture["\(prefix)grad_logits"], "gradient")
    }
}

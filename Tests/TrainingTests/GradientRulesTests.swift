import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

/// What becomes of gradients before an optimizer takes them, seen through steps of plain gradient descent.
@Suite struct GradientRulesTests {
    private let names = ["a", "b", "c"]

    /// One step on the gradients of the clipping fixture; returns the parameters' changes with a learning rate of 1,
    /// and what the step says.
    private func step(_ rules: GradientRules, start: Float = 0) throws -> (changes: [Tensor], step: Replicas.Step) {
        let gradients = try gradients()
        let parameters = Parameters(.seed(1))
        for (name, gradient) in zip(names, gradients) {
            _ = parameters.scope.parameter(name, gradient.shape, .constant(start))
        }
        let replicas = Replicas(
            1, parameters: parameters, optimizer: GradientDescent(), pool: WorkerPool(threadCount: 1))
        let loss: Replicas.Loss = { _, context in
            zip(parameters, gradients).map { (context($0) * $1).sum() }.reduce(Tensor(0)) { $0 + $1 }
        }
        let step = try replicas.step(replicas.shares(of: [[0]], loss), learningRate: 1, rules: rules, seed: 0, time: 1)
        return (parameters.map { Tensor(repeating: start, $0.shape) + -1 * $0.value }, step)
    }

    private func gradients() throws -> [Tensor] {
        let fixture = try Fixture("layers/clip")
        return try names.map { try fixture["grad_\($0)"] }
    }

    private static func norm(_ tensors: [Tensor]) -> Double {
        tensors.flatMap(\.elements).reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }

    @Test func clipsValues() throws {
        let found = try step(GradientRules(clipping: GradientClipping(maximumValue: 0.5)))
        for (change, gradient) in zip(found.changes, try gradients()) {
            #expect(change.elements == gradient.elements.map { min(max($0, -0.5), 0.5) })
        }
        // The norm is that before clipping.
        #expect(relativeError([found.step.gradientNorm], [Self.norm(try gradients())]) < 1e-6)
    }

    @Test func clipsTheNormOfEachParameter() throws {
        let gradients = try gradients()
        let norms = gradients.map { Self.norm([$0]) }
        let bound = (norms.min()! + norms.max()!) / 2
        let found = try step(GradientRules(clipping: GradientClipping(maximumParameterNorm: bound)))
        for ((change, gradient), norm) in zip(zip(found.changes, gradients), norms) {
            expectClose(change, Float(min(1, bound / norm)) * gradient, within: 1e-6)
        }
        #expect(relativeError(found.step.parameterNorms, norms) < 1e-6)
        #expect(norms.contains { $0 > bound } && norms.contains { $0 < bound })
    }

    /// Values first, then each parameter, then all together: every bound holds in the end.
    @Test func boundsActOneAfterTheOther() throws {
        let gradients = try gradients()
        let clipped = gradients.map { Tensor($0.elements.map { min(max($0, -0.8), 0.8) }, $0.shape) }
        let own = clipped.map { Float(min(1, 1.2 / Self.norm([$0]))) * $0 }
        let expected = own.map { Float(min(1, 1.5 / Self.norm(own))) * $0 }
        let found = try step(
            GradientRules(clipping: GradientClipping(maximumValue: 0.8, maximumParameterNorm: 1.2, maximumNorm: 1.5)))
        for (change, expected) in zip(found.changes, expected) { expectClose(change, expected, within: 1e-6) }
        #expect(abs(Self.norm(found.changes) - 1.5) < 1e-5)
        #expect(Self.norm(own) > 1.5 && Self.norm(clipped) > Self.norm(own))
    }

    @Test(arguments: [Float(2), -3]) func penaltiesAreAddedBeforeClipping(start: Float) throws {
        let expected = try gradients().map { gradient in
            Tensor(gradient.elements.map { $0 + 0.1 * (start > 0 ? 1 : -1) + 0.05 * start }, gradient.shape)
        }
        var rules = GradientRules(penalty: GradientPenalty(l1: 0.1, l2: 0.05))
        let found = try step(rules, start: start)
        for (change, expected) in zip(found.changes, expected) { expectClose(change, expected, within: 1e-6) }
        let norm = Self.norm(expected)
        #expect(relativeError([found.step.gradientNorm], [norm]) < 1e-6)
        rules.clipping.maximumNorm = norm / 2
        for (change, expected) in zip(try step(rules, start: start).changes, expected) {
            expectClose(change, 0.5 * expected, within: 1e-5)
        }
    }

    /// The magnitude has no slope at zero, and rows that a batch does not touch are not penalised.
    @Test func penaltiesSpareZeroAndUntouchedRows() throws {
        let zero = try step(GradientRules(penalty: GradientPenalty(l1: 1, l2: 1)))
        for (change, gradient) in zip(zero.changes, try gradients()) { #expect(change.elements == gradient.elements) }

        let parameters = Parameters(.seed(1))
        let table = Embedding(entries: 3, width: 2, initializer: .constant(4), scope: parameters.scope)
        let replicas = Replicas(
            2, parameters: parameters, optimizer: GradientDescent(), pool: WorkerPool(threadCount: 1))
        let loss: Replicas.Loss = { rows, context in 0 * table(IndexTensor(rows, [rows.count]), context).sum() }
        _ = try replicas.step(
            replicas.shares(of: [[2, 0, 2]], loss), learningRate: 1,
            rules: GradientRules(penalty: GradientPenalty(l1: 1, l2: 0.25)), seed: 0, time: 1)
        #expect(table.weight.value.elements == [2, 2, 4, 4, 2, 2])
    }
}

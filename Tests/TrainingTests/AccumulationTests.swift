import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct AccumulationTests {
    private let pool = WorkerPool(threadCount: 2)

    /// Weights behind one step on some batches.
    private func weights(_ batches: [[Int32]], replicas count: Int) throws -> (step: Replicas.Step, weights: [Double]) {
        let problem = ToyProblem(count: 20)
        let parameters = Parameters(.seed(4))
        let model = ToyModel(parameters)
        let replicas = Replicas(count, parameters: parameters, optimizer: GradientDescent(), pool: pool)
        let step = try replicas.step(
            replicas.shares(of: batches, problem.loss(model)), learningRate: 1, rules: GradientRules(), seed: 1,
            time: 1)
        return (step, parameters.flatMap(\.value.elements).map(Double.init))
    }

    /// Batches of unequal size count by their examples, as if they were one; some have fewer rows than replicas.
    @Test(arguments: [1, 2, 3]) func severalBatchesAreAsOne(count: Int) throws {
        let whole = try weights([Array(0..<20)], replicas: 1)
        let parts = try weights([Array(0..<9), [9], Array(10..<20)], replicas: count)
        #expect(relativeError(parts.weights, whole.weights) < 1e-5)
        #expect(relativeError([parts.step.loss], [whole.step.loss]) < 1e-5)
        #expect(relativeError([parts.step.gradientNorm], [whole.step.gradientNorm]) < 1e-5)
    }

    /// A training with accumulation is one of larger batches: as many steps, the same weights within rounding.
    @Test func trainerTakesBatchesTogether() throws {
        let parameters = Parameters(.seed(1))
        let weight = parameters.scope.parameter("weight", [], .constant(1))
        let options = TrainingOptions.toy {
            $0.epochs = 2
            $0.accumulatedBatches = 3
            $0.learningRate = 0.5
            $0.schedule = .linear
            $0.optimizer = .sgd()
            $0.maximumGradientNorm = 0
        }
        var (examples, values): ([Int], [Float]) = ([], [])
        _ = try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
            DataLoader(lengths: Array(repeating: 1, count: 15), batchSize: 2, seed: 1),
            report: { event in
                guard case .step(_, let count, _, _) = event else { return }
                examples.append(count)
                values.append(weight.value.scalar)
            }, loss: { rows, context in Float(rows.count) * (1 / Float(rows.count)) * context(weight).sum() }
        ) { Trainer.Validation(loss: 0, score: 0) }
        // 8 batches are 3 steps; the gradient is 1; the rate falls from 0.5 in 6 steps.
        #expect(examples == [6, 12, 15, 6, 12, 15])
        let rates = (0..<6).map { 0.5 * (1 - Double($0) / 6) }
        let expected = rates.indices.map { 1 - rates[...$0].reduce(0, +) }
        #expect(relativeError(values.map(Double.init), expected) < 1e-5)
    }

    /// Every part of a step has random numbers of its own.
    @Test func dropoutDiffersFromPartToPart() throws {
        let parameters = Parameters(.seed(1))
        let weight = parameters.scope.parameter("weight", [64], .constant(1))
        let replicas = Replicas(2, parameters: parameters, optimizer: GradientDescent(), pool: pool)
        let masks = OrderedResults<[Float]>(count: 4)
        let loss: Replicas.Loss = { rows, context in
            let dropped = Dropout(0.5)(context(weight), context)
            masks.set(Int(rows[0]), dropped.elements)
            return dropped.sum()
        }
        _ = try replicas.step(
            replicas.shares(of: [[0, 1], [2, 3]], loss), learningRate: 0, rules: GradientRules(), seed: 3, time: 1)
        #expect(Set(masks.values.map { $0 ?? [] }).count == 4)
    }
}

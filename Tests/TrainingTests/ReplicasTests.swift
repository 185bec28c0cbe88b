import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct ReplicasTests {
    // MARK: Clipping

    /// torch.nn.utils.clip_grad_norm_ over three arrays, once above the norm and once below it.
    @Test(arguments: ["", "small_"]) func clipsTheGlobalNorm(prefix: String) throws {
        let fixture = try Fixture("layers/clip")
        let names = ["a", "b", "c"]
        let gradients = try names.map { try fixture["\(prefix)grad_\($0)"] }
        let parameters = Parameters(.seed(1))
        for (name, gradient) in zip(names, gradients) { _ = parameters.scope.parameter(name, gradient.shape, .zeros) }
        let replicas = Replicas(
            1, parameters: parameters, optimizer: GradientDescent(), pool: WorkerPool(threadCount: 1))
        let step = try replicas.step(rows: [0], learningRate: 1, maximumNorm: 1, seed: 0, time: 1) { _, context in
            zip(parameters, gradients).map { (context($0) * $1).sum() }.reduce(Tensor(0)) { $0 + $1 }
        }
        #expect(relativeError([step.gradientNorm], [Double(try fixture["\(prefix)total_norm"].scalar)]) < 1e-5)
        for (parameter, gradient) in zip(parameters, gradients) {
            expectClose(-1 * parameter.value, try fixture["\(prefix)clipped_\(parameter.name)"], parameter.name)
            if prefix == "small_" { expectClose(-1 * parameter.value, gradient, within: 0, parameter.name) }
        }
    }

    /// The norm is that of the whole gradient: rows of a table count, each once, whichever replica saw them.
    @Test func normCountsRowsOfAllReplicas() throws {
        let parameters = Parameters(.seed(1))
        let table = Embedding(entries: 5, width: 2, initializer: .zeros, scope: parameters.scope["table"])
        let bias = parameters.scope.parameter("bias", [2], .zeros)
        let replicas = Replicas(
            2, parameters: parameters, optimizer: GradientDescent(), pool: WorkerPool(threadCount: 2))
        // The mean over rows of sum(table[row]) + 3 sum(bias): row 1 comes twice and meets both replicas.
        let step = try replicas.step(rows: [1, 1, 4, 2], learningRate: 1, maximumNorm: 0.5, seed: 0, time: 1) {
            rows, context in
            let count = Float(rows.count)
            return (1 / count) * table(IndexTensor(rows, [rows.count]), context).sum() + 3 * context(bias).sum()
        }
        let expected = [0, 0, 0.5, 0.5, 0.25, 0.25, 0, 0, 0.25, 0.25]
        let norm = (2 * (0.25 + 0.0625 + 0.0625) + 2 * 9.0).squareRoot()
        #expect(abs(step.gradientNorm - norm) < 1e-6)
        let moved = table.weight.value.elements.map { -Double($0) }
        #expect(relativeError(moved, expected.map { $0 * 0.5 / norm }) < 1e-6)
        #expect(relativeError(bias.value.elements.map { -Double($0) }, [1.5 / norm, 1.5 / norm]) < 1e-6)
    }

    // MARK: Replicas and threads

    private struct Outcome {
        var losses: [Double] = []
        var norms: [Double] = []
        var weights: [Float] = []
    }

    /// Trains the toy model on batches of changing size. Workers of a pool turn denormals to zero, and so must the
    /// thread that runs it, as it does under a `Trainer`.
    private func train(replicas count: Int, threads: Int, dropout: Float = 0) throws -> Outcome {
        try Processor.flushingDenormals { try trained(replicas: count, threads: threads, dropout: dropout) }
    }

    private func trained(replicas count: Int, threads: Int, dropout: Float) throws -> Outcome {
        let problem = ToyProblem(count: 16)
        let parameters = Parameters(.seed(4))
        let model = ToyModel(parameters, dropout: dropout)
        let replicas = Replicas(
            count, parameters: parameters, optimizer: Adam(for: parameters), pool: WorkerPool(threadCount: threads))
        var outcome = Outcome()
        for (index, size) in [7, 16, 3, 11, 1, 16, 5, 2].enumerated() {
            let step = try replicas.step(
                rows: (0..<Int32(size)).map { ($0 * 5 + Int32(index)) % 16 }, learningRate: 0.01, maximumNorm: 0.5,
                seed: UInt64(index), time: index + 1, loss: problem.loss(model))
            outcome.losses.append(step.loss)
            outcome.norms.append(step.gradientNorm)
        }
        outcome.weights = parameters.flatMap(\.value.elements)
        return outcome
    }

    private static func difference(_ a: Outcome, _ b: Outcome) -> Double {
        max(
            relativeError(a.losses, b.losses), relativeError(a.norms, b.norms),
            relativeError(a.weights.map(Double.init), b.weights.map(Double.init)))
    }

    @Test(arguments: [2, 3, 5]) func anyNumberComesToTheSameWithinRounding(count: Int) throws {
        let one = try train(replicas: 1, threads: 1)
        let several = try train(replicas: count, threads: 2)
        let error = Self.difference(several, one)
        #expect(error < 1e-4, "relative error \(error)")
    }

    @Test func threadsDoNotChangeAByte() throws {
        let one = try train(replicas: 3, threads: 1, dropout: 0.3)
        for threads in [2, 4] {
            for _ in 0..<3 {
                let several = try train(replicas: 3, threads: threads, dropout: 0.3)
                #expect(several.weights.map(\.bitPattern) == one.weights.map(\.bitPattern), "\(threads) threads")
                #expect(several.losses == one.losses && several.norms == one.norms, "\(threads) threads")
            }
        }
    }

    /// Where rows are fewer than replicas, the others have no part: not even with what they saw in the step before.
    @Test func moreReplicasThanRows() throws {
        let problem = ToyProblem(count: 16)
        func train(replicas count: Int, batches: [[Int32]]) throws -> (steps: [Replicas.Step], bits: [[UInt32]]) {
            let parameters = Parameters(.seed(4))
            let model = ToyModel(parameters)
            let replicas = Replicas(
                count, parameters: parameters, optimizer: GradientDescent(), pool: WorkerPool(threadCount: 2))
            let steps = try Processor.flushingDenormals {
                try batches.enumerated().map { index, batch in
                    try replicas.step(
                        rows: batch, learningRate: batch.count > 2 ? 0 : 0.1, maximumNorm: 0, seed: 0,
                        time: index + 1, loss: problem.loss(model))
                }
            }
            return (steps, parameters.bits)
        }
        // A learning rate of zero leaves the weights behind the large batch as they were.
        let two = try train(replicas: 2, batches: [[3, 8], [5, 1]])
        let many = try train(replicas: 9, batches: [Array(0..<16), [3, 8], [5, 1]])
        #expect(many.bits == two.bits)
        #expect(many.steps.dropFirst().map(\.loss) == two.steps.map(\.loss))
        #expect(many.steps.dropFirst().map(\.gradientNorm) == two.steps.map(\.gradientNorm))
    }
}

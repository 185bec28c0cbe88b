import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct BatchNormTests {
    private struct Model {
        let parameters: Parameters
        let norm: BatchNorm

        init(_ fixture: Fixture) throws {
            parameters = Parameters(.uninitialized)
            norm = BatchNorm(width: 5, scope: parameters.scope)
            for parameter in parameters { parameter.assign(try fixture[parameter.name]) }
        }

        /// Trains on rows of `x`, `[N, T, 5]`, without moving a weight.
        func step(_ x: Tensor, lengths: [Int32]? = nil, replicas count: Int) throws {
            let replicas = Replicas(
                count, parameters: parameters, optimizer: GradientDescent(), pool: WorkerPool(threadCount: 2))
            let width = x.count / x.shape[0]
            _ = try replicas.step(
                rows: Array(0..<Int32(x.shape[0])), learningRate: 0, maximumNorm: 0, seed: 0, time: 1
            ) { [norm] rows, context in
                var elements: [Float] = []
                for row in rows { elements += x.elements[Int(row) * width..<(Int(row) + 1) * width] }
                let part = Tensor(elements, [rows.count, x.shape[1], x.shape[2]])
                let lengths = lengths.map { all in IndexTensor(rows.map { all[Int($0)] }, [rows.count]) }
                return norm(part, lengths: lengths, context).mean()
            }
        }
    }

    /// PyTorch's running statistics behind three steps, however many replicas share them; then its inference.
    @Test(arguments: [1, 2, 3]) func runningStatistics(replicas: Int) throws {
        let fixture = try Fixture("layers/batch_norm")
        let model = try Model(fixture)
        for name in ["input", "input_1", "input_2"] { try model.step(try fixture[name], replicas: replicas) }
        expectClose(model.norm.runningMean.value, try fixture["mean_after"], "mean")
        expectClose(model.norm.runningVariance.value, try fixture["var_after"], "variance")
        expectClose(model.norm(try fixture["input"], .inference), try fixture["inference"], "inference")
    }

    /// Valid steps alone count, and a single one moves nothing.
    @Test func runningStatisticsOfLengths() throws {
        let fixture = try Fixture("layers/batch_norm")
        let x = try fixture["input"]
        let (whole, part) = (try Model(fixture), try Model(fixture))
        let before = part.norm.runningMean.value.elements
        try part.step(x, lengths: [0, 1, 0], replicas: 1)
        #expect(part.norm.runningMean.value.elements == before)
        try part.step(x, lengths: [4, 0, 0], replicas: 2)
        try whole.step(Tensor(Array(x.elements[..<20]), [1, 4, 5]), replicas: 1)
        expectClose(part.norm.runningMean.value, whole.norm.runningMean.value, "mean")
        expectClose(part.norm.runningVariance.value, whole.norm.runningVariance.value, "variance")
    }

    /// Nothing but training moves the running statistics, and no optimizer does.
    @Test func buffersAreNoWeights() throws {
        let fixture = try Fixture("layers/batch_norm")
        let model = try Model(fixture)
        #expect(model.parameters.weightCount == 10)
        let running = model.norm.runningVariance
        running.isFrozen = false
        #expect(running.isFrozen)
        let before = running.value.elements
        _ = model.norm(try fixture["input"], .inference)
        #expect(running.value.elements == before)
        let gradients = Gradients(for: model.parameters)
        let chunks = GradientChunk.cut(gradients, of: model.parameters)
        #expect(chunks.map(\.parameter.name) == ["weight", "bias"])
        #expect(gradients.gradient(of: running).elements == [0, 0, 0, 0, 0])
    }

    /// Means far from zero, beside which the deviations are small.
    @Test func farFromZero() throws {
        let model = try Model(try Fixture("layers/batch_norm"))
        let deviations = randomFloats(60, seed: 2)
        let x = Tensor(deviations.map { 1000 + $0 }, [3, 4, 5])
        let exact = Reference.batchNorm(
            x.elements.map(Double.init), model.norm.weight.value.elements.map(Double.init),
            model.norm.bias.value.elements.map(Double.init), epsilon: 1e-5, steps: 4, lengths: [4, 4, 4])
        let gradients = Gradients(for: model.parameters)
        let y = model.norm(x, .training(tape: Tape(), gradients: gradients, seed: 0))
        let error = relativeError(y.elements.map(Double.init), exact)
        #expect(error < 1e-4, "relative error \(error)")
    }
}

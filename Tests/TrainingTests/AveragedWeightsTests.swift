import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct AveragedWeightsTests {
    private let pool = WorkerPool(threadCount: 2)

    /// A weight that falls by the learning rate in every step, its average by the recursion in Double.
    @Test(arguments: [0.5, 0.9]) func validationAndResultHaveTheAverage(decay: Double) throws {
        let parameters = Parameters(.uninitialized)
        let weight = parameters.scope.parameter("weight", [3], .zeros)
        let still = parameters.scope.parameter("still", [2], .zeros)
        weight.assign(Tensor([1, 1, 1], [3]))
        still.assign(Tensor([0.1, 0.3], [2]))
        let options = TrainingOptions.toy {
            $0.epochs = 4
            $0.learningRate = 0.25
            $0.optimizer = .sgd()
            $0.maximumGradientNorm = 0
            $0.averageDecay = decay
            $0.frozen = ["still"]
        }
        var (average, averages) = (1.0, [Double]())
        for time in 1...12 {
            let share = min(decay, Double(1 + time) / Double(10 + time))
            average += (1 - share) * (1 - 0.25 * Double(time) - average)
            averages.append(average)
        }
        var (stepped, validated): ([Float], [Float]) = ([], [])
        _ = try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
            DataLoader(lengths: [1, 1, 1], batchSize: 1, seed: 1),
            report: { if case .step = $0 { stepped.append(weight.value.elements[2]) } },
            loss: { _, context in context(weight).sum() + context(still).sum() }
        ) {
            validated.append(weight.value.elements[2])
            return Trainer.Validation(loss: 0, score: validated.count == 3 ? 1 : 0)
        }
        // The steps go on from the weights themselves.
        #expect(relativeError(stepped.map(Double.init), (1...12).map { 1 - 0.25 * Double($0) }) < 1e-6)
        #expect(relativeError(validated.map(Double.init), [2, 5, 8, 11].map { averages[$0] }) < 1e-6)
        #expect(weight.value.elements == Array(repeating: validated[2], count: 3))
        #expect(still.value.elements == [0.1, 0.3])
    }
}

import Glibc
import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct LearningRateCurveTests {
    private let pool = WorkerPool(threadCount: 1)

    /// sum of (x - c)^2 over ten numbers, c being 2, 3 or 4 from batch to batch: gradient descent comes near below a
    /// rate of 1 and explodes above.
    private func trainer(_ optimizer: OptimizerDescription = .sgd()) -> (Trainer, Trainer.Loss, Parameters) {
        let parameters = Parameters(.seed(1))
        let x = parameters.scope.parameter("x", [10], .zeros)
        let options = TrainingOptions.toy {
            $0.optimizer = optimizer
            $0.maximumGradientNorm = 0
        }
        let loss: Trainer.Loss = { rows, context in
            let away = context(x) + Tensor(repeating: -2 - Float(rows[0]), [10])
            return (away * away).sum()
        }
        return (Trainer(parameters, options: options, seed: 1, pool: pool), loss, parameters)
    }

    private let loader = DataLoader(lengths: [1, 1, 1], batchSize: 1, seed: 1)

    @Test func ratesRiseExponentiallyUntilTheLossExplodes() throws {
        let (trainer, loss, _) = trainer()
        let curve = try trainer.learningRateCurve(loader, from: 1e-4, to: 10, steps: 101, loss: loss)
        let rates = curve.points.map(\.learningRate)
        #expect(relativeError(rates, rates.indices.map { 1e-4 * pow(10, Double($0) / 20) }) < 1e-9)
        #expect(rates.count > 60 && rates.count < 101)
        let (losses, smoothed) = (curve.points.map(\.loss), curve.points.map(\.smoothedLoss))
        #expect([40, 90, 160].contains { abs(losses[0] - $0) < 1e-3 } && smoothed[0] == losses[0])
        #expect(smoothed.indices.dropFirst().allSatisfy {
            abs(smoothed[$0] - 0.9 * smoothed[$0 - 1] - 0.1 * losses[$0]) < 1e-9 * losses[0]
        })
        #expect(smoothed.min()! < 30 && smoothed.last! > 4 * smoothed.min()!)
        let suggestion = try #require(curve.suggestion)
        #expect((0.003...0.3).contains(suggestion), "\(suggestion)")
        let limit = try #require(curve.limit)
        #expect(limit > suggestion && (0.5...3).contains(limit), "\(limit)")
    }

    @Test(arguments: [OptimizerDescription.adam(), .nadam(), .sgd(.init(momentum: 0.9))])
    func everythingIsPutBack(optimizer: OptimizerDescription) throws {
        func train(afterACurve: Bool) throws -> [[UInt32]] {
            let (trainer, loss, parameters) = trainer(optimizer)
            if afterACurve {
                let start = parameters.bits
                let curve = try trainer.learningRateCurve(loader, steps: 30, loss: loss)
                #expect(curve.points.count == 30 && parameters.bits == start)
            }
            _ = try trainer.fit(loader, loss: loss) { Trainer.Validation(loss: 0, score: 0) }
            return parameters.bits
        }
        #expect(try train(afterACurve: true) == train(afterACurve: false))
    }

    /// A loss that is no number ends the curve, and one that does not fall has no suggestion.
    @Test func curvesWithoutASuggestion() throws {
        let (trainer, _, parameters) = trainer()
        let x = try #require(parameters["x"])
        let rising = try trainer.learningRateCurve(loader, from: 0.1, to: 1, steps: 10) { _, context in
            let y = context(x) + Tensor(repeating: -3, [10])
            return -1 * (y * y).sum()
        }
        // Falling without end.
        #expect(rising.points.count == 10 && rising.suggestion != nil)
        let flat = try trainer.learningRateCurve(loader, from: 0.1, to: 1, steps: 10) { _, context in
            0 * context(x).sum() + Tensor(2)
        }
        #expect(flat.points.count == 10 && flat.suggestion == nil)
        let broken = try trainer.learningRateCurve(loader, from: 1e30, to: 1e38, steps: 10) { _, context in
            let y = context(x) + Tensor(repeating: -3, [10])
            return (y * y).sum()
        }
        #expect((1...3).contains(broken.points.count) && broken.suggestion == nil)
        let nothing = try trainer.learningRateCurve(
            DataLoader(lengths: [], batchSize: 1, seed: 1), steps: 10, loss: { _, context in context(x).sum() })
        #expect(nothing.points == [] && nothing.suggestion == nil)
    }
}

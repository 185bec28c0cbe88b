import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct TrainerTests {
    private let pool = WorkerPool(threadCount: 1)

    @Test func learnsAToyProblem() throws {
        let problem = ToyProblem(count: 300)
        let parameters = Parameters(.seed(1))
        let model = ToyModel(parameters)
        let options = TrainingOptions.toy {
            $0.epochs = 40
            $0.learningRate = 0.02
            $0.schedule = .linear
            $0.replicas = 2
        }
        let trainer = Trainer(parameters, options: options, seed: 1, pool: WorkerPool(threadCount: 2))
        let start = problem.loss(of: model)
        let history = try trainer.fit(problem.loader(batchSize: 16), loss: problem.loss(model)) {
            let loss = problem.loss(of: model)
            return Trainer.Validation(loss: loss, score: -loss)
        }
        let end = problem.loss(of: model)
        #expect(start > 0.5 && end < 0.05, "the loss went from \(start) to \(end)")
        let losses = history.epochs.map(\.trainingLoss)
        #expect(losses[0] > losses[10] && losses[10] > losses[39])
        #expect(history.best?.validationLoss == end)
    }

    // MARK: Epochs

    /// Trains with a known course of scores and notes the weights behind every epoch.
    private func train(scores: [Double], patience: Int) throws
        -> (history: History, best: [Bool], weights: [[[UInt32]]], final: [[UInt32]])
    {
        let problem = ToyProblem(count: 40)
        let parameters = Parameters(.seed(1))
        let model = ToyModel(parameters)
        let options = TrainingOptions.toy {
            $0.epochs = scores.count
            $0.patience = patience
        }
        var best: [Bool] = []
        var weights: [[[UInt32]]] = []
        let history = try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
            problem.loader(batchSize: 16),
            report: { if case .epoch(_, let isBest) = $0 { best.append(isBest) } }, loss: problem.loss(model)
        ) {
            weights.append(parameters.bits)
            return Trainer.Validation(loss: Double(weights.count), score: scores[weights.count - 1])
        }
        return (history, best, weights, parameters.bits)
    }

    @Test func stopsWhenPatienceIsOverAndRestoresTheBest() throws {
        let scores = [0.1, 0.5, 0.4, 0.5, 0.9, 0.8]
        let found = try train(scores: scores, patience: 2)
        #expect(found.history.epochs.map(\.number) == [1, 2, 3, 4])
        #expect(found.history.epochs.map(\.validationScore) == Array(scores[..<4]))
        #expect(found.history.epochs.map(\.validationLoss) == [1, 2, 3, 4])
        #expect(found.best == [true, true, false, false])
        #expect(found.final == found.weights[1] && found.weights[1] != found.weights[3])
    }

    @Test func withoutPatienceAllEpochsRun() throws {
        let found = try train(scores: [0.9, 0.5, 0.4, 0.3], patience: 0)
        #expect(found.history.epochs.count == 4)
        #expect(found.final == found.weights[0])
    }

    @Test func noEpochsLeaveTheWeights() throws {
        let found = try train(scores: [], patience: 1)
        let parameters = Parameters(.seed(1))
        _ = ToyModel(parameters)
        #expect(found.history == History() && found.final == parameters.bits)
    }

    /// With a learning rate of zero the weights stay, and every number of the history can be computed from outside.
    @Test func historyHoldsMeans() throws {
        let problem = ToyProblem(count: 37)
        let parameters = Parameters(.seed(1))
        let model = ToyModel(parameters)
        let options = TrainingOptions.toy {
            $0.epochs = 2
            $0.learningRate = 0
        }
        let loader = problem.loader(batchSize: 16)
        var steps: [(epoch: Int, examples: Int, of: Int, loss: Double)] = []
        let history = try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
            loader,
            report: { event in
                guard case .step(let epoch, let examples, let count, let loss) = event else { return }
                steps.append((epoch, examples, count, loss))
            }, loss: problem.loss(model)
        ) { Trainer.Validation(loss: 0.25, score: 0.75) }
        for (index, epoch) in history.epochs.enumerated() {
            #expect(epoch.number == index + 1 && epoch.learningRate == 0)
            #expect(epoch.validationLoss == 0.25 && epoch.validationScore == 0.75)
            #expect(abs(epoch.trainingLoss - problem.loss(of: model)) < 1e-6)
            let norms = loader.batches(epoch: epoch.number).map { batch in
                let (tape, gradients) = (Tape(), Gradients(for: parameters))
                let context = Context.training(tape: tape, gradients: gradients, seed: 0)
                tape.backward(from: problem.loss(model)(batch, context))
                func norm(_ names: String...) -> Double {
                    let elements = parameters.filter { names.contains(where: $0.name.hasPrefix) }
                        .flatMap { gradients.gradient(of: $0).elements }
                    return elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
                }
                return (all: norm("words", "lstm", "head"), layers: [norm("words"), norm("lstm"), norm("head")])
            }
            #expect(relativeError([epoch.gradientNorm], [norms.map(\.all).reduce(0, +) / Double(norms.count)]) < 1e-5)
            #expect(epoch.layerGradientNorms.map(\.layer) == ["words", "lstm", "head"])
            let layers = (0..<3).map { layer in norms.map { $0.layers[layer] }.reduce(0, +) / Double(norms.count) }
            #expect(relativeError(epoch.layerGradientNorms.map(\.norm), layers) < 1e-5)
        }
        #expect(steps.map(\.epoch) == [1, 1, 1, 2, 2, 2] && steps.allSatisfy { $0.of == 37 })
        #expect(steps[2].examples == 37 && steps[5].examples == 37)
        #expect(steps[2].loss == history.epochs[0].trainingLoss)
    }

    /// A gradient that is always 1 makes Adam move by the learning rate at every step.
    @Test(arguments: [LearningRateSchedule.constant, .linear])
    func learningRateFollowsTheSchedule(schedule: LearningRateSchedule) throws {
        let parameters = Parameters(.seed(1))
        let weight = parameters.scope.parameter("weight", [], .zeros)
        let options = TrainingOptions.toy {
            $0.epochs = 3
            $0.batchSize = 2
            $0.learningRate = 0.5
            $0.schedule = schedule
        }
        var (moved, values): ([Double], [Double]) = ([], [0])
        let history = try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
            DataLoader(lengths: [1, 1, 1], batchSize: 2, seed: 1),
            report: { event in
                guard case .step = event else { return }
                moved.append(values.last! - Double(weight.value.scalar))
                values.append(Double(weight.value.scalar))
            }, loss: { _, context in context(weight).sum() }
        ) { Trainer.Validation(loss: 0, score: 0) }
        let rates = (0..<6).map { schedule == .constant ? 0.5 : 0.5 * (1 - Double($0) / 6) }
        #expect(relativeError(moved, rates) < 1e-5)
        #expect(relativeError(history.epochs.map(\.learningRate), [rates[1], rates[3], rates[5]]) < 1e-12)
    }

    @Test func noExamplesAreNoSteps() throws {
        let parameters = Parameters(.seed(1))
        let model = ToyModel(parameters)
        let start = parameters.bits
        let history = try Trainer(parameters, options: .toy(), seed: 1, pool: pool).fit(
            DataLoader(lengths: [], batchSize: 16, seed: 1), loss: ToyProblem(count: 0).loss(model)
        ) { Trainer.Validation(loss: 1, score: 1) }
        #expect(history.epochs.map(\.trainingLoss) == [0, 0, 0, 0])
        #expect(parameters.bits == start)
    }

    /// Steps and epochs come from recipes; their product may be more than fits.
    @Test func anyNumberOfEpochsCanBePlanned() throws {
        let parameters = Parameters(.seed(1))
        let weight = parameters.scope.parameter("weight", [], .zeros)
        let options = TrainingOptions.toy {
            $0.epochs = .max
            $0.patience = 1
            $0.schedule = .linear
        }
        let history = try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
            DataLoader(lengths: [1, 1, 1], batchSize: 1, seed: 1), loss: { _, context in context(weight).sum() }
        ) { Trainer.Validation(loss: 0, score: 0) }
        #expect(history.epochs.map(\.learningRate) == [0.01, 0.01])
    }

    /// Training turns denormal floats to zero; its caller gets them back, whichever way training ends.
    @Test(arguments: [false, true]) func callersKeepTheirDenormals(interrupted: Bool) {
        func halfOfTheLeastNormal() -> UInt32 {
            (0.5 * Tensor([.leastNormalMagnitude], [1])).elements[0].bitPattern
        }
        let parameters = Parameters(.seed(1))
        let weight = parameters.scope.parameter("weight", [], .zeros)
        var during: UInt32?
        _ = try? Trainer(parameters, options: .toy(), seed: 1, pool: pool).fit(
            DataLoader(lengths: [1], batchSize: 1, seed: 1),
            shouldStop: {
                during = halfOfTheLeastNormal()
                return interrupted
            }, loss: { _, context in context(weight).sum() }
        ) { Trainer.Validation(loss: 0, score: 0) }
        #expect(during == 0)
        #expect(halfOfTheLeastNormal() == 1 << 22)
    }

    // MARK: Why training ends early

    /// How a training ended that came to numbers which are not finite.
    private struct Failure {
        let error: TrainingError?
        let keptWeights: Bool
        /// Steps that were done.
        let steps: Int

        private var details: (TrainingError.Place, step: Int, norms: [LayerGradientNorm])? {
            guard case .notFinite(let place, let step, let norms) = error else { return nil }
            return (place, step, norms)
        }
        var place: TrainingError.Place? { details?.0 }
        var step: Int? { details?.step }
        var norms: [LayerGradientNorm] { details?.norms ?? [] }
    }

    /// Trains two weights on six examples, one of which is given another loss; returns the error, and whether the
    /// weights are those behind the last whole step.
    private func failure(
        at example: Int32, replicas: Int = 2, _ loss: @escaping @Sendable (_ first: Tensor, _ second: Tensor) -> Tensor
    ) -> Failure {
        let parameters = Parameters(.seed(1))
        let first = parameters.scope.parameter("first", [4], .uniform(bound: 1))
        let second = parameters.scope.parameter("second", [4], .uniform(bound: 1))
        let options = TrainingOptions.toy {
            $0.epochs = 3
            $0.replicas = replicas
        }
        var (weights, steps) = (parameters.bits, 0)
        var found: TrainingError?
        do {
            _ = try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
                DataLoader(lengths: [1, 1, 1, 1, 1, 1], batchSize: 2, seed: 1),
                report: { event in
                    guard case .step = event else { return }
                    weights = parameters.bits
                    steps += 1
                },
                loss: { rows, context in
                    let (first, second) = (context(first), context(second))
                    return rows.contains(example) ? loss(first, second) : (first * second).sum()
                },
                validate: { Trainer.Validation(loss: 0, score: 0) })
        } catch {
            found = error as? TrainingError
        }
        return Failure(error: found, keptWeights: parameters.bits == weights, steps: steps)
    }

    /// x itself, whose gradient comes back with one number spoilt.
    private static func poisoned(_ x: Tensor, with number: Float) -> Tensor {
        let copy = Tensor(x.elements, x.shape)
        guard let tape = x.tape else { return copy }
        return tape.record([copy], from: [x]) { pass in pass.sink(0)?[2] = number }[0]
    }

    @Test(arguments: [1, 2], [Float.nan, .infinity]) func lossThatIsNoNumberEndsTraining(replicas: Int, loss: Float) {
        let found = failure(at: 3, replicas: replicas) { first, second in
            (first * second).sum() + Tensor(loss)
        }
        // Behind the operation with "second" the loss is still a number; what follows on it is not.
        #expect(found.place == .loss(layer: "second") && found.step == found.steps + 1)
        #expect(found.keptWeights && found.steps < 3)
        #expect(found.error?.description.contains("step \(found.steps + 1): the loss is not a finite number") == true)
        #expect(found.error?.description.contains("layer \"second\"") == true)
    }

    @Test(arguments: [1, 2], [Float.nan, -.infinity])
    func gradientThatIsNoNumberEndsTraining(replicas: Int, number: Float) {
        let found = failure(at: 4, replicas: replicas) { first, second in
            (first * Self.poisoned(second, with: number)).sum()
        }
        #expect(found.place == .gradient(parameter: "second") && found.step == found.steps + 1)
        #expect(found.norms.map(\.layer) == ["first", "second"])
        #expect(found.norms[0].norm.isFinite && !found.norms[1].norm.isFinite)
        #expect(found.keptWeights && found.steps < 3)
        #expect(found.error?.description.contains("the gradient of second") == true)
    }

    /// Weights that spoil everything show in their own layer, the first to put out such numbers, not in those behind
    /// it.
    @Test(arguments: ["words", "lstm", "head"]) func theFirstLayerOfTheForwardPassIsNamed(spoilt: String) throws {
        let problem = ToyProblem(count: 16)
        let parameters = Parameters(.seed(1))
        let model = ToyModel(parameters, dropout: 0.1)
        let parameter = try #require(parameters.first { $0.name.hasPrefix(spoilt) })
        let number: Float = ["words": .greatestFiniteMagnitude, "lstm": .nan, "head": .infinity][spoilt]!
        parameter.assign(Tensor(repeating: number, parameter.shape))
        let options = TrainingOptions.toy { $0.replicas = 2 }
        let error = #expect(throws: TrainingError.self) {
            try Trainer(parameters, options: options, seed: 1, pool: pool).fit(
                problem.loader(batchSize: 16), loss: problem.loss(model)
            ) { Trainer.Validation(loss: 0, score: 0) }
        }
        guard case .notFinite(.loss(let layer), step: 1, let norms) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(layer == spoilt)
        #expect(norms.map(\.layer) == ["words", "lstm", "head"])
        #expect(error?.description.contains("gradient norms of this step: words ") == true)
    }

    @Test(arguments: [(Double.nan, 0.5), (0.5, .nan), (.infinity, 0.5)])
    func validationThatIsNoNumberEndsTraining(loss: Double, score: Double) throws {
        let problem = ToyProblem(count: 20)
        let parameters = Parameters(.seed(1))
        let model = ToyModel(parameters)
        var (epochs, weights) = (0, parameters.bits)
        #expect(throws: TrainingError.notFinite(.validation, step: 4, gradientNorms: [])) {
            try Trainer(parameters, options: .toy(), seed: 1, pool: pool).fit(
                problem.loader(batchSize: 16), loss: problem.loss(model)
            ) {
                epochs += 1
                weights = parameters.bits
                return epochs < 2 ? Trainer.Validation(loss: 1, score: 1) : Trainer.Validation(loss: loss, score: score)
            }
        }
        #expect(parameters.bits == weights)
    }

    @Test func stopsWhenAskedTo() throws {
        let problem = ToyProblem(count: 40)
        let parameters = Parameters(.seed(1))
        let model = ToyModel(parameters)
        var (asked, steps) = (0, 0)
        #expect(throws: TrainingError.interrupted) {
            try Trainer(parameters, options: .toy(), seed: 1, pool: pool).fit(
                problem.loader(batchSize: 16),
                shouldStop: {
                    asked += 1
                    return asked > 5
                }, report: { if case .step = $0 { steps += 1 } }, loss: problem.loss(model)
            ) { Trainer.Validation(loss: 0, score: 0) }
        }
        #expect(asked == 6 && steps == 5)
    }

    // MARK: Memory

    /// Steps of a shape that was met before take all of their memory from the pool. In a process of its own: other
    /// tests take from the same pool and give to it.
    @Test func laterStepsAllocateNothing() async {
        await #expect(processExitsWith: .success) {
            let problem = ToyProblem(count: 16)
            let parameters = Parameters(.seed(1))
            let model = ToyModel(parameters, dropout: 0.2)
            // Two threads at a time, each with a replica: neither takes what the other had.
            let replicas = Replicas(
                2, parameters: parameters, optimizer: Adam(for: parameters), pool: WorkerPool(threadCount: 2))
            var freshBlocks: [Int] = []
            for time in 1...50 {
                _ = try replicas.step(
                    rows: Array(0..<16), learningRate: 0.01, maximumNorm: 1, seed: UInt64(time), time: time,
                    loss: problem.loss(model))
                freshBlocks.append(StoragePool.allocated.blocks)
            }
            #expect(freshBlocks[0] > 0)
            #expect(freshBlocks.allSatisfy { $0 == freshBlocks[0] }, "blocks after each step: \(freshBlocks)")
        }
    }
}

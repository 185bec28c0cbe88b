import Files
import Kernels
import Layers
import ModelFiles
import TestSupport
import Tensors
import Testing
import Training

@Suite struct CheckpointTests {
    /// Ways of training that remember more than Adam does, or need more than the number of the step.
    enum Way: CaseIterable {
        case adam, nadamAndAverages, centeredAndPlateau, momentumAndAccumulation, adamWAndNames

        func choose(_ options: inout TrainingOptions) {
            switch self {
            case .adam:
                break
            case .nadamAndAverages:
                options.optimizer = .nadam()
                options.averageDecay = 0.9
                options.schedule = .cosine(.init(cycles: 2))
            case .centeredAndPlateau:
                options.optimizer = .rmsProp(.init(centered: true, momentum: 0.5))
                options.schedule = .plateau(.init(patience: 0))
                options.l1 = 1e-3
            case .momentumAndAccumulation:
                options.optimizer = .sgd(.init(momentum: 0.9, nesterov: true))
                options.accumulatedBatches = 2
                options.batchSize = 8
                options.warmUpEpochs = 1.5
                options.maximumGradientValue = 0.05
            case .adamWAndNames:
                options.optimizer = .adamW()
                options.frozen = ["lstm.bias*"]
                options.learningRateFactors = LearningRateFactors([.init("words.*", 3)])
                options.maximumParameterGradientNorm = 0.1
            }
        }
    }

    /// One training of the toy model: dropout, a table by rows, two replicas.
    private struct Session {
        static let stepsOfAnEpoch = 4
        private let batchSize: Int
        /// The second epoch is the best: its weights have to pass through the checkpoint.
        private static let scores = [0.1, 0.9, 0.2, 0.3, 0.4, 0.5]
        private let problem = ToyProblem(count: 60)
        private let model: ToyModel
        private let trainer: Trainer
        let parameters: Parameters

        /// - Parameter start: The seed of the first weights; a resumed training must not depend on it.
        init(start: UInt64 = 1, way: Way = .adam) {
            parameters = Parameters(.seed(start))
            model = ToyModel(parameters, dropout: 0.3)
            let options = TrainingOptions.toy {
                $0.epochs = Self.scores.count
                $0.schedule = .linear
                $0.replicas = 2
                way.choose(&$0)
            }
            batchSize = options.batchSize
            trainer = Trainer(parameters, options: options, seed: 9, pool: WorkerPool(threadCount: 2))
        }

        /// - Parameter steps: How many are done before training is interrupted.
        /// - Returns: What each epoch came to, and behind which epoch training was taken up.
        func fit(_ checkpoint: Checkpoint?, steps: Int = .max) throws -> (history: History, resumed: Int?) {
            var (asked, epoch) = (0, 0)
            var resumed: Int?
            let history = try trainer.fit(
                problem.loader(batchSize: batchSize), checkpoint: checkpoint,
                shouldStop: {
                    asked += 1
                    return asked > steps
                },
                report: { event in
                    guard case .resumed(let number) = event else { return }
                    (resumed, epoch) = (number, number)
                },
                loss: problem.loss(model),
                validate: {
                    epoch += 1
                    return Trainer.Validation(loss: problem.loss(of: model), score: Self.scores[epoch - 1])
                })
            return (history, resumed)
        }
    }

    private func checkpoint(_ path: String, identity: String = "this training", resumes: Bool = true) -> Checkpoint {
        Checkpoint(path: path, identity: identity, resumes: resumes)
    }

    /// Interrupted between two epochs, in the middle of one, and before the best epoch.
    @Test(arguments: [4, 6, 8, 13, 23]) func resumedTrainingEndsWithTheSameBytes(steps: Int) throws {
        let whole = Session()
        let expected = try whole.fit(nil)
        #expect(expected.history.epochs.count == 6 && expected.history.best?.number == 2)
        try withTemporaryFile("resumed.checkpoint") { path in
            let interrupted = Session()
            #expect(throws: TrainingError.interrupted) { try interrupted.fit(checkpoint(path), steps: steps) }
            let resumed = Session(start: 77)
            let found = try resumed.fit(checkpoint(path))
            #expect(found.resumed == steps / Session.stepsOfAnEpoch)
            #expect(found.history == expected.history)
            #expect(resumed.parameters.bits == whole.parameters.bits)
        }
    }

    /// Whatever a way of training remembers, the checkpoint holds it: the ways differ, and each goes on to its own end.
    @Test(arguments: Way.allCases, [4, 13, 20]) func everyWayOfTrainingResumes(way: Way, steps: Int) throws {
        let whole = Session(way: way)
        let expected = try whole.fit(nil)
        if way != .adam {
            let usual = Session()
            _ = try usual.fit(nil)
            #expect(usual.parameters.bits != whole.parameters.bits)
        }
        try withTemporaryFile("way.checkpoint") { path in
            #expect(throws: TrainingError.interrupted) {
                try Session(way: way).fit(checkpoint(path), steps: steps)
            }
            let resumed = Session(start: 77, way: way)
            let found = try resumed.fit(checkpoint(path))
            #expect(found.resumed == steps / Session.stepsOfAnEpoch && found.history == expected.history)
            #expect(resumed.parameters.bits == whole.parameters.bits)
        }
    }

    @Test func checkpointsChangeNothing() throws {
        let (with, without) = (Session(), Session())
        let found = try withTemporaryFile("watched.checkpoint") { try with.fit(checkpoint($0)).history }
        #expect(try without.fit(nil).history == found)
        #expect(with.parameters.bits == without.parameters.bits)
    }

    @Test func finishedTrainingIsNotRepeated() throws {
        try withTemporaryFile("finished.checkpoint") { path in
            let first = Session()
            let expected = try first.fit(checkpoint(path)).history
            let second = Session(start: 77)
            let found = try second.fit(checkpoint(path), steps: 0)
            #expect(found.resumed == 6 && found.history == expected)
            #expect(second.parameters.bits == first.parameters.bits)
        }
    }

    /// Nothing to resume, interrupted within the first epoch, or not asked to.
    @Test func startsAfreshWithoutAFile() throws {
        let whole = Session()
        let expected = try whole.fit(nil).history
        try withTemporaryFile("afresh.checkpoint") { path in
            #expect(throws: TrainingError.interrupted) { try Session().fit(checkpoint(path), steps: 3) }
            #expect(!OutputFile.exists(path))
            let afresh = Session()
            let found = try afresh.fit(checkpoint(path))
            #expect(found.resumed == nil && found.history == expected)
            #expect(afresh.parameters.bits == whole.parameters.bits)

            #expect(OutputFile.exists(path))
            let unasked = Session()
            let again = try unasked.fit(checkpoint(path, resumes: false))
            #expect(again.resumed == nil && again.history == expected)
        }
    }

    // MARK: Files that are refused

    /// Expects that a training which is to resume refuses the file for a reason.
    private func expectRefusal(
        _ path: String, identity: String = "this training", _ reason: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(sourceLocation: sourceLocation) {
            try Session().fit(checkpoint(path, identity: identity))
        } throws: { error in
            guard let error = error as? FileError else { return false }
            return error.kind == .malformed && error.path == path && error.description.contains(reason)
        }
    }

    /// Runs `body` with a sound checkpoint of one epoch.
    private func withCheckpoint(_ body: (_ path: String) throws -> Void) throws {
        try withTemporaryFile("sound.checkpoint") { path in
            #expect(throws: TrainingError.interrupted) { try Session().fit(checkpoint(path), steps: 5) }
            try body(path)
        }
    }

    @Test func anotherTrainingIsRefused() throws {
        try withCheckpoint { expectRefusal($0, identity: "another training", "another recipe or other data") }
    }

    @Test func truncatedFilesAreRefused() throws {
        try withCheckpoint { path in
            let bytes = try InputFile.bytes(at: path)
            for count in [0, 7, 8, 200, bytes.count / 2, bytes.count - 1] {
                try OutputFile.write(to: path, replacing: true) { try $0.append(Array(bytes[..<count])) }
                expectRefusal(path, "the file ends here")
            }
        }
    }

    @Test func foreignFilesAreRefused() throws {
        try withTemporaryFile("foreign.checkpoint") { path in
            var file = SafetensorsFile(metadata: ["format": "pt"])
            file.append("weight", shape: [2], floats: [1, 2])
            try file.write(to: path, replacing: false)
            expectRefusal(path, "not a checkpoint")
            try OutputFile.write("epoch,loss\n1,0.5\n", to: path, replacing: true)
            expectRefusal(path, "bytes found")
        }
    }

    @Test func damagedContentIsRefused() throws {
        try withCheckpoint { path in
            let sound = try SafetensorsFile(contentsOf: path)
            let stateKey = try #require(sound.metadata.first { $0.value.contains("history") }).key
            var damaged = sound
            damaged.metadata[stateKey] = "{\"steps\": 5}"
            try damaged.write(to: path, replacing: true)
            expectRefusal(path, "the state of the training cannot be read")

            var incomplete = SafetensorsFile(metadata: sound.metadata)
            for tensor in sound.tensors where tensor.name != "best.lstm.bias_hh_l0" {
                incomplete.append(tensor.name, shape: tensor.shape, floats: try sound.floats(tensor.name))
            }
            try incomplete.write(to: path, replacing: true)
            expectRefusal(path, "best.lstm.bias_hh_l0")

            var misshapen = SafetensorsFile(metadata: sound.metadata)
            for tensor in sound.tensors {
                let shape = tensor.name == "parameter.head.weight" ? [14] : tensor.shape
                misshapen.append(tensor.name, shape: shape, floats: try sound.floats(tensor.name))
            }
            try misshapen.write(to: path, replacing: true)
            expectRefusal(path, "parameter.head.weight")
        }
    }

    @Test func fileIsGoneAfterRemoval() throws {
        try withCheckpoint { path in
            #expect(OutputFile.exists(path))
            try checkpoint(path).remove()
            #expect(!OutputFile.exists(path))
            try checkpoint(path).remove()  // nothing left to remove is no error
        }
    }
}

import Kernels
import Layers
import ModelFiles
import TestSupport
import Tensors
import Testing
import Training

/// Running statistics are state of a model: trained, checkpointed and saved with its weights.
@Suite struct BufferTests {
    private struct Session {
        static let stepsOfAnEpoch = 3
        /// The second epoch is the best: its buffers have to pass through the checkpoint.
        private static let scores = [0.1, 0.9, 0.2, 0.3]
        let parameters: Parameters
        private let norm: BatchNorm
        private let head: Linear
        private let inputs = randomTensor([45, 6], seed: 4)

        init(start: UInt64 = 1) {
            parameters = Parameters(.seed(start))
            norm = BatchNorm(width: 6, scope: parameters.scope["norm"])
            head = Linear(inputs: 6, outputs: 1, scope: parameters.scope["head"])
        }

        /// - Parameter steps: How many are done before training is interrupted.
        func fit(_ checkpoint: Checkpoint?, steps: Int = .max) throws {
            let options = TrainingOptions.toy {
                $0.epochs = Self.scores.count
                $0.replicas = 2
            }
            let trainer = Trainer(parameters, options: options, seed: 9, pool: WorkerPool(threadCount: 2))
            let loader = DataLoader(lengths: Array(repeating: 1, count: 45), batchSize: 16, seed: 3)
            var (done, epochs) = (0, 0)
            _ = try trainer.fit(
                loader, checkpoint: checkpoint,
                shouldStop: {
                    done += 1
                    return done > steps
                },
                report: {
                    switch $0 {
                    case .resumed(let epoch): epochs = epoch
                    case .epoch: epochs += 1
                    case .step: break
                    }
                },
                loss: { [norm, head, inputs] rows, context in
                    var elements: [Float] = []
                    for row in rows { elements += inputs.elements[Int(row) * 6..<Int(row) * 6 + 6] }
                    let y = head(norm(Tensor(elements, [rows.count, 6]), context), context)
                    return (y * y).mean()
                },
                validate: { Trainer.Validation(loss: 1, score: Self.scores[epochs]) })
        }
    }

    @Test func resumedTrainingEndsWithTheSameBuffers() throws {
        let whole = Session()
        try whole.fit(nil)
        let running = whole.parameters["norm.running_mean"]!.value.elements
        #expect(running.allSatisfy { $0 != 0 })
        try withTemporaryFile("buffers.checkpoint") { path in
            func checkpoint() -> Checkpoint { Checkpoint(path: path, identity: "buffers", resumes: true) }
            let interrupted = Session()
            #expect(throws: TrainingError.interrupted) {
                try interrupted.fit(checkpoint(), steps: 2 * Session.stepsOfAnEpoch + 1)
            }
            let resumed = Session(start: 77)
            try resumed.fit(checkpoint())
            #expect(resumed.parameters.bits == whole.parameters.bits)
        }
    }

    @Test func modelFilesHoldBuffers() throws {
        let session = Session()
        try session.fit(nil)
        try withTemporaryFile("buffers.safetensors") { path in
            var file = SafetensorsFile(metadata: [:])
            for parameter in session.parameters { file.append(parameter.name, parameter.value) }
            try file.write(to: path, replacing: false)
            let loaded = Session(start: 5)
            try SafetensorsFile(contentsOf: path).readWeights(of: loaded.parameters)
            #expect(loaded.parameters.bits == session.parameters.bits)
        }
    }
}

import Kernels
import Layers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct TruncatedBackpropagationTests {
    private let pool = WorkerPool(threadCount: 2)

    /// Streams in which a bit now and then is to be told at every step until the next comes: between two of them lie
    /// more steps than a chunk has.
    struct Memory: Sendable {
        /// [1, bit] where a bit comes, else zeros.
        let inputs: [[Float]]
        let bits: [[Float]]

        init(streams: Int, length: Int, every: Int, seed: UInt64 = 5) {
            var generator = SeededGenerator(seed: seed)
            var (inputs, bits): ([[Float]], [[Float]]) = ([], [])
            for _ in 0..<streams {
                var (row, kept): ([Float], [Float]) = ([], [])
                var bit: Float = 0
                for step in 0..<length {
                    if step % every == 0 { bit = Float(generator.index(below: 2)) }
                    row += step % every == 0 ? [1, 2 * bit - 1] : [0, 0]
                    kept.append(bit)
                }
                inputs.append(row)
                bits.append(kept)
            }
            (self.inputs, self.bits) = (inputs, bits)
        }

        func batches(rows: Int, chunkLength: Int) -> SequenceBatches {
            SequenceBatches(lengths: bits.map(\.count), rows: rows, chunkLength: chunkLength, seed: 2)
        }

        /// The chunk padded to `[N, T, 2]`, with its lengths and what is to be told.
        func tensors(_ chunk: SequenceBatches.Chunk) -> (x: Tensor, lengths: IndexTensor, targets: [(Int, Float)]) {
            let steps = chunk.steps.map(\.count).max() ?? 0
            var (x, targets): ([Float], [(Int, Float)]) = ([], [])
            for (row, (stream, range)) in zip(chunk.streams, chunk.steps).enumerated() {
                x += inputs[Int(stream)][2 * range.lowerBound..<2 * range.upperBound]
                x += [Float](repeating: 0, count: 2 * (steps - range.count))
                for (step, bit) in bits[Int(stream)][range].enumerated() { targets.append((row * steps + step, bit)) }
            }
            return (
                Tensor(x, [chunk.streams.count, steps, 2]),
                IndexTensor(chunk.steps.map { Int32($0.count) }, [chunk.steps.count]), targets
            )
        }
    }

    struct Model: Sendable {
        let lstm: LSTM
        let head: Linear

        init(_ parameters: Parameters) {
            lstm = LSTM(inputs: 2, hidden: 8, forgetBias: 2, scope: parameters.scope["lstm"])
            head = Linear(inputs: 8, outputs: 1, scope: parameters.scope["head"])
        }

        /// The mean loss over the chunk's steps, and the state behind it. The logits of padded steps count nothing.
        func loss(_ memory: Memory, carrying: Bool = true) -> Trainer.CarriedLoss<LSTM.State> {
            { [self] chunk, state, context in
                let (x, lengths, targets) = memory.tensors(chunk)
                let (output, next) = lstm(x, lengths: lengths, state: carrying ? state : nil, context)
                let logits = head(output, context)
                var valid = [Float](repeating: 0, count: logits.count)
                var wanted = valid
                for (place, bit) in targets { (valid[place], wanted[place]) = (1, bit) }
                let error = (logits + -1 * Tensor(wanted, logits.shape)) * Tensor(valid, logits.shape)
                return (Float(1 / Double(targets.count)) * (error * error).sum(), next)
            }
        }
    }

    private func trained(
        _ memory: Memory, rows: Int, chunkLength: Int, carrying: Bool = true, epochs: Int = 1, replicas: Int = 1,
        accumulated: Int = 1, checkpoint: Checkpoint? = nil, start: UInt64 = 3, stopAfter: Int = .max
    ) throws -> (history: History, bits: [[UInt32]]) {
        let parameters = Parameters(.seed(start))
        let model = Model(parameters)
        let options = TrainingOptions.toy {
            $0.epochs = epochs
            $0.learningRate = 0.02
            $0.replicas = replicas
            $0.accumulatedBatches = accumulated
        }
        var (asked, score) = (0, 0.0)
        let history = try Trainer(parameters, options: options, seed: 4, pool: pool).fit(
            memory.batches(rows: rows, chunkLength: chunkLength), checkpoint: checkpoint,
            shouldStop: {
                asked += 1
                return asked > stopAfter
            }, report: { if case .resumed(let epoch) = $0 { score = Double(epoch) } },
            loss: model.loss(memory, carrying: carrying)
        ) {
            score += 1
            return Trainer.Validation(loss: 0, score: score)
        }
        return (history, parameters.bits)
    }

    /// Bits come every 10 steps, chunks have 4: without the state most chunks are guesses.
    @Test func carriedStateRemembersAcrossChunks() throws {
        let memory = Memory(streams: 16, length: 60, every: 10)
        let with = try trained(memory, rows: 8, chunkLength: 4, epochs: 40, replicas: 2)
        let without = try trained(memory, rows: 8, chunkLength: 4, carrying: false, epochs: 40, replicas: 2)
        let losses = [with, without].map { $0.history.epochs.last!.trainingLoss }
        #expect(losses[0] < 0.05, "with state \(losses[0])")
        // Half of the chunks hold no bit: knowing nothing costs them a quarter each.
        #expect(losses[1] > 0.1, "without state \(losses[1])")
    }

    /// Chunks as long as the streams, or longer, are backpropagation through all of time: to the bit the steps that a
    /// plain loop over the groups of streams takes.
    @Test(arguments: [20, 1000], [1, 2])
    func longChunksAreTheWholeOfTime(chunkLength: Int, replicas count: Int) throws {
        let memory = Memory(streams: 6, length: 20, every: 6)
        let found = try trained(memory, rows: 4, chunkLength: chunkLength, epochs: 3, replicas: count)

        let parameters = Parameters(.seed(3))
        let model = Model(parameters)
        let loss = model.loss(memory)
        let replicas = Replicas(count, parameters: parameters, optimizer: Adam(for: parameters), pool: pool)
        let whole: Replicas.Loss = { rows, context in
            loss(.init(streams: rows, steps: rows.map { _ in 0..<20 }, isFirst: true), nil, context).loss
        }
        var time = 0
        try Processor.flushingDenormals {
            for epoch in 1...3 {
                for group in memory.batches(rows: 4, chunkLength: 20).chunks(epoch: epoch).map(\.streams) {
                    time += 1
                    _ = try replicas.step(
                        rows: group, learningRate: 0.02, maximumNorm: 1, seed: 0, time: time, loss: whole)
                }
            }
        }
        #expect(time == 6 && parameters.bits == found.bits)
        // Truncation is something else.
        let truncated = try trained(memory, rows: 4, chunkLength: 7, epochs: 3, replicas: count)
        #expect(truncated.bits != found.bits)
    }

    /// One chunk's gradient as the sum of what flows within it: the state that comes in counts as a constant.
    @Test func gradientsStopWhereAChunkBegins() throws {
        let memory = Memory(streams: 2, length: 8, every: 8)
        let parameters = Parameters(.seed(3))
        let model = Model(parameters)
        let loss = model.loss(memory)
        let chunks = memory.batches(rows: 2, chunkLength: 4).chunks(epoch: 1)
        let before = loss(chunks[0], nil, .inference).state
        func gradient(_ state: LSTM.State) -> [Float] {
            let (tape, gradients) = (Tape(), Gradients(for: parameters))
            tape.backward(from: loss(chunks[1], state, .training(tape: tape, gradients: gradients, seed: 0)).loss)
            return parameters.flatMap { gradients.gradient(of: $0).elements }
        }
        let (tape, gradients) = (Tape(), Gradients(for: parameters))
        let context = Context.training(tape: tape, gradients: gradients, seed: 0)
        let first = loss(chunks[0], nil, context)
        tape.backward(from: loss(chunks[1], first.state.detached, context).loss)
        #expect(parameters.flatMap { gradients.gradient(of: $0).elements } == gradient(before))
    }

    /// Rows are shared out among replicas, each with its own state; streams of unequal length end one by one.
    @Test(arguments: [1, 2]) func replicasComeToTheSameWithinRounding(accumulated: Int) throws {
        let even = Memory(streams: 5, length: 23, every: 6)
        let memory = Memory(even, lengths: [23, 11, 17, 4, 23])
        let one = try trained(memory, rows: 5, chunkLength: 4, epochs: 2, accumulated: accumulated)
        for count in [2, 3, 5] {
            let several = try trained(
                memory, rows: 5, chunkLength: 4, epochs: 2, replicas: count, accumulated: accumulated)
            let pairs = zip(several.bits.flatMap { $0 }, one.bits.flatMap { $0 })
                .map { (Double(Float(bitPattern: $0)), Double(Float(bitPattern: $1))) }
            let error = relativeError(pairs.map(\.0), pairs.map(\.1))
            #expect(error < 1e-3, "\(count) replicas: \(error)")
            let losses = relativeError(
                several.history.epochs.map(\.trainingLoss), one.history.epochs.map(\.trainingLoss))
            #expect(losses < 1e-4, "\(count) replicas: \(losses)")
        }
    }

    /// Interrupted within an epoch: the state of the streams starts anew with the epoch that is taken up.
    @Test(arguments: [8, 12, 23]) func resumedTrainingEndsWithTheSameBytes(steps: Int) throws {
        let memory = Memory(streams: 6, length: 20, every: 6)
        let whole = try trained(memory, rows: 3, chunkLength: 6, epochs: 4, replicas: 2)
        try withTemporaryFile("streams.checkpoint") { path in
            func checkpoint() -> Checkpoint { Checkpoint(path: path, identity: "streams", resumes: true) }
            #expect(throws: TrainingError.interrupted) {
                try trained(
                    memory, rows: 3, chunkLength: 6, epochs: 4, replicas: 2, checkpoint: checkpoint(),
                    stopAfter: steps)
            }
            let resumed = try trained(
                memory, rows: 3, chunkLength: 6, epochs: 4, replicas: 2, checkpoint: checkpoint(), start: 77)
            #expect(resumed.history == whole.history && resumed.bits == whole.bits)
        }
    }

    /// Chunks of a shape that was met before take all of their memory from the pool.
    @Test func laterStepsAllocateNothing() async {
        await #expect(processExitsWith: .success) {
            let memory = Memory(streams: 4, length: 40, every: 10)
            let parameters = Parameters(.seed(3))
            let model = Model(parameters)
            let options = TrainingOptions.toy {
                $0.epochs = 2
                $0.replicas = 2
            }
            var freshBlocks: [Int] = []
            _ = try Trainer(parameters, options: options, seed: 4, pool: WorkerPool(threadCount: 1)).fit(
                memory.batches(rows: 4, chunkLength: 5),
                report: { if case .step = $0 { freshBlocks.append(StoragePool.allocated.blocks) } },
                loss: model.loss(memory)
            ) { Trainer.Validation(loss: 0, score: 0) }
            // The second chunk is the first with a state to start from.
            #expect(freshBlocks.count == 16 && freshBlocks.dropFirst(2).allSatisfy { $0 == freshBlocks[2] })
        }
    }
}

extension TruncatedBackpropagationTests.Memory {
    /// The beginnings of the streams.
    init(_ other: Self, lengths: [Int]) {
        inputs = zip(other.inputs, lengths).map { Array($0[..<(2 * $1)]) }
        bits = zip(other.bits, lengths).map { Array($0[..<$1]) }
    }
}

import Cantus
import Testing

extension LayerCase {
    /// One, two and three replicas train to the same weights within rounding, and the same number to the same bytes.
    public func checkReplicas() throws {
        let one = try train(replicas: 1)
        let two = try train(replicas: 2)
        #expect(two == (try train(replicas: 2)), "\(name): training twice")
        if mixesRows { return }
        for (replicas, weights) in [(2, two), (3, try train(replicas: 3))] {
            let error = relativeError(weights.map(Double.init), one.map(Double.init))
            #expect(error <= 1e-5, "\(name): \(replicas) replicas, relative error \(error)")
        }
    }

    /// Three steps of plain gradient descent; returns all weights.
    private func train(replicas count: Int) throws -> [Float] {
        let stepper = stepper(replicas: count)
        for time in 1...3 { try stepper.step(time) }
        return stepper.parameters.flatMap(\.value.elements)
    }

    /// From the second step on, training takes all of its memory from the steps before.
    public func checkMemory() throws {
        // Of this thread alone: other tests take from the shared pool.
        let memory = StoragePool()
        try memory.serving {
            let stepper = stepper(replicas: 1, threads: 1)
            let blocks = try (1...4).map { time in
                try stepper.step(time)
                return memory.statistics.freshBlocks + stepper.replicas.freshBlocks
            }
            #expect(
                blocks[0] > 0 && blocks.allSatisfy { $0 == blocks[0] }, "\(name): blocks after each step: \(blocks)")
        }
    }

    private struct Stepper {
        let parameters: Parameters
        let replicas: Replicas
        let step: (_ time: Int) throws -> Void
    }

    /// What trains one step on seven rows, whose loss is mean over rows of sum(upstream * output).
    private func stepper(replicas count: Int, threads: Int = 2) -> Stepper {
        let (function, parameters) = build()
        let size = Size(rows: 7, steps: max(4, minimumSteps))
        let x = draw(size)
        var lengths: [Int32]?
        if case .ignored = time {
        } else {
            lengths = (0..<7).map { Int32(minimumSteps + $0 % (size.steps - minimumSteps + 1)) }
        }
        let known = lengths
        let loss: Replicas.Loss = { rows, context in
            let inputs = x.map { input in
                let width = input.count / input.shape[0]
                let part = Tensor(uninitialized: Shape([rows.count] + input.shape.array.dropFirst()))
                for (place, row) in rows.enumerated() {
                    (part.mutablePointer + place * width).update(from: input.pointer + Int(row) * width, count: width)
                }
                // On the tape, as if layers stood below: a layer may have no parameters of its own.
                return context.tape!.watch(part)
            }
            let lengths = known.map { all in IndexTensor(rows.map { all[Int($0)] }, [rows.count]) }
            let output = function(inputs, lengths, context)
            let upstream = Tensor(uninitialized: output.shape)
            let width = output.count / rows.count
            for (place, row) in rows.enumerated() {
                for index in 0..<width {
                    upstream.mutablePointer[place * width + index] = Float((Int(row) * 7 + index * 3) % 11) / 11 - 0.4
                }
            }
            let sum = (output * upstream).sum()
            return sum * Tensor(1 / Float(rows.count))
        }
        let replicas = Replicas(
            count, parameters: parameters, optimizer: GradientDescent(), pool: WorkerPool(threadCount: threads))
        return Stepper(parameters: parameters, replicas: replicas) { time in
            _ = try replicas.step(
                rows: [0, 1, 2, 3, 4, 5, 6], learningRate: 0.05, maximumNorm: 0, seed: 1, time: time, loss: loss)
        }
    }
}

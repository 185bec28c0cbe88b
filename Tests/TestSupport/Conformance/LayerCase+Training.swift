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
        let (step, parameters) = stepper(replicas: count)
        for time in 1...3 { try step(time) }
        return parameters.flatMap(\.value.elements)
    }

    /// Behind the first steps, a training step takes all of its memory from those before.
    public func checkMemory() throws {
        let (step, _) = stepper(replicas: 1)
        try step(1)
        try step(2)
        // Other tests share the pool: what counts is that some repetition finds all it needs.
        var isQuiet = false
        for time in 3..<200 where !isQuiet {
            let before = StoragePool.shared.statistics.freshBlocks
            try step(time)
            isQuiet = StoragePool.shared.statistics.freshBlocks == before
        }
        #expect(isQuiet, "\(name): steps of training allocate memory")
    }

    /// A function that trains one step on seven rows, whose loss is mean over rows of sum(upstream * output).
    private func stepper(replicas count: Int) -> (step: (Int) throws -> Void, parameters: Parameters) {
        let (function, parameters) = build()
        let size = Size(rows: 7, steps: max(4, minimumSteps))
        let x = draw(size)
        var lengths: [Int32]?
        if case .ignored = time {} else {
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
                return part
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
            count, parameters: parameters, optimizer: GradientDescent(), pool: WorkerPool(threadCount: 2))
        return ({ time in
            _ = try replicas.step(
                rows: [0, 1, 2, 3, 4, 5, 6], learningRate: 0.05, maximumNorm: 0, seed: 1, time: time, loss: loss)
        }, parameters)
    }
}

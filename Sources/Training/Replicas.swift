import Kernels
import Layers
import Tensors

/// Data-parallel training: every replica computes the gradients of its share of a batch on a thread of its own, with
/// the same weights; the gradients are added up in the order of the replicas.
///
/// The result depends on the number of replicas, which decides how a batch is shared out and so the order of
/// additions, and on nothing else: not on the number of threads, and not on which runs first.
package final class Replicas {
    /// What one step has seen.
    package struct Step {
        /// The mean loss of the batch.
        package let loss: Double
        /// The gradient's global norm before clipping.
        package let gradientNorm: Double
    }

    /// The mean loss of some examples, on the context's tape.
    package typealias Loss = @Sendable (_ rows: [Int32], _ context: Context) -> Tensor

    private struct Replica: @unchecked Sendable {
        let tape = Tape()
        let gradients: Gradients
    }

    private let parameters: Parameters
    private let optimizer: any Optimizer
    private let pool: WorkerPool
    private let replicas: [Replica]

    package init(_ count: Int, parameters: Parameters, optimizer: any Optimizer, pool: WorkerPool) {
        precondition(count > 0, "\(count) replicas")
        (self.parameters, self.optimizer, self.pool) = (parameters, optimizer, pool)
        replicas = (0..<count).map { _ in Replica(gradients: Gradients(for: parameters)) }
    }

    /// One step of training on a batch.
    ///
    /// - Parameters:
    ///   - rows: The batch's examples.
    ///   - maximumNorm: The gradient is scaled down to this global norm where it is larger (Pascanu et al. 2013).
    ///   - seed: Decides dropout in this step.
    ///   - time: The number of the step; the first is 1.
    /// - Throws: `TrainingError.notFinite` before any weight has changed.
    package func step(
        rows: [Int32], learningRate: Double, maximumNorm: Double, seed: UInt64, time: Int, loss: @escaping Loss
    ) throws -> Step {
        let shares = share(rows)
        let losses = OrderedSum(count: shares.count)
        let replicas = replicas
        pool.run(shares.count) { index in
            let replica = replicas[index]
            replica.tape.reset()
            replica.gradients.clear()
            let context = Context.training(
                tape: replica.tape, gradients: replica.gradients, seed: SeededGenerator.derive(seed, [UInt64(index)]))
            let mean = loss(shares[index], context)
            let weight = Double(shares[index].count) / Double(rows.count)
            losses.set(index, Double(mean.scalar) * weight)
            replica.tape.backward(from: mean, scale: Float(weight))
        }
        let total = losses.sum
        guard total.isFinite else { throw TrainingError.notFinite(.loss, step: time) }
        let norm = reduce(count: shares.count)
        guard norm.isFinite else { throw TrainingError.notFinite(culprit(), step: time) }
        let scale = maximumNorm > 0 && norm > maximumNorm ? maximumNorm / norm : 1
        let gradients = replicas[0].gradients
        let chunks = GradientChunk.cut(gradients, of: parameters)
        nonisolated(unsafe) let optimizer = optimizer
        pool.run(chunks.count) { index in
            optimizer.update(
                chunks[index], gradients, learningRate: learningRate, gradientScale: scale, time: time)
        }
        Gradients.updateBuffers(from: replicas[..<shares.count].lazy.map(\.gradients))
        return Step(loss: total, gradientNorm: norm)
    }

    /// Row i goes to replica i modulo their number: a batch sorted by length is shared out evenly.
    private func share(_ rows: [Int32]) -> [[Int32]] {
        let count = min(replicas.count, rows.count)
        return (0..<count).map { replica in
            stride(from: replica, to: rows.count, by: count).map { rows[$0] }
        }
    }

    /// Adds the gradients of all replicas to those of the first, and returns their global norm.
    private func reduce(count: Int) -> Double {
        let replicas = replicas
        let first = replicas[0].gradients
        for parameter in parameters where parameter.gradientKind == .rows && !parameter.isFrozen {
            let sum = first.rows(parameter)
            for other in replicas[..<count].dropFirst() {
                let rows = other.gradients.rows(parameter)
                for place in 0..<rows.count { sum.add(rows.values(place), toRow: rows.row(place)) }
            }
        }
        let chunks = GradientChunk.cut(first, of: parameters)
        let squares = OrderedSum(count: chunks.count)
        pool.run(chunks.count) { index in
            let chunk = chunks[index]
            if chunk.parameter.gradientKind == .dense {
                let (start, length) = (chunk.range.lowerBound, chunk.range.count)
                for other in replicas[..<count].dropFirst() {
                    Vector.add(
                        other.gradients.dense(chunk.parameter) + start, to: first.dense(chunk.parameter) + start,
                        count: length)
                }
            }
            var sum = 0.0
            chunk.forEachRun(in: first) { gradient, _, count in sum += Vector.sumOfSquares(gradient, count: count) }
            squares.set(index, sum)
        }
        return squares.sum.squareRoot()
    }

    /// The first parameter whose gradient is not finite.
    private func culprit() -> TrainingError.Place {
        for parameter in parameters where !parameter.isFrozen {
            let gradient = replicas[0].gradients.gradient(of: parameter)
            if Vector.firstNonFinite(gradient.pointer, count: gradient.count) != nil {
                return .gradient(parameter: parameter.name)
            }
        }
        return .gradientNorm
    }
}

/// Numbers that threads write each at a place of its own, added up in the order of places.
private final class OrderedSum: @unchecked Sendable {
    private let values: UnsafeMutablePointer<Double>
    private let count: Int

    init(count: Int) {
        self.count = count
        values = .allocate(capacity: max(count, 1))
        values.initialize(repeating: 0, count: max(count, 1))
    }

    deinit { values.deallocate() }

    func set(_ index: Int, _ value: Double) { values[index] = value }

    var sum: Double { (0..<count).reduce(0) { $0 + values[$1] } }
}

import Kernels
import Layers
import Tensors

/// Data-parallel training: every replica computes the gradients of its share of a batch on a thread of its own, with
/// the same weights; the gradients are added up in the order of the replicas.
///
/// The result depends on the number of replicas, which decides how a batch is shared out and so the order of
/// additions, and on nothing else: not on the number of threads, and not on which runs first.
package final class Replicas {
    /// A replica's part of a batch.
    package struct Share: Sendable {
        /// Its part of the step's loss; those of all shares of a step come to 1.
        package let weight: Double
        /// The mean loss of its examples, on the context's tape.
        package let loss: @Sendable (_ context: Context) -> Tensor
    }

    /// What one step has seen.
    package struct Step {
        /// The mean loss of the step's examples.
        package let loss: Double
        /// The gradient's global norm before clipping.
        package let gradientNorm: Double
        /// The norm of each parameter's gradient before clipping, by the parameter's index.
        package let parameterNorms: [Double]
    }

    /// The mean loss of some examples, on the context's tape.
    package typealias Loss = @Sendable (_ rows: [Int32], _ context: Context) -> Tensor

    private struct Replica: @unchecked Sendable {
        let tape = Tape()
        let gradients: Gradients
        /// Where all tensors of its steps come from: what it takes in a step it has taken in the step before.
        let storage = StoragePool()
    }

    private let parameters: Parameters
    private let optimizer: any Optimizer
    private let pool: WorkerPool
    private let replicas: [Replica]

    package var count: Int { replicas.count }

    /// Blocks of memory that the replicas' tensors have taken from the system so far.
    package var freshBlocks: Int { replicas.reduce(0) { $0 + $1.storage.statistics.freshBlocks } }

    package init(_ count: Int, parameters: Parameters, optimizer: any Optimizer, pool: WorkerPool) {
        precondition(count > 0, "\(count) replicas")
        (self.parameters, self.optimizer, self.pool) = (parameters, optimizer, pool)
        replicas = (0..<count).map { _ in Replica(gradients: Gradients(for: parameters)) }
    }

    /// The shares of each replica in some batches whose gradients are added up, as if they were one batch.
    ///
    /// Row i goes to replica i modulo their number: a batch sorted by length is shared out evenly.
    package func shares(of batches: [[Int32]], _ loss: @escaping Loss) -> [[Share]] {
        let total = Double(batches.reduce(0) { $0 + $1.count })
        var shares = [[Share]](repeating: [], count: batches.map { min(count, $0.count) }.max() ?? 0)
        for batch in batches {
            for (replica, places) in self.places(of: batch.count).enumerated() {
                let rows = places.map { batch[$0] }
                shares[replica].append(Share(weight: Double(rows.count) / total) { loss(rows, $0) })
            }
        }
        return shares
    }

    /// The places of a batch that each replica has; fewer replicas where there are fewer places.
    package func places(of rowCount: Int) -> [[Int]] {
        let count = min(count, rowCount)
        return (0..<count).map { Array(stride(from: $0, to: rowCount, by: count)) }
    }

    /// One step of training.
    ///
    /// - Parameters:
    ///   - shares: What each replica has to do, one after the other.
    ///   - factors: Factors on the learning rate, by the parameter's index; ones where nil.
    ///   - seed: Decides dropout in this step.
    ///   - time: The number of the step; the first is 1.
    /// - Throws: `TrainingError.notFinite` before any weight has changed.
    package func step(
        _ shares: [[Share]], learningRate: Double, factors: [Double]? = nil, rules: GradientRules, seed: UInt64,
        time: Int
    ) throws -> Step {
        let losses = OrderedNumbers(count: shares.count)
        let replicas = replicas
        pool.run(shares.count) { index in
            let replica = replicas[index]
            replica.storage.serving {
                replica.gradients.clear()
                for (number, share) in shares[index].enumerated() {
                    replica.tape.reset()
                    let context = Context.training(
                        tape: replica.tape, gradients: replica.gradients,
                        seed: Self.seed(of: index, number, seed: seed, count: replicas.count))
                    let mean = share.loss(context)
                    losses[index] += Double(mean.scalar) * share.weight
                    replica.tape.backward(from: mean, scale: Float(share.weight))
                }
            }
        }
        let reduction = replicas[0].storage.serving {
            GradientReduction(replicas[..<shares.count].map(\.gradients), of: parameters, rules: rules, pool: pool)
        }
        let total = losses.sum
        guard total.isFinite, reduction.norm.isFinite else {
            throw failure(loss: total, reduction, shares, seed: seed, time: time)
        }
        optimizer.prepare(time: time)
        let gradients = replicas[0].gradients
        nonisolated(unsafe) let optimizer = optimizer
        pool.run(reduction.chunks.count) { index in
            let chunk = reduction.chunks[index]
            let parameter = chunk.parameter.index
            optimizer.update(
                chunk, gradients, learningRate: learningRate * (factors?[parameter] ?? 1),
                gradientScale: reduction.scales[parameter], time: time)
        }
        Gradients.updateBuffers(from: replicas[..<shares.count].lazy.map(\.gradients))
        return Step(loss: total, gradientNorm: reduction.norm, parameterNorms: reduction.parameterNorms)
    }

    /// The random numbers of one share of one replica.
    private static func seed(of replica: Int, _ share: Int, seed: UInt64, count: Int) -> UInt64 {
        SeededGenerator.derive(seed, [UInt64(replica + share * count)])
    }

    /// Where numbers that are not finite came up first: in the forward pass, or else in the backward pass, which runs
    /// through the parameters from the last to the first.
    private func failure(
        loss: Double, _ reduction: GradientReduction, _ shares: [[Share]], seed: UInt64, time: Int
    ) -> TrainingError {
        var place = TrainingError.Place.gradientNorm
        if !loss.isFinite {
            var layer: String?
            for (index, shares) in shares.enumerated() {
                for (number, share) in shares.enumerated() where layer == nil {
                    layer = ForwardProbe.firstNonFiniteLayer(
                        of: share, parameters,
                        seed: Self.seed(of: index, number, seed: seed, count: replicas.count))
                }
            }
            place = .loss(layer: layer)
        } else if let parameter = Array(parameters).last(where: { !reduction.parameterNorms[$0.index].isFinite }) {
            place = .gradient(parameter: parameter.name)
        }
        return .notFinite(
            place, step: time, gradientNorms: ModelLayers(parameters).norms(reduction.parameterNorms, of: parameters))
    }
}

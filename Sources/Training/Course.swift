import Layers
import Tensors

/// The steps of a training, epoch by epoch.
struct Course {
    /// What one step of the optimizer works on.
    struct Step {
        /// How many examples, or steps of sequences, its loss is the mean of.
        let examples: Int
        /// What each replica does; asked for when the step before is done.
        let shares: () -> [[Replicas.Share]]
    }

    let stepsPerEpoch: Int
    /// The sum over an epoch's steps.
    let examples: Int
    let epoch: (_ number: Int) -> [Step]
}

extension Trainer {
    /// Batches, as many in each step as the options say.
    func course(_ loader: DataLoader, _ loss: @escaping Loss) -> Course {
        let (replicas, size) = (replicas, options.accumulatedBatches)
        return Course(
            stepsPerEpoch: loader.batchCount.groupCount(of: size), examples: loader.count,
            epoch: { number in
                loader.batches(epoch: number).grouped(by: size).map { batches in
                    Course.Step(examples: batches.reduce(0) { $0 + $1.count }) { replicas.shares(of: batches, loss) }
                }
            })
    }
}

extension Int {
    /// How many groups of at most `size` these are.
    func groupCount(of size: Int) -> Int { self / size + (self % size == 0 ? 0 : 1) }
}

extension Array {
    /// Neighbours in groups of `size`; the last may be smaller.
    func grouped(by size: Int) -> [[Element]] {
        (0..<count.groupCount(of: size)).map { Array(self[$0 * size..<Swift.min(($0 + 1) * size, count)]) }
    }
}

import Tensors

/// The buffers of a layer that keeps track of means and variances.
package struct RunningStatistics: Sendable {
    /// `[C]`.
    let mean: Parameter
    /// `[C]`.
    let variance: Parameter
    /// The share of the newest batch.
    let momentum: Float
}

/// The count, the means and the sums of squared differences from them of what a layer has seen in a step, by channel.
///
/// Parts are put together by Chan, Golub and LeVeque (1979), "Updating formulae and a pairwise algorithm for computing
/// sample variances": the result is that of all values at once, whichever replica saw which.
package final class BatchMoments: @unchecked Sendable {
    private let statistics: RunningStatistics
    private var count = 0.0
    private let means: Doubles
    private let squares: Doubles

    init(for statistics: RunningStatistics) {
        self.statistics = statistics
        means = Doubles(zeros: statistics.mean.shape.count)
        squares = Doubles(zeros: statistics.mean.shape.count)
    }

    func clear() { count = 0 }

    func add(_ other: BatchMoments) { add(count: other.count, means: other.means, squares: other.squares) }

    /// - Parameters:
    ///   - count: The number of values of each channel.
    ///   - squares: Sums of squared differences from the means.
    func add(count added: Double, means otherMeans: Doubles, squares otherSquares: Doubles) {
        guard added > 0 else { return }
        if count == 0 {
            means.copy(from: otherMeans)
            squares.copy(from: otherSquares)
            count = added
            return
        }
        let total = count + added
        for channel in 0..<means.count {
            let difference = otherMeans[channel] - means[channel]
            means[channel] += difference * added / total
            squares[channel] += otherSquares[channel] + difference * difference * count * added / total
        }
        count = total
    }

    /// r = (1 - momentum) r + momentum s, for s the mean, and the variance over n - 1; a single value has no variance
    /// and changes nothing.
    func updateBuffers() {
        guard count > 1 else { return }
        let (mean, variance) = (statistics.mean.value.mutablePointer, statistics.variance.value.mutablePointer)
        let share = Double(statistics.momentum)
        for channel in 0..<means.count {
            mean[channel] = Float((1 - share) * Double(mean[channel]) + share * means[channel])
            variance[channel] = Float(
                (1 - share) * Double(variance[channel]) + share * squares[channel] / (count - 1))
        }
    }
}

/// Numbers in double precision, in storage of the pool.
struct Doubles: @unchecked Sendable {
    let count: Int
    private let storage: Storage

    init(zeros count: Int) {
        self.count = count
        storage = Storage(count: 2 * count)
        pointer.update(repeating: 0, count: count)
    }

    var pointer: UnsafeMutablePointer<Double> { storage.bytes.assumingMemoryBound(to: Double.self) }

    subscript(index: Int) -> Double {
        get { pointer[index] }
        nonmutating set { pointer[index] = newValue }
    }

    func copy(from other: Doubles) { pointer.update(from: other.pointer, count: count) }
}

import Kernels
import Tensors

/// Batch normalisation (Ioffe and Szegedy 2015): each channel by its mean and variance over all valid steps of a batch,
///
///     y[n, t, c] = (x[n, t, c] - mean[c]) / sqrt(variance[c] + epsilon) w[c] + b[c]
///
/// In training, mean and variance are those of the batch, the variance over its n values; under replicas each takes
/// those of its own share. Running ones, with the variance over n - 1 as in PyTorch, follow those of the whole batch
/// behind each step, and are used outside of training:
///
///     running = (1 - momentum) running + momentum batch's
///
/// - Input: `[N, T, C]`, or `[N, C]` without lengths
/// - Output: like the input; zeros behind a row's end
///
/// Parameters as in PyTorch: `weight` `[C]`, ones, and `bias` `[C]`, zeros; the buffers `running_mean` `[C]`, zeros,
/// and `running_var` `[C]`, ones.
public struct BatchNorm: Layer {
    public let weight: Parameter
    public let bias: Parameter
    public let runningMean: Parameter
    public let runningVariance: Parameter
    public let momentum: Float
    public let epsilon: Float

    /// - Parameters:
    ///   - width: C.
    ///   - momentum: The share of the newest batch in the running statistics.
    public init(width: Int, momentum: Float = 0.1, epsilon: Float = 1e-5, scope: Scope) {
        precondition((0...1).contains(momentum), "a momentum of \(momentum)")
        weight = scope.parameter("weight", [width], .constant(1))
        bias = scope.parameter("bias", [width], .zeros)
        runningMean = scope.buffer("running_mean", [width], .zeros)
        runningVariance = scope.buffer("running_var", [width], .constant(1))
        (self.momentum, self.epsilon) = (momentum, epsilon)
    }

    public func callAsFunction(_ x: Tensor, lengths: IndexTensor?, _ context: Context) -> Tensor {
        let (weight, bias) = (context(weight), context(bias))
        let width = weight.count
        precondition(
            x.shape[-1] == width && (lengths == nil || x.shape.rank == 3),
            "batch normalisation of \(x.shape) by \(width) channels" + (lengths == nil ? "" : " with lengths"))
        let steps = ValidSteps(of: x, lengths: lengths)
        let statistics: Statistics
        if context.isTraining {
            statistics = batchStatistics(x, steps, context)
        } else {
            statistics = Statistics(
                count: nil, means: runningMean.value, inverses: inverses { runningVariance.value.pointer[$0] })
        }
        return normalized(x, steps, statistics, weight, bias)
    }

    // MARK: Statistics

    private struct Statistics {
        /// The values of each channel that they were taken of; nil for running ones.
        let count: Int?
        let means: Tensor
        /// 1 / sqrt(variance + epsilon).
        let inverses: Tensor
    }

    private func inverses(_ variance: (Int) -> Float) -> Tensor {
        let result = Tensor(uninitialized: weight.shape)
        for channel in 0..<result.count {
            result.mutablePointer[channel] = 1 / (variance(channel) + epsilon).squareRoot()
        }
        return result
    }

    /// The batch's statistics, which the running ones will follow.
    private func batchStatistics(_ x: Tensor, _ steps: ValidSteps, _ context: Context) -> Statistics {
        let (width, count) = (weight.shape[0], steps.count)
        let (sums, squares) = (Doubles(zeros: width), Doubles(zeros: width))
        let means = Tensor(uninitialized: [width])
        steps.forEachRun { start, rows in
            NormKernels.addColumnSums(of: x.pointer + start, to: sums.pointer, rows: rows, columns: width)
        }
        for channel in 0..<width {
            sums[channel] /= Double(max(count, 1))
            means.mutablePointer[channel] = Float(sums[channel])
        }
        steps.forEachRun { start, rows in
            NormKernels.addColumnSquares(
                of: x.pointer + start, means: means.pointer, to: squares.pointer, rows: rows, columns: width)
        }
        let running = RunningStatistics(mean: runningMean, variance: runningVariance, momentum: momentum)
        context.gradients?.moments(for: running).add(count: Double(count), means: sums, squares: squares)
        return Statistics(
            count: count, means: means, inverses: inverses { Float(squares[$0] / Double(max(count, 1))) })
    }

    // MARK: Forward and backward

    private func normalized(
        _ x: Tensor, _ steps: ValidSteps, _ statistics: Statistics, _ weight: Tensor, _ bias: Tensor
    ) -> Tensor {
        let width = weight.count
        let (means, inverses) = (statistics.means, statistics.inverses)
        let scales = Tensor(uninitialized: [width])
        Vector.product(weight.pointer, inverses.pointer, into: scales.mutablePointer, count: width)
        let result = Tensor(uninitialized: x.shape)
        steps.forEachRun { start, rows in
            NormKernels.normalizeColumns(
                x.pointer + start, means: means.pointer, scales: scales.pointer, bias: bias.pointer,
                into: result.mutablePointer + start, rows: rows, columns: width)
        }
        steps.forEachGap { start, rows in
            (result.mutablePointer + start).update(repeating: 0, count: rows * width)
        }
        return result.recorded(from: [x, weight, bias]) { pass in
            let (sums, products) = (Doubles(zeros: width), Doubles(zeros: width))
            steps.forEachRun { start, rows in
                NormKernels.addColumnProducts(
                    x.pointer + start, means: means.pointer, upstream: pass.upstream + start, sums: sums.pointer,
                    products: products.pointer, rows: rows, columns: width)
            }
            if let sink = pass.sink(1) {
                for channel in 0..<width { sink[channel] += Float(products[channel]) * inverses.pointer[channel] }
            }
            if let sink = pass.sink(2) {
                for channel in 0..<width { sink[channel] += Float(sums[channel]) }
            }
            guard let sink = pass.sink(0) else { return }
            // The batch's mean and variance move with every value of it: with n values and z = x - mean,
            // dx = scale (dy - mean(dy) - z inverse^2 mean(dy z)). Running ones stand still.
            let (levels, slopes) = (Tensor(zeros: [width]), Tensor(zeros: [width]))
            if let count = statistics.count {
                for channel in 0..<width {
                    let inverse = Double(inverses.pointer[channel])
                    levels.mutablePointer[channel] = Float(sums[channel] / Double(max(count, 1)))
                    slopes.mutablePointer[channel] = Float(
                        inverse * inverse * products[channel] / Double(max(count, 1)))
                }
            }
            steps.forEachRun { start, rows in
                NormKernels.addColumnGradient(
                    x.pointer + start, means: means.pointer, upstream: pass.upstream + start, scales: scales.pointer,
                    levels: levels.pointer, slopes: slopes.pointer, to: sink + start, rows: rows, columns: width)
            }
        }
    }
}

/// Where the valid steps of a batch lie: runs of rows of the batch seen as a matrix.
private struct ValidSteps {
    private let sequences: Int
    private let steps: Int
    private let width: Int
    private let lengths: IndexTensor?

    init(of x: Tensor, lengths: IndexTensor?) {
        lengths?.checkLengths(rows: x.shape[0], steps: x.shape[1])
        (sequences, steps) = lengths == nil ? (1, x.shape.rows) : (x.shape[0], x.shape[1])
        (width, self.lengths) = (x.shape.columns, lengths)
    }

    private func length(_ sequence: Int) -> Int { lengths.map { Int($0.pointer[sequence]) } ?? steps }

    /// The number of valid steps.
    var count: Int { (0..<sequences).reduce(0) { $0 + length($1) } }

    /// Calls `body` with the first element and the number of rows of each run of valid steps.
    func forEachRun(_ body: (_ start: Int, _ rows: Int) -> Void) {
        for sequence in 0..<sequences { body(sequence * steps * width, length(sequence)) }
    }

    /// The same for the steps behind the rows' ends.
    func forEachGap(_ body: (_ start: Int, _ rows: Int) -> Void) {
        for sequence in 0..<sequences {
            body((sequence * steps + length(sequence)) * width, steps - length(sequence))
        }
    }
}

import CKernels

/// One step of logistic regression between some input rows and some output rows: the inner loop of Word2Vec.
///
///     z_ij = x_i y_j      g_ij = rate weights_j (labels_j - sigmoid(z_ij))
///     x_i += sum_j g_ij y_j      y_j += sum_i g_ij x_i      with the right sides as they were before
public struct Word2VecKernel: @unchecked Sendable {
    private let update: cantus_word2vec_update
    private let updateOfMean: cantus_word2vec_update

    /// The kernel for this processor.
    public init() { (update, updateOfMean) = (cantus_word2vec_kernel(), cantus_word2vec_mean_kernel()) }

    /// Rows are padded to a multiple of this many floats.
    public static let rowAlignment = 16

    /// Floats of working memory for a step.
    public static func scratchCount(inputs: Int, outputs: Int, width: Int) -> Int {
        max(inputs, 3) * width + 3 * (inputs * outputs + 16)
    }

    /// One step.
    ///
    /// - Parameters:
    ///   - inputs, outputs: Pointers to rows of `width` floats, a multiple of `rowAlignment`.
    ///   - labels, weights: For each output.
    ///   - scratch: `scratchCount` floats.
    /// - Returns: The loss before the step, sum_ij weights_j (label_j softplus(-z_ij) + (1 - label_j) softplus(z_ij)).
    @inline(__always)
    public func callAsFunction(
        inputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, count inputCount: Int,
        outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, labels: UnsafePointer<Float>,
        weights: UnsafePointer<Float>, count outputCount: Int, width: Int, rate: Float,
        scratch: UnsafeMutablePointer<Float>
    ) -> Double {
        update(inputs, inputCount, outputs, labels, weights, outputCount, width, rate, scratch)
    }

    /// One step whose only input is the mean of the rows, and whose change goes in full to each of them, as in word2vec.
    @inline(__always)
    public func meanStep(
        inputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, count inputCount: Int,
        outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, labels: UnsafePointer<Float>,
        weights: UnsafePointer<Float>, count outputCount: Int, width: Int, rate: Float,
        scratch: UnsafeMutablePointer<Float>
    ) -> Double {
        updateOfMean(inputs, inputCount, outputs, labels, weights, outputCount, width, rate, scratch)
    }

    /// Asks for the cache lines of a row ahead of its use.
    @inline(__always)
    public static func prefetch(_ row: UnsafeMutablePointer<Float>, width: Int) {
        cantus_prefetch_row(row, width)
    }
}

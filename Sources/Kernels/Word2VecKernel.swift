import CKernels

/// One step of logistic regression between some input rows and some output rows: the inner loop of Word2Vec. With s_j
/// the sign of an output's weight, 1 for what is to be predicted and -1 for what is not:
///
///     z_ij = x_i y_j      g_ij = rate weights_j sigmoid(-s_j z_ij)
///     x_i += sum_j g_ij y_j      y_j += sum_i g_ij x_i      with the right sides as they were before
public struct Word2VecKernel: @unchecked Sendable {
    private let update: cantus_word2vec_update
    private let updateOfMean: cantus_word2vec_update
    private let updateOfPair: cantus_word2vec_pair_update

    /// The kernel for this processor.
    public init() {
        update = cantus_word2vec_kernel()
        updateOfMean = cantus_word2vec_mean_kernel()
        updateOfPair = cantus_word2vec_pair_kernel()
    }

    /// Rows are padded to a multiple of this many floats.
    public static let rowAlignment = 16
    /// Floats behind the last weight that are read, whatever they are.
    public static let weightPadding = 7

    /// Floats of working memory for a step.
    public static func scratchCount(inputs: Int, outputs: Int, width: Int) -> Int {
        max(inputs + 1, 5) * width + 16 * (inputs + 1) * (outputs + 5)
    }

    /// One step.
    ///
    /// - Parameters:
    ///   - inputs, outputs: Pointers to rows of `width` floats, a multiple of `rowAlignment`.
    ///   - weights: For each output, below zero for one that is not to be predicted; `weightPadding` more follow.
    ///   - scratch: `scratchCount` floats.
    /// - Returns: The loss before the step, sum_ij |weights_j| softplus(-s_j z_ij).
    @inline(__always)
    public func callAsFunction(
        inputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, count inputCount: Int,
        outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, weights: UnsafePointer<Float>,
        count outputCount: Int, width: Int, rate: Float, scratch: UnsafeMutablePointer<Float>
    ) -> Double {
        update(inputs, inputCount, outputs, weights, outputCount, width, rate, scratch)
    }

    /// One step whose only input is the mean of the rows, and whose change goes in full to each of them, as in word2vec.
    @inline(__always)
    public func meanStep(
        inputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, count inputCount: Int,
        outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, weights: UnsafePointer<Float>,
        count outputCount: Int, width: Int, rate: Float, scratch: UnsafeMutablePointer<Float>
    ) -> Double {
        updateOfMean(inputs, inputCount, outputs, weights, outputCount, width, rate, scratch)
    }

    /// Two steps of means at once, as if neither saw what the other changes. Each has an output of its own; the others
    /// are shared.
    ///
    /// - Parameters:
    ///   - inputs: Rows that are inputs of the first step alone, then those of both, then those of the second alone.
    ///   - outputs: The output of the first step, that of the second, and `shared` more.
    ///   - weights: For each step those of its own output and of the shared ones; 0 for one that is none of its. A step
    ///     without inputs should have weights of 0.
    @inline(__always)
    public func pairStep(
        inputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, ofFirst: Int, ofBoth: Int, ofSecond: Int,
        outputs: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, shared: Int,
        weights: (first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>), width: Int, rate: Float,
        scratch: UnsafeMutablePointer<Float>
    ) -> Double {
        var pair = cantus_word2vec_pair(
            inputs: inputs, first: ofFirst, both: ofBoth, second: ofSecond, outputs: outputs, shared: shared,
            weights: (UnsafePointer(weights.first), UnsafePointer(weights.second)))
        return updateOfPair(&pair, width, rate, scratch)
    }

    /// Asks for the cache lines of rows ahead of their use.
    @inline(__always)
    public static func prefetch(_ rows: UnsafeMutablePointer<UnsafeMutablePointer<Float>?>, count: Int, width: Int) {
        cantus_prefetch_rows(rows, count, width)
    }

    /// Asks for the cache lines of one row.
    @inline(__always)
    public static func prefetch(_ row: UnsafeMutablePointer<Float>, width: Int) {
        var row: UnsafeMutablePointer<Float>? = row
        cantus_prefetch_rows(&row, 1, width)
    }

    /// Merges a thread's copy of a row with the row that it was copied from: adds what changed since `base`, and takes
    /// what came of it for both.
    @inline(__always)
    public static func merge(
        _ copy: UnsafeMutablePointer<Float>, base: UnsafeMutablePointer<Float>,
        into shared: UnsafeMutablePointer<Float>, width: Int
    ) {
        cantus_merge_row(copy, base, shared, width)
    }
}

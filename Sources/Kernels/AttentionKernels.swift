import CKernels

/// The softmax of attention, block by block of the scores (Milakov and Gimelshein 2018, "Online normalizer calculation
/// for softmax"; Dao et al. 2022, "FlashAttention").
public enum SoftmaxBlocks {
    /// A block of scores, `[rows, columns]`: queries by keys.
    ///
    /// Row r sees the first `visible + r visibleStep` keys of the block, from none to all; a step of 1 is a causal
    /// mask.
    public struct Block {
        public let scores: UnsafeMutablePointer<Float>
        /// Elements from one row to the next.
        public let stride: Int
        public let rows: Int
        public let columns: Int
        public let visible: Int
        public let visibleStep: Int
        /// What dropout multiplies the weights by, laid out like the scores; ones where nil.
        public let dropout: UnsafePointer<Float>?

        public init(
            scores: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int, visible: Int,
            visibleStep: Int, dropout: UnsafePointer<Float>? = nil
        ) {
            precondition(stride >= columns, "rows of \(columns) scores do not fit a stride of \(stride)")
            (self.scores, self.stride, self.rows, self.columns) = (scores, stride, rows, columns)
            (self.visible, self.visibleStep, self.dropout) = (visible, visibleStep, dropout)
        }
    }

    /// Takes a further block of keys into the running softmax of its rows:
    ///
    ///     m' = max(m, max_j x_j)     s' = exp(m - m') s + sum_j exp(x_j - m')     o' = exp(m - m') o
    ///
    /// - Parameters:
    ///   - block: Its scores x become the powers exp(x - m'), zeros for keys that are not seen.
    ///   - largest: m, `[rows]`.
    ///   - sums: s, `[rows]`.
    ///   - output: o, `[rows, width]`: what the caller has summed so far, to which it adds powers times values next.
    ///   - isFirst: Whether m and s start here; o is then left alone.
    public static func accumulate(
        _ block: Block, largest: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>,
        output: MutableMatrix, isFirst: Bool
    ) {
        cantus_softmax_block(
            block.scores, block.stride, block.dropout, block.rows, block.columns, block.visible, block.visibleStep,
            largest, sums, output.pointer, output.stride, output.columns, isFirst)
    }

    /// o = o / s and s = m + log s, the logarithm of the sum of powers; zeros for rows that saw no key.
    public static func finish(
        largest: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>, output: MutableMatrix
    ) { cantus_softmax_finish(largest, sums, output.pointer, output.stride, output.rows, output.columns) }

    /// From the scores x of a block and the gradient of its weights p = exp(x - l): dx = p (dp - inner).
    ///
    /// - Parameters:
    ///   - block: Its scores become the weights, after dropout.
    ///   - gradient: dp, laid out like the scores; becomes dx.
    ///   - logSums: l, `[rows]`.
    ///   - inner: sum_j p_j dp_j over all keys, `[rows]`.
    public static func backward(
        _ block: Block, gradient: UnsafeMutablePointer<Float>, logSums: UnsafePointer<Float>,
        inner: UnsafePointer<Float>
    ) {
        cantus_softmax_block_backward(
            block.scores, gradient, block.stride, block.dropout, block.rows, block.columns, block.visible,
            block.visibleStep, logSums, inner)
    }
}

/// The scores of additive attention for one query (Bahdanau et al. 2015).
public enum AdditiveScores {
    /// h[j] = tanh(q + k[j]) and scores[j] = v h[j].
    ///
    /// - Parameters:
    ///   - keys: k, `[count, width]`.
    ///   - hidden: Receives h, `[count, width]`.
    ///   - scores: `[count]`.
    public static func forward(
        query: UnsafePointer<Float>, keys: UnsafePointer<Float>, weight v: UnsafePointer<Float>,
        hidden: UnsafeMutablePointer<Float>, scores: UnsafeMutablePointer<Float>, count: Int, width: Int
    ) { cantus_additive_scores(query, keys, v, hidden, scores, count, width) }

    /// Adds the gradients of `forward` to those of the query, the keys and the weight.
    public static func addGradients(
        hidden: UnsafePointer<Float>, weight v: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
        query: UnsafeMutablePointer<Float>, keys: UnsafeMutablePointer<Float>,
        weightGradient: UnsafeMutablePointer<Float>, count: Int, width: Int
    ) { cantus_additive_scores_backward(hidden, v, upstream, query, keys, weightGradient, count, width) }
}

/// Rotations in planes of two neighbouring features (Su et al. 2021, RoFormer).
public enum Rotations {
    /// Which way to turn.
    public enum Direction: Float, Sendable {
        case forward = 1
        case back = -1
    }

    /// y = x, or y + x where `adding`, with the pairs of each head turned by their angles.
    ///
    /// - Parameters:
    ///   - cosines, sines: Of the angles of the pairs of a head, `[pairs]`.
    public static func rotate(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, cosines: UnsafePointer<Float>,
        sines: UnsafePointer<Float>, heads: Int, pairs: Int, _ direction: Direction, adding: Bool = false
    ) { cantus_rotate_pairs(x, y, cosines, sines, heads, pairs, direction.rawValue, adding) }
}

extension Rows {
    /// y `[columns, rows]` = the transpose of x, with rows of y `stride` elements apart.
    public static func transpose(_ x: Matrix, into y: UnsafeMutablePointer<Float>, stride: Int) {
        precondition(stride >= x.rows, "rows of \(x.rows) elements do not fit a stride of \(stride)")
        cantus_transpose_strided(x.pointer, x.stride, y, stride, x.rows, x.columns)
    }
}

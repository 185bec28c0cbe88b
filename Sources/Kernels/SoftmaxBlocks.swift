import CKernels

/// The softmax of attention, block by block of the scores (Milakov and Gimelshein 2018, "Online normalizer calculation
/// for softmax"; Dao et al. 2022, "FlashAttention").
public enum SoftmaxBlocks {
    /// A block of scores, `[rows, columns]`: queries by keys.
    ///
    /// Row r sees the first `visible + r visibleStep` keys of the block, from none to all; a step of 1 is a causal
    /// mask. Rows have room for whole vectors of 16 columns.
    public struct Block {
        var block: cantus_scores

        public var scores: UnsafeMutablePointer<Float> { block.values }
        /// Elements from one row to the next.
        public var stride: Int { block.stride }
        public var rows: Int { block.rows }
        public var columns: Int { block.columns }
        /// The scores, or what became of them.
        package var matrix: Matrix { Matrix(scores, rows: rows, columns: columns, stride: stride) }

        /// - Parameters:
        ///   - scale: What the softmax multiplies scores by.
        ///   - dropout: What dropout multiplies the weights by, laid out like the scores; ones where nil.
        public init(
            scores: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int, visible: Int,
            visibleStep: Int, scale: Float = 1, dropout: UnsafePointer<Float>? = nil
        ) {
            precondition(
                stride >= PackedProduct.padded(columns), "rows of \(columns) scores do not fit a stride of \(stride)")
            block = cantus_scores(
                values: scores, mask: dropout, stride: stride, rows: rows, columns: columns, visible: visible,
                visible_step: visibleStep, scale: scale)
        }

        /// Other numbers of the same queries and keys, laid out alike: gradients.
        package func replacing(scores: UnsafeMutablePointer<Float>) -> Block {
            var other = self
            other.block.values = scores
            return other
        }
    }

    /// Those for the widest registers of this processor.
    fileprivate static let kernels = [16, 8, 4].lazy.compactMap { cantus_attention_kernels_of($0) }.first!.pointee

    /// Takes a further block of keys into the running softmax of its rows, with x = scale scores:
    ///
    ///     m' = max(m, max_j x_j)     s' = exp(m - m') s + sum_j exp(x_j - m')     o' = exp(m - m') o
    ///
    /// - Parameters:
    ///   - block: Its scores become the powers exp(x - m'), zeros for keys that are not seen.
    ///   - largest: m, `[rows]`.
    ///   - sums: s, `[rows]`.
    ///   - output: o, `[rows, width]`: what the caller has summed so far, to which it adds powers times values next.
    ///   - isFirst: Whether m and s start here; o is then left alone.
    public static func accumulate(
        _ block: Block, largest: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>,
        output: MutableMatrix, isFirst: Bool
    ) {
        withUnsafePointer(to: block.block) {
            kernels.softmax($0, largest, sums, output.pointer, output.stride, output.columns, isFirst)
        }
    }

    /// o = o / s and s = m + log s, the logarithm of the sum of powers; zeros for rows that saw no key.
    public static func finish(
        largest: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>, output: MutableMatrix
    ) { cantus_softmax_finish(largest, sums, output.pointer, output.stride, output.rows, output.columns) }

    /// From the scores of a block and the gradient dp of its weights p = exp(scale scores - l): the gradient of the
    /// scores, scale p (dp - inner).
    ///
    /// - Parameters:
    ///   - block: Its scores become the weights, after dropout.
    ///   - gradient: dp, laid out like the scores; becomes the gradient of the scores.
    ///   - logSums: l, `[rows]`.
    ///   - inner: sum_j p_j dp_j over all keys, `[rows]`.
    public static func backward(
        _ block: Block, gradient: UnsafeMutablePointer<Float>, logSums: UnsafePointer<Float>,
        inner: UnsafePointer<Float>
    ) { withUnsafePointer(to: block.block) { kernels.softmax_backward($0, gradient, logSums, inner) } }
}

/// Products of a block with queries, keys and values, in which tiles of scores that no query sees are skipped. Columns
/// of other matrices than the block are whole vectors of 16.
extension SoftmaxBlocks.Block {
    /// The scores become Q K^T as far as they are seen, and anything elsewhere.
    ///
    /// - Parameters:
    ///   - queries: Q, `[rows, depth]`.
    ///   - keys: K^T, `[depth, columns]`, with room for whole vectors.
    package func setProducts(of queries: Matrix, _ keys: Matrix) {
        precondition(
            queries.rows == rows && keys.rows == queries.columns && keys.columns == columns
                && keys.stride >= PackedProduct.padded(columns),
            "scores [\(rows), \(columns)] of [\(queries.rows), \(queries.columns)] by [\(keys.rows), \(keys.columns)]")
        withUnsafePointer(to: block) {
            SoftmaxBlocks.kernels.scores_of(
                $0, queries.pointer, queries.stride, keys.pointer, keys.stride, keys.rows)
        }
    }

    /// y = S b, or y += it where `adding`, with the scores S zero where they are not seen.
    ///
    /// - Parameters:
    ///   - b: By keys, `[columns, width]`.
    ///   - y: By queries, `[rows, width]`.
    package func multiply(_ b: Matrix, into y: MutableMatrix, adding: Bool) {
        precondition(
            b.rows == columns && y.rows == rows && b.columns == y.columns && y.columns % 16 == 0,
            "[\(rows), \(columns)] by [\(b.rows), \(b.columns)] does not fit [\(y.rows), \(y.columns)]")
        withUnsafePointer(to: block) {
            SoftmaxBlocks.kernels.scores_by($0, b.pointer, b.stride, y.columns, adding, y.pointer, y.stride)
        }
    }

    /// y += S^T b, with the scores S zero where they are not seen.
    ///
    /// - Parameters:
    ///   - b: By queries, `[rows, width]`.
    ///   - y: By keys, `[columns, width]`.
    package func addTransposedProduct(_ b: Matrix, to y: MutableMatrix) {
        precondition(
            b.rows == rows && y.rows == columns && b.columns == y.columns && y.columns % 16 == 0,
            "[\(columns), \(rows)] by [\(b.rows), \(b.columns)] does not fit [\(y.rows), \(y.columns)]")
        withUnsafePointer(to: block) {
            SoftmaxBlocks.kernels.keys_by($0, b.pointer, b.stride, y.columns, y.pointer, y.stride)
        }
    }
}

import Kernels
import Tensors

/// Dot-product attention over a batch: forward and backward, as one entry of the tape.
///
/// Scores exist in blocks alone: some queries by some keys of one head. The forward pass keeps a running softmax over
/// the blocks of a query (Milakov and Gimelshein 2018), and of all of them only the logarithm of the sum of powers;
/// the backward pass computes each block again from that (Dao et al. 2022, "FlashAttention"). What is kept grows with
/// the length, not with its square.
final class DotProductRun {
    /// What dropout of the weights needs to draw the same mask twice.
    struct Dropout {
        let probability: Float
        let seed: UInt64
    }

    private let queries, keys, values: HeadColumns
    private let queryLengths, keyLengths: IndexTensor?
    private let mask: AttentionMask
    private let scale: Float
    private let dropout: Dropout?
    private let output: HeadColumns  // [N, T, H Dv]
    private let logSums: Tensor  // [N, H, T]: log sum_j exp(score_j)

    private static let queryBlock = 64
    private static let keyBlock = 256

    init(
        queries: HeadColumns, keys: HeadColumns, values: HeadColumns, queryLengths: IndexTensor?,
        keyLengths: IndexTensor?, mask: AttentionMask, scale: Float, dropout: Dropout? = nil
    ) {
        precondition(
            queries.width == keys.width && keys.heads == values.heads && queries.heads % keys.heads == 0
                && keys.rows == queries.rows && values.rows == queries.rows && values.steps == keys.steps,
            """
            attention of \(queries.heads) heads of \(queries.tensor.shape) over \(keys.heads) heads of keys \
            \(keys.tensor.shape) and values \(values.tensor.shape)
            """)
        queryLengths?.checkLengths(rows: queries.rows, steps: queries.steps)
        keyLengths?.checkLengths(rows: keys.rows, steps: keys.steps)
        (self.queries, self.keys, self.values) = (queries, keys, values)
        (self.queryLengths, self.keyLengths) = (queryLengths, keyLengths)
        (self.mask, self.scale, self.dropout) = (mask, scale, dropout)
        output = HeadColumns(
            Tensor(uninitialized: [queries.rows, queries.steps, queries.heads * values.width]), heads: queries.heads)
        logSums = Tensor(uninitialized: [queries.rows, queries.heads, queries.steps])
    }

    // MARK: Forward

    func forward() -> Tensor {
        for row in 0..<queries.rows { clearOutput(row: row) }
        let parts = WorkerPool.ranges(queries.rows * keys.heads, parts: WorkerPool.sharing?.threadCount ?? 1)
        nonisolated(unsafe) let run = self
        WorkerPool.runShared(parts.count) { run.attend(to: parts[$0]) }
        return output.tensor.recorded(from: [queries.tensor, keys.tensor, values.tensor], backward: backward)
    }

    /// - Parameter heads: Heads of keys, counted over all rows.
    private func attend(to heads: Range<Int>) {
        let (scratch, largest) = (makeScratch(), Tensor(uninitialized: [Self.queryBlock]))
        for index in heads {
            let (row, keyHead) = index.quotientAndRemainder(dividingBy: keys.heads)
            guard keyCount(row) > 0 else { continue }
            scratch.transpose(keys, row: row, head: keyHead, steps: 0..<keyCount(row), into: scratch.keys)
            forEachQueryBlock(row: row, keyHead: keyHead) { head, block in
                attend(row: row, head: head, keyHead: keyHead, block, scratch, largest.mutablePointer)
            }
        }
    }

    private func attend(
        row: Int, head: Int, keyHead: Int, _ block: Range<Int>, _ scratch: Scratch,
        _ largest: UnsafeMutablePointer<Float>
    ) {
        let target = output.matrix(of: output.tensor.mutablePointer, row: row, head: head, steps: block)
        let sums = logSums.mutablePointer + statistic(row, head, block.lowerBound)
        forEachKeyBlock(row: row, queries: block) { range in
            let scores = self.scores(row: row, head: head, block, range, scratch)
            let isFirst = range.lowerBound == 0
            SoftmaxBlocks.accumulate(scores, largest: largest, sums: sums, output: target, isFirst: isFirst)
            BLAS.multiply(
                scores.matrix, values.matrix(row: row, head: keyHead, steps: range), into: target, adding: !isFirst)
        }
        SoftmaxBlocks.finish(largest: largest, sums: sums, output: target)
    }

    /// Queries behind their row's length, and those of a row without keys, come to zeros.
    private func clearOutput(row: Int) {
        let valid = keyCount(row) > 0 ? queryCount(row) : 0
        let width = output.tensor.shape[2]
        (output.tensor.mutablePointer + (row * queries.steps + valid) * width)
            .update(repeating: 0, count: (queries.steps - valid) * width)
    }

    // MARK: Backward

    private func backward(_ pass: BackwardPass) {
        let scratch = makeScratch()
        let valuesTransposed = Tensor(uninitialized: [values.width, scratch.keyStride])
        let inner = Tensor(uninitialized: [Self.queryBlock])
        for row in 0..<queries.rows where keyCount(row) > 0 {
            for keyHead in 0..<keys.heads {
                scratch.transpose(keys, row: row, head: keyHead, steps: 0..<keyCount(row), into: scratch.keys)
                scratch.transpose(values, row: row, head: keyHead, steps: 0..<keyCount(row), into: valuesTransposed)
                forEachQueryBlock(row: row, keyHead: keyHead) { head, block in
                    attendBackward(
                        pass, row: row, head: head, keyHead: keyHead, block, scratch,
                        valuesTransposed: valuesTransposed, inner: inner.mutablePointer)
                }
            }
        }
    }

    private func attendBackward(
        _ pass: BackwardPass, row: Int, head: Int, keyHead: Int, _ block: Range<Int>, _ scratch: Scratch,
        valuesTransposed: Tensor, inner: UnsafeMutablePointer<Float>
    ) {
        let result = output.matrix(row: row, head: head, steps: block)
        let upstream = Matrix(
            pass.upstream + (result.pointer - output.tensor.pointer), rows: block.count, columns: values.width,
            stride: result.stride)
        // sum_j p_j dp_j = do sum_j p_j v_j = do o
        for place in 0..<block.count {
            inner[place] = Vector.dot(
                upstream.pointer + place * upstream.stride, result.pointer + place * result.stride, count: values.width)
        }
        let query = queries.matrix(row: row, head: head, steps: block)
        forEachKeyBlock(row: row, queries: block) { range in
            let scores = self.scores(row: row, head: head, block, range, scratch)
            let gradient = MutableMatrix(
                scratch.gradients.mutablePointer, rows: block.count, columns: range.count, stride: scratch.stride)
            BLAS.multiply(
                upstream, scratch.columns(of: valuesTransposed, range, width: values.width), into: gradient)
            SoftmaxBlocks.backward(
                scores, gradient: gradient.pointer, logSums: logSums.pointer + statistic(row, head, block.lowerBound),
                inner: inner)
            let scoreGradient = Matrix(
                gradient.pointer, rows: block.count, columns: range.count, stride: scratch.stride)
            if let sink = pass.sink(0) {
                BLAS.multiply(
                    scoreGradient, keys.matrix(row: row, head: keyHead, steps: range),
                    into: queries.matrix(of: sink, row: row, head: head, steps: block), adding: true, scale: scale)
            }
            if let sink = pass.sink(1) {
                BLAS.multiply(
                    scoreGradient, transposingA: true, query,
                    into: keys.matrix(of: sink, row: row, head: keyHead, steps: range), adding: true, scale: scale)
            }
            if let sink = pass.sink(2) {
                BLAS.multiply(
                    scores.matrix, transposingA: true, upstream,
                    into: values.matrix(of: sink, row: row, head: keyHead, steps: range), adding: true)
            }
        }
    }

    // MARK: Blocks

    /// The scores of a block, scale q k^T, with what it sees of them.
    private func scores(
        row: Int, head: Int, _ block: Range<Int>, _ range: Range<Int>, _ scratch: Scratch
    ) -> SoftmaxBlocks.Block {
        let target = MutableMatrix(
            scratch.scores.mutablePointer, rows: block.count, columns: range.count, stride: scratch.stride)
        BLAS.multiply(
            queries.matrix(row: row, head: head, steps: block),
            scratch.columns(of: scratch.keys, range, width: keys.width), into: target, scale: scale)
        if let dropout, let mask = scratch.dropout {
            for place in 0..<block.count {
                let first = statistic(row, head, block.lowerBound + place) * keys.steps + range.lowerBound
                Vector.dropoutMask(
                    seed: dropout.seed, first: UInt64(first), dropped: dropout.probability,
                    scale: dropout.probability < 1 ? 1 / (1 - dropout.probability) : 0,
                    into: mask.mutablePointer + place * scratch.stride, count: range.count)
            }
        }
        return SoftmaxBlocks.Block(
            scores: target.pointer, stride: scratch.stride, rows: block.count, columns: range.count,
            visible: mask == .causal ? block.lowerBound + 1 - range.lowerBound : range.count,
            visibleStep: mask == .causal ? 1 : 0, dropout: scratch.dropout?.pointer)
    }

    private func forEachQueryBlock(row: Int, keyHead: Int, _ body: (_ head: Int, _ block: Range<Int>) -> Void) {
        let group = queries.heads / keys.heads
        for head in keyHead * group..<(keyHead + 1) * group {
            for start in stride(from: 0, to: queryCount(row), by: Self.queryBlock) {
                body(head, start..<min(start + Self.queryBlock, queryCount(row)))
            }
        }
    }

    /// The blocks of keys of which some query of the block sees some.
    private func forEachKeyBlock(row: Int, queries block: Range<Int>, _ body: (Range<Int>) -> Void) {
        let end = mask == .causal ? min(keyCount(row), block.upperBound) : keyCount(row)
        for start in stride(from: 0, to: end, by: Self.keyBlock) { body(start..<min(start + Self.keyBlock, end)) }
    }

    private func queryCount(_ row: Int) -> Int { queryLengths.map { Int($0.pointer[row]) } ?? queries.steps }
    private func keyCount(_ row: Int) -> Int { keyLengths.map { Int($0.pointer[row]) } ?? keys.steps }

    /// The place of a query's number in `logSums`.
    private func statistic(_ row: Int, _ head: Int, _ step: Int) -> Int {
        (row * queries.heads + head) * queries.steps + step
    }

    // MARK: Weights

    /// The weights themselves, `[N, H, T, K]`, for looking at: zeros behind the lengths and where the mask hides a key.
    func weights() -> Tensor {
        let result = Tensor(zeros: [queries.rows, queries.heads, queries.steps, keys.steps])
        let (scratch, largest) = (makeScratch(), Tensor(uninitialized: [queries.steps]))
        for row in 0..<queries.rows where keyCount(row) > 0 && queryCount(row) > 0 {
            for head in 0..<queries.heads {
                let keyHead = head / (queries.heads / keys.heads)
                scratch.transpose(keys, row: row, head: keyHead, steps: 0..<keyCount(row), into: scratch.keys)
                let target = MutableMatrix(
                    result.mutablePointer + statistic(row, head, 0) * keys.steps, rows: queryCount(row),
                    columns: keyCount(row), stride: keys.steps)
                BLAS.multiply(
                    queries.matrix(row: row, head: head, steps: 0..<queryCount(row)),
                    scratch.columns(of: scratch.keys, 0..<keyCount(row), width: keys.width), into: target, scale: scale)
                let sums = logSums.mutablePointer + statistic(row, head, 0)
                let block = SoftmaxBlocks.Block(
                    scores: target.pointer, stride: target.stride, rows: target.rows, columns: target.columns,
                    visible: mask == .causal ? 1 : target.columns, visibleStep: mask == .causal ? 1 : 0)
                SoftmaxBlocks.accumulate(
                    block, largest: largest.mutablePointer, sums: sums, output: target, isFirst: true)
                SoftmaxBlocks.finish(largest: largest.pointer, sums: sums, output: target)
            }
        }
        return result
    }
}

extension DotProductRun {
    /// Memory that serves one block after the other.
    fileprivate struct Scratch {
        /// Elements from one row of scores to the next: whole vectors.
        let stride: Int
        let scores, gradients: Tensor  // [block of queries, stride]
        let dropout: Tensor?  // the same
        let keyStride: Int
        let keys: Tensor  // [D, keyStride]: one head, transposed once for all blocks of queries

        func transpose(_ heads: HeadColumns, row: Int, head: Int, steps: Range<Int>, into target: Tensor) {
            Rows.transpose(
                heads.matrix(row: row, head: head, steps: steps), into: target.mutablePointer, stride: keyStride)
        }

        func columns(of transposed: Tensor, _ range: Range<Int>, width: Int) -> Matrix {
            Matrix(transposed.pointer + range.lowerBound, rows: width, columns: range.count, stride: keyStride)
        }
    }

    fileprivate func makeScratch() -> Scratch {
        let stride = (min(Self.keyBlock, keys.steps) + 15) / 16 * 16
        let shape: Shape = [min(Self.queryBlock, queries.steps), stride]
        let keyStride = (keys.steps + 15) / 16 * 16
        return Scratch(
            stride: stride, scores: Tensor(uninitialized: shape), gradients: Tensor(uninitialized: shape),
            dropout: dropout == nil ? nil : Tensor(uninitialized: shape), keyStride: keyStride,
            keys: Tensor(uninitialized: [keys.width, keyStride]))
    }
}

extension SoftmaxBlocks.Block {
    /// The scores, or what became of them.
    var matrix: Matrix { Matrix(scores, rows: rows, columns: columns, stride: stride) }
}

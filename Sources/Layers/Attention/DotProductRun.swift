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

    /// Whole tiles of six queries.
    private static let queryBlock = 66
    private static let keyBlock = 128

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
        let scratch = Scratch(self)
        let outputs = WholeVectors(width: values.width, rows: min(Self.queryBlock, queries.steps))
        for index in heads {
            let (row, keyHead) = index.quotientAndRemainder(dividingBy: keys.heads)
            if index + 1 < heads.upperBound { prefetch(head: index + 1) }
            guard keyCount(row) > 0 else { continue }
            scratch.keys.load(keys, row: row, head: keyHead, count: keyCount(row))
            let values = scratch.values(self.values.matrix(row: row, head: keyHead, steps: 0..<keyCount(row)))
            forEachQueryBlock(row: row, keyHead: keyHead) { head, block in
                outputs.writing(output.matrix(of: output.tensor.mutablePointer, row: row, head: head, steps: block)) {
                    attend(row: row, head: head, block, values, scratch, into: $0)
                }
            }
        }
    }

    private func attend(
        row: Int, head: Int, _ block: Range<Int>, _ values: Matrix, _ scratch: Scratch, into target: MutableMatrix
    ) {
        let query = queries.matrix(row: row, head: head, steps: block)
        let (sums, largest) = (logSums.mutablePointer + statistic(row, head, block.lowerBound), scratch.ofRows)
        forEachKeyBlock(row: row, queries: block) { range in
            let scores = self.scores(query, row: row, head: head, block, range, scratch)
            let isFirst = range.lowerBound == 0
            SoftmaxBlocks.accumulate(
                scores, largest: largest.mutablePointer, sums: sums, output: target, isFirst: isFirst)
            scores.multiply(values.rows(range), into: target, adding: !isFirst)
        }
        SoftmaxBlocks.finish(largest: largest.pointer, sums: sums, output: target)
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
        let scratch = BackwardScratch(self)
        let sinks = (0..<3).map { pass.destination($0) }
        for row in 0..<queries.rows {
            // Right before they are added to, when both are done in the second cache.
            for (sink, heads) in zip(sinks, [queries, keys, values]) where sink?.isEmpty == true {
                let size = heads.steps * heads.tensor.shape[2]
                (sink!.pointer + row * size).update(repeating: 0, count: size)
            }
            guard keyCount(row) > 0 else { continue }
            for keyHead in 0..<keys.heads {
                let next = row * keys.heads + keyHead + 1
                if next < queries.rows * keys.heads { prefetch(head: next, upstream: pass.upstream) }
                attendBackward(pass.upstream, row: row, keyHead: keyHead, sinks.map { $0?.pointer }, scratch)
            }
        }
    }

    private func attendBackward(
        _ upstream: UnsafePointer<Float>, row: Int, keyHead: Int, _ sinks: [UnsafeMutablePointer<Float>?],
        _ scratch: BackwardScratch
    ) {
        let steps = 0..<keyCount(row)
        scratch.forward.keys.load(keys, row: row, head: keyHead, count: steps.count)
        scratch.values.load(values, row: row, head: keyHead, count: steps.count)
        let key = scratch.keys(keys.matrix(row: row, head: keyHead, steps: steps))
        scratch.keyGradients.adding(to: sinks[1].map { keys.matrix(of: $0, row: row, head: keyHead, steps: steps) }) {
            keyGradient in
            scratch.valueGradients.adding(
                to: sinks[2].map { values.matrix(of: $0, row: row, head: keyHead, steps: steps) }
            ) { valueGradient in
                forEachQueryBlock(row: row, keyHead: keyHead) { head, block in
                    scratch.queryGradients.adding(
                        to: sinks[0].map { queries.matrix(of: $0, row: row, head: head, steps: block) }
                    ) {
                        attendBackward(
                            upstream, row: row, head: head, block, key, into: ($0, keyGradient, valueGradient), scratch)
                    }
                }
            }
        }
    }

    private func attendBackward(
        _ upstream: UnsafePointer<Float>, row: Int, head: Int, _ block: Range<Int>, _ key: Matrix,
        into gradients: (queries: MutableMatrix?, keys: MutableMatrix?, values: MutableMatrix?),
        _ scratch: BackwardScratch
    ) {
        let result = output.matrix(row: row, head: head, steps: block)
        let upstream = Matrix(
            upstream + (result.pointer - output.tensor.pointer), rows: block.count, columns: result.columns,
            stride: result.stride)
        // sum_j p_j dp_j = do sum_j p_j v_j = do o
        let inner = scratch.forward.ofRows.mutablePointer
        Rows.products(upstream, result, into: inner)
        let query = queries.matrix(row: row, head: head, steps: block)
        let (wholeQuery, wholeUpstream) = (scratch.queries(query), scratch.upstream(upstream))
        forEachKeyBlock(row: row, queries: block) { range in
            let scores = self.scores(query, row: row, head: head, block, range, scratch.forward)
            let gradient = scores.replacing(scores: scratch.gradients.mutablePointer)
            gradient.setProducts(of: upstream, scratch.values(range))
            SoftmaxBlocks.backward(
                scores, gradient: gradient.scores, logSums: logSums.pointer + statistic(row, head, block.lowerBound),
                inner: inner)
            if let sink = gradients.queries { gradient.multiply(key.rows(range), into: sink, adding: true) }
            if let sink = gradients.keys { gradient.addTransposedProduct(wholeQuery, to: sink.rows(range)) }
            if let sink = gradients.values { scores.addTransposedProduct(wholeUpstream, to: sink.rows(range)) }
        }
    }

    // MARK: Blocks

    /// The scores of a block, q k^T, with what it sees of them.
    private func scores(
        _ query: Matrix, row: Int, head: Int, _ block: Range<Int>, _ range: Range<Int>, _ scratch: Scratch
    ) -> SoftmaxBlocks.Block {
        if let dropout, let mask = scratch.dropout {
            for place in 0..<block.count {
                let first = statistic(row, head, block.lowerBound + place) * keys.steps + range.lowerBound
                Vector.dropoutMask(
                    seed: dropout.seed, first: UInt64(first), dropped: dropout.probability,
                    scale: dropout.probability < 1 ? 1 / (1 - dropout.probability) : 0,
                    into: mask.mutablePointer + place * scratch.stride, count: range.count)
            }
        }
        let scores = SoftmaxBlocks.Block(
            scores: scratch.scores.mutablePointer, stride: scratch.stride, rows: block.count, columns: range.count,
            visible: mask == .causal ? block.lowerBound + 1 - range.lowerBound : range.count,
            visibleStep: mask == .causal ? 1 : 0, scale: scale, dropout: scratch.dropout?.pointer)
        scores.setProducts(of: query, scratch.keys(range))
        return scores
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

    /// Calls what a head of keys is about into the cache.
    private func prefetch(head index: Int, upstream: UnsafePointer<Float>? = nil) {
        let (row, keyHead) = index.quotientAndRemainder(dividingBy: keys.heads)
        let head = keyHead * (queries.heads / keys.heads)
        Rows.prefetch(keys.matrix(row: row, head: keyHead, steps: 0..<keys.steps))
        Rows.prefetch(values.matrix(row: row, head: keyHead, steps: 0..<keys.steps))
        Rows.prefetch(queries.matrix(row: row, head: head, steps: 0..<queries.steps))
        guard let upstream else { return }
        let result = output.matrix(row: row, head: head, steps: 0..<queries.steps)
        Rows.prefetch(result)
        Rows.prefetch(
            Matrix(
                upstream + (result.pointer - output.tensor.pointer), rows: result.rows, columns: result.columns,
                stride: result.stride))
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
        let stride = PackedProduct.padded(keys.steps)
        let (scores, largest) = (
            Tensor(uninitialized: [queries.steps, stride]), Tensor(uninitialized: [queries.steps])
        )
        for row in 0..<queries.rows where keyCount(row) > 0 && queryCount(row) > 0 {
            for head in 0..<queries.heads {
                let keyHead = head / (queries.heads / keys.heads)
                let target = MutableMatrix(
                    scores.mutablePointer, rows: queryCount(row), columns: keyCount(row), stride: stride)
                BLAS.multiply(
                    queries.matrix(row: row, head: head, steps: 0..<queryCount(row)),
                    keys.matrix(row: row, head: keyHead, steps: 0..<keyCount(row)), transposingB: true, into: target)
                let sums = logSums.mutablePointer + statistic(row, head, 0)
                let block = SoftmaxBlocks.Block(
                    scores: target.pointer, stride: stride, rows: target.rows, columns: target.columns,
                    visible: mask == .causal ? 1 : target.columns, visibleStep: mask == .causal ? 1 : 0, scale: scale)
                SoftmaxBlocks.accumulate(
                    block, largest: largest.mutablePointer, sums: sums, output: target, isFirst: true)
                SoftmaxBlocks.finish(largest: largest.pointer, sums: sums, output: target)
                for step in 0..<target.rows {
                    (result.mutablePointer + (statistic(row, head, step)) * keys.steps)
                        .update(from: target.pointer + step * stride, count: target.columns)
                }
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
        let scores: Tensor  // [block of queries, stride]
        let dropout: Tensor?  // the same
        /// A number for each query of a block.
        let ofRows: Tensor
        let keys: TransposedHead
        let values: WholeVectors

        init(_ run: DotProductRun) {
            let rows = min(queryBlock, run.queries.steps)
            stride = PackedProduct.padded(min(keyBlock, run.keys.steps))
            scores = Tensor(uninitialized: [rows, stride])
            dropout = run.dropout == nil ? nil : Tensor(uninitialized: [rows, stride])
            ofRows = Tensor(uninitialized: [rows])
            keys = TransposedHead(of: run.keys, block: keyBlock)
            values = WholeVectors(width: run.values.width, rows: run.values.steps)
        }
    }

    /// The same for the way back.
    fileprivate struct BackwardScratch {
        let forward: Scratch
        let gradients: Tensor  // [block of queries, stride]
        let values: TransposedHead
        let queries, keys, upstream, queryGradients, keyGradients, valueGradients: WholeVectors

        init(_ run: DotProductRun) {
            forward = Scratch(run)
            gradients = Tensor(uninitialized: forward.scores.shape)
            values = TransposedHead(of: run.values, block: keyBlock)
            let rows = forward.scores.shape[0]
            queries = WholeVectors(width: run.queries.width, rows: rows)
            keys = WholeVectors(width: run.keys.width, rows: run.keys.steps)
            upstream = WholeVectors(width: run.values.width, rows: rows)
            queryGradients = WholeVectors(width: run.queries.width, rows: rows)
            keyGradients = WholeVectors(width: run.keys.width, rows: run.keys.steps)
            valueGradients = WholeVectors(width: run.values.width, rows: run.values.steps)
        }
    }
}

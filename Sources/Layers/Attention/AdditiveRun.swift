import Kernels
import Tensors

/// Additive attention over a batch: forward and backward, as one entry of the tape.
///
/// The hidden layer tanh(q_t + k_j), `[N, T, K, A]` for all queries, exists for one query at a time: the backward pass
/// computes it again. Kept are the logarithms of the sums of powers alone.
final class AdditiveRun {
    private let queries, keys, values, weight: Tensor
    private let queryLengths, keyLengths: IndexTensor?
    private let rows, steps, keySteps, width, valueWidth: Int
    private let output: Tensor  // [N, T, E]
    private let logSums: Tensor  // [N, T]: log sum_j exp(score_j)

    private static let queryBlock = 64

    /// - Parameters:
    ///   - queries: `[N, T, A]`, mapped.
    ///   - keys: `[N, K, A]`, mapped.
    ///   - values: `[N, K, E]`.
    ///   - weight: v, `[1, A]`.
    init(
        queries: Tensor, keys: Tensor, values: Tensor, weight: Tensor, queryLengths: IndexTensor?,
        keyLengths: IndexTensor?
    ) {
        precondition(
            queries.shape.rank == 3 && keys.shape.rank == 3 && values.shape.rank == 3
                && keys.shape == [queries.shape[0], keys.shape[1], queries.shape[2]]
                && values.shape == [keys.shape[0], keys.shape[1], values.shape[2]] && weight.count == keys.shape[2],
            "attention of \(queries.shape) over keys \(keys.shape) and values \(values.shape) by \(weight.shape)")
        (self.queries, self.keys, self.values, self.weight) = (queries, keys, values, weight)
        (self.queryLengths, self.keyLengths) = (queryLengths, keyLengths)
        (rows, steps, keySteps) = (queries.shape[0], queries.shape[1], keys.shape[1])
        (width, valueWidth) = (keys.shape[2], values.shape[2])
        queryLengths?.checkLengths(rows: rows, steps: steps)
        keyLengths?.checkLengths(rows: rows, steps: keySteps)
        output = Tensor(uninitialized: [rows, steps, valueWidth])
        logSums = Tensor(uninitialized: [rows, steps])
    }

    // MARK: Forward

    func forward() -> Tensor {
        let scratch = Scratch(queries: min(Self.queryBlock, steps), keys: keySteps, width: width)
        for row in 0..<rows {
            let valid = keyCount(row) > 0 ? queryCount(row) : 0
            (output.mutablePointer + (row * steps + valid) * valueWidth)
                .update(repeating: 0, count: (steps - valid) * valueWidth)
            forEachBlock(row: row) { block in
                let target = MutableMatrix(
                    output.mutablePointer + (row * steps + block.lowerBound) * valueWidth, rows: block.count,
                    columns: valueWidth)
                let scores = weigh(row: row, block, scratch, target)
                BLAS.multiply(scores.matrix, valueMatrix(row), into: target)
                SoftmaxBlocks.finish(
                    largest: scratch.largest.pointer, sums: logSums.mutablePointer + row * steps + block.lowerBound,
                    output: target)
            }
        }
        return output.recorded(from: [queries, keys, values, weight], backward: backward)
    }

    /// The weights themselves, `[N, T, K]`, for looking at.
    func weights() -> Tensor {
        let result = Tensor(zeros: [rows, steps, keySteps])
        let scratch = Scratch(queries: min(Self.queryBlock, steps), keys: keySteps, width: width)
        for row in 0..<rows {
            forEachBlock(row: row) { block in
                let scores = MutableMatrix(
                    scratch.scores.mutablePointer, rows: block.count, columns: keyCount(row), stride: scratch.stride)
                _ = weigh(row: row, block, scratch, scores)
                SoftmaxBlocks.finish(
                    largest: scratch.largest.pointer, sums: logSums.mutablePointer + row * steps + block.lowerBound,
                    output: scores)
                for (place, step) in block.enumerated() {
                    (result.mutablePointer + (row * steps + step) * keySteps)
                        .update(from: scores.pointer + place * scores.stride, count: keyCount(row))
                }
            }
        }
        return result
    }

    /// The powers of the scores of a block of queries over all keys, their largest in the scratch and their sums.
    private func weigh(
        row: Int, _ block: Range<Int>, _ scratch: Scratch, _ output: MutableMatrix
    ) -> SoftmaxBlocks.Block {
        for (place, step) in block.enumerated() {
            score(row: row, step: step, scratch, into: scratch.scores.mutablePointer + place * scratch.stride)
        }
        let scores = scratch.block(rows: block.count, columns: keyCount(row))
        SoftmaxBlocks.accumulate(
            scores, largest: scratch.largest.mutablePointer,
            sums: logSums.mutablePointer + row * steps + block.lowerBound, output: output, isFirst: true)
        return scores
    }

    private func score(row: Int, step: Int, _ scratch: Scratch, into scores: UnsafeMutablePointer<Float>) {
        AdditiveScores.forward(
            query: queries.pointer + (row * steps + step) * width, keys: keys.pointer + row * keySteps * width,
            weight: weight.pointer, hidden: scratch.hidden.mutablePointer, scores: scores, count: keyCount(row),
            width: width)
    }

    // MARK: Backward

    private func backward(_ pass: BackwardPass) {
        let scratch = Scratch(queries: min(Self.queryBlock, steps), keys: keySteps, width: width)
        let gradients = Tensor(uninitialized: scratch.scores.shape)
        let unwanted = Tensor(zeros: [max(keySteps, 1), width])  // where gradients go that nobody asked for
        for row in 0..<rows {
            forEachBlock(row: row) { block in
                let upstream = Matrix(
                    pass.upstream + (row * steps + block.lowerBound) * valueWidth, rows: block.count,
                    columns: valueWidth)
                BLAS.multiply(
                    upstream, valueMatrix(row), transposingB: true,
                    into: MutableMatrix(
                        gradients.mutablePointer, rows: block.count, columns: keyCount(row), stride: scratch.stride))
                for (place, step) in block.enumerated() {
                    let scores = scratch.scores.mutablePointer + place * scratch.stride
                    let gradient = gradients.mutablePointer + place * scratch.stride
                    score(row: row, step: step, scratch, into: scores)
                    var inner = Vector.dot(
                        upstream.pointer + place * valueWidth, output.pointer + (row * steps + step) * valueWidth,
                        count: valueWidth)
                    SoftmaxBlocks.backward(
                        scratch.block(rows: 1, columns: keyCount(row), from: place), gradient: gradient,
                        logSums: logSums.pointer + row * steps + step, inner: &inner)
                    AdditiveScores.addGradients(
                        hidden: scratch.hidden.pointer, weight: weight.pointer, upstream: gradient,
                        query: pass.sink(0).map { $0 + (row * steps + step) * width } ?? unwanted.mutablePointer,
                        keys: pass.sink(1).map { $0 + row * keySteps * width } ?? unwanted.mutablePointer,
                        weightGradient: pass.sink(3) ?? unwanted.mutablePointer, count: keyCount(row), width: width)
                }
                if let sink = pass.sink(2) {
                    BLAS.multiply(
                        scratch.block(rows: block.count, columns: keyCount(row)).matrix, transposingA: true, upstream,
                        into: MutableMatrix(
                            sink + row * keySteps * valueWidth, rows: keyCount(row), columns: valueWidth),
                        adding: true)
                }
            }
        }
    }

    // MARK: Blocks

    private func forEachBlock(row: Int, _ body: (Range<Int>) -> Void) {
        guard keyCount(row) > 0 else { return }
        for start in stride(from: 0, to: queryCount(row), by: Self.queryBlock) {
            body(start..<min(start + Self.queryBlock, queryCount(row)))
        }
    }

    private func queryCount(_ row: Int) -> Int { queryLengths.map { Int($0.pointer[row]) } ?? steps }
    private func keyCount(_ row: Int) -> Int { keyLengths.map { Int($0.pointer[row]) } ?? keySteps }

    private func valueMatrix(_ row: Int) -> Matrix {
        Matrix(values.pointer + row * keySteps * valueWidth, rows: keyCount(row), columns: valueWidth)
    }
}

/// Memory that serves one block of queries after the other.
private struct Scratch {
    let stride: Int
    let scores: Tensor  // [queries, stride]
    let largest: Tensor  // [queries]
    let hidden: Tensor  // [keys, A]: of one query

    init(queries: Int, keys: Int, width: Int) {
        stride = PackedProduct.padded(keys)
        scores = Tensor(uninitialized: [queries, stride])
        largest = Tensor(uninitialized: [queries])
        hidden = Tensor(uninitialized: [keys, width])
    }

    func block(rows: Int, columns: Int, from first: Int = 0) -> SoftmaxBlocks.Block {
        SoftmaxBlocks.Block(
            scores: scores.mutablePointer + first * stride, stride: stride, rows: rows, columns: columns,
            visible: columns, visibleStep: 0)
    }
}

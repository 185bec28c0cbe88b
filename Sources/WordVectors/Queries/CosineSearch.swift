import Files
import Kernels

/// A pass over all vectors that finds, for each of several queries, the rows with the highest scores.
///
/// Rows are taken in blocks that fit the cache, their cosines with all queries computed as one product, and the best
/// kept in bounded heaps: no copy of the matrix, no sorting of everything. Results do not depend on how threads are
/// scheduled: rows go by fixed ranges, and of equal scores the lower number is better.
struct CosineSearch {
    /// What a row's score is made of.
    enum Score {
        /// Each query has its own: the cosine.
        case cosine
        /// All queries have one: the product of the first queries' shifted cosines over that of the others' (3CosMul).
        case ratio(positive: Int)
    }

    /// The constant that keeps the ratio finite (Levy and Goldberg 2014).
    static let ratioEpsilon: Float = 0.001

    let vectors: WordVectors
    /// `[n, D]`, each of length 1 (or zero).
    let queries: [Float]
    var score = Score.cosine
    /// How many rows are kept for each result.
    let keeping: Int
    /// Rows from here on are left out.
    var rowLimit = Int.max

    private static let blockBytes = 1 << 19
    /// Below this many queries, products row by row are faster than a matrix product.
    private static let fewQueries = 4

    /// The best rows of each query, best first; of all queries together for a ratio.
    ///
    /// - Throws: `FileError` where a vector of the file is not finite.
    func run(pool: WorkerPool) throws -> [[ScoredRow]] {
        let dimensions = vectors.dimensions
        let queryCount = queries.count / dimensions
        let rows = min(vectors.count, rowLimit)
        let resultCount = if case .ratio = score { 1 } else { queryCount }
        let inverses = try vectors.inverseNorms(pool: pool)
        let parts = WorkerPool.ranges(rows, parts: pool.threadCount * 4)
        let blockRows = max(16, Self.blockBytes / (dimensions * MemoryLayout<Float>.stride))
        var best = [BestScores](
            repeating: BestScores(capacity: keeping), count: parts.count * resultCount)
        vectors.withUnsafeVectors { elements in
            queries.withUnsafeBufferPointer { queries in
                inverses.withUnsafeBufferPointer { inverses in
                    best.withUnsafeMutableBufferPointer { best in
                        nonisolated(unsafe) let best = best
                        nonisolated(unsafe) let pass = Pass(
                            elements: elements.baseAddress!, queries: queries.baseAddress!,
                            inverses: inverses.baseAddress!, queryCount: queryCount, dimensions: dimensions,
                            score: score)
                        pool.run(parts.count) { part in
                            // A copy of its own: neighbours in memory would slow each other down.
                            var own = Array(best[part * resultCount..<(part + 1) * resultCount])
                            let width = min(blockRows, parts[part].count)
                            withUnsafeTemporaryAllocation(of: Float.self, capacity: queryCount * width) { scores in
                                var first = parts[part].lowerBound
                                while first < parts[part].upperBound {
                                    let block = first..<min(first + width, parts[part].upperBound)
                                    pass.score(block, into: scores.baseAddress!)
                                    for result in 0..<resultCount {
                                        own[result].insert(
                                            scores.baseAddress! + result * block.count, count: block.count,
                                            first: first)
                                    }
                                    first = block.upperBound
                                }
                            }
                            for result in 0..<resultCount { best[part * resultCount + result] = own[result] }
                        }
                    }
                }
            }
        }
        return (0..<resultCount).map { result in
            var merged = BestScores(capacity: keeping)
            for part in parts.indices {
                for row in best[part * resultCount + result].sorted { merged.insert(row) }
            }
            return merged.sorted
        }
    }

    /// What is the same for all blocks.
    private struct Pass {
        let elements: UnsafePointer<Float>
        let queries: UnsafePointer<Float>
        let inverses: UnsafePointer<Float>
        let queryCount: Int
        let dimensions: Int
        let score: Score

        /// scores `[n, rows]` = the cosines of the queries with the rows of the block; for a ratio the first row of
        /// scores then holds it.
        func score(_ block: Range<Int>, into scores: UnsafeMutablePointer<Float>) {
            let rows = block.count
            if queryCount <= CosineSearch.fewQueries {
                for row in 0..<rows {
                    let vector = elements + (block.lowerBound + row) * dimensions
                    for query in 0..<queryCount {
                        scores[query * rows + row] = Vector.dot(
                            vector, queries + query * dimensions, count: dimensions)
                    }
                }
            } else {
                BLAS.multiply(
                    Matrix(queries, rows: queryCount, columns: dimensions),
                    Matrix(elements + block.lowerBound * dimensions, rows: rows, columns: dimensions),
                    transposingB: true, into: MutableMatrix(scores, rows: queryCount, columns: rows))
            }
            let lengths = inverses + block.lowerBound
            for query in 0..<queryCount {
                let line = scores + query * rows
                Vector.product(line, lengths, into: line, count: rows)
            }
            if case .ratio(let positive) = score { combine(scores, rows: rows, positive: positive) }
        }

        private func combine(_ scores: UnsafeMutablePointer<Float>, rows: Int, positive: Int) {
            for row in 0..<rows {
                var (above, below): (Float, Float) = (1, 1)
                for query in 0..<queryCount {
                    let shifted = (1 + scores[query * rows + row]) / 2
                    if query < positive { above *= shifted } else { below *= shifted }
                }
                scores[row] = above / (below + CosineSearch.ratioEpsilon)
            }
        }
    }
}

extension WordVectors {
    /// 1 / |vector| for each word, found once.
    func inverseNorms(pool: WorkerPool) throws -> [Float] {
        do {
            return try withUnsafeVectors { try norms.inverses(of: $0, dimensions: dimensions, pool: pool) }
        } catch let unusable as RowNorms.Unusable {
            throw try nonFinite(row: unusable.row)
        }
    }

    /// A vector of length 1 in the direction of this one; zero for one that is zero.
    static func unit(_ vector: [Float]) -> [Float] {
        let length = vector.withUnsafeBufferPointer { Vector.sumOfSquares($0.baseAddress!, count: $0.count) }
            .squareRoot()
        guard length > 0, length.isFinite else { return [Float](repeating: 0, count: vector.count) }
        return vector.map { Float(Double($0) / length) }
    }
}

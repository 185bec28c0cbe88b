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

    /// Rows of a block and its scores: together they fit the second-level cache of a core.
    private static let blockBytes = 1 << 19
    private static let blockScores = 1 << 16
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
        let blockRows = max(
            16, min(Self.blockBytes / (dimensions * MemoryLayout<Float>.stride), Self.blockScores / queryCount))
        var best = [BestScores](
            repeating: BestScores(capacity: keeping), count: parts.count * resultCount)
        let ones = [Float](repeating: 1, count: blockRows)
        vectors.withUnsafeVectors { elements in
            queries.withUnsafeBufferPointer { queries in
                inverses.withUnsafeBufferPointer { inverses in
                    ones.withUnsafeBufferPointer { ones in
                        best.withUnsafeMutableBufferPointer { best in
                            nonisolated(unsafe) let best = best
                            nonisolated(unsafe) let pass = Pass(
                                elements: elements.baseAddress!, queries: queries.baseAddress!,
                                inverses: inverses.baseAddress!, ones: ones.baseAddress!, queryCount: queryCount,
                                dimensions: dimensions, blockRows: blockRows, score: score)
                            pool.run(parts.count) { part in
                                // A copy of its own: neighbours in memory would slow each other down.
                                let places = part * resultCount..<(part + 1) * resultCount
                                var own = Array(best[places])
                                pass.run(parts[part], &own)
                                for (place, found) in zip(places, own) { best[place] = found }
                            }
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
        /// As many ones as a block has rows.
        let ones: UnsafePointer<Float>
        let queryCount: Int
        let dimensions: Int
        let blockRows: Int
        let score: Score

        /// Shows the scores of a range of rows to the results.
        func run(_ rows: Range<Int>, _ results: inout [BestScores]) {
            let width = min(blockRows, rows.count)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: queryCount * width) { scores in
                var first = rows.lowerBound
                while first < rows.upperBound {
                    let block = first..<min(first + width, rows.upperBound)
                    score(block, into: scores.baseAddress!)
                    for result in results.indices {
                        results[result].insert(
                            scores.baseAddress! + result * block.count, scaledBy: scales(block), count: block.count,
                            first: first)
                    }
                    first = block.upperBound
                }
            }
        }

        /// What the scores of a block are to be multiplied by: a ratio is complete, products lack their rows' lengths.
        func scales(_ block: Range<Int>) -> UnsafePointer<Float> {
            if case .ratio = score { ones } else { inverses + block.lowerBound }
        }

        /// scores `[n, rows]` = the products of the queries with the rows of the block; for a ratio the first row of
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
            if case .ratio(let positive) = score { combine(scores, block, positive: positive) }
        }

        private func combine(_ scores: UnsafeMutablePointer<Float>, _ block: Range<Int>, positive: Int) {
            for row in 0..<block.count {
                var (above, below): (Float, Float) = (1, 1)
                for query in 0..<queryCount {
                    let cosine = scores[query * block.count + row] * inverses[block.lowerBound + row]
                    if query < positive { above *= (1 + cosine) / 2 } else { below *= (1 + cosine) / 2 }
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

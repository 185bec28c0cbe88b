import Files
import Kernels
import Synchronization

/// What each row of a matrix must be divided by to have length 1, found once and kept.
final class RowNorms: Sendable {
    private let inverses = Mutex<[Float]?>(nil)

    /// A row whose length is not a finite `Float`.
    struct Unusable: Error {
        let row: Int
    }

    /// 1 / |row| for each row; 0 for rows that are zero, or so near it that the inverse is no `Float`.
    ///
    /// - Throws: `Unusable`, for the first row with NaN, infinity or a length beyond `Float`.
    func inverses(of rows: UnsafeBufferPointer<Float>, dimensions: Int, pool: WorkerPool) throws -> [Float] {
        if let known = inverses.withLock({ $0 }) { return known }
        let count = rows.count / dimensions
        nonisolated(unsafe) let source = rows.baseAddress
        let found = [Float](unsafeUninitializedCapacity: count) { result, initializedCount in
            nonisolated(unsafe) let target = result.baseAddress
            let parts = WorkerPool.ranges(count, parts: pool.threadCount * 8)
            pool.run(parts.count) { part in
                guard let source, let target else { return }
                for row in parts[part] {
                    let length = Vector.sumOfSquares(source + row * dimensions, count: dimensions).squareRoot()
                    let inverse = length >= Double(Float.leastNormalMagnitude) ? Float(1 / length) : 0
                    // NaN marks what cannot be used: with it every product of finite parts stays finite.
                    (target + row).initialize(to: length <= Double(Float.greatestFiniteMagnitude) ? inverse : .nan)
                }
            }
            initializedCount = count
        }
        if let row = found.firstIndex(where: \.isNaN) { throw Unusable(row: row) }
        inverses.withLock { $0 = found }
        return found
    }
}

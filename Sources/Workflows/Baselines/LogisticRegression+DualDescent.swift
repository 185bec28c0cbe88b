import Glibc
import Kernels

extension LogisticRegression {
    /// 1 / (1 + exp(−x)).
    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// The training rows with what all labels need to know of them.
    struct Problem: Sendable {
        let rows: SparseRows
        /// ‖xᵢ‖² + 1: the curvature of the dual along each row.
        let squaredNorms: [Double]

        init(_ rows: SparseRows) {
            precondition(rows.rowCount <= Int32.max, "\(rows.rowCount) training rows")
            self.rows = rows
            squaredNorms = (0..<rows.rowCount).map { row in
                rows.values[rows.rowStarts[row]..<rows.rowStarts[row + 1]]
                    .reduce(1) { $0 + Double($1) * Double($1) }
            }
        }
    }

    /// Coordinate descent on the dual.
    ///
    /// The dual variable αᵢ of row i lies in (0, C), and w = Σᵢ αᵢ yᵢ xᵢ. At the solution αᵢ = C σ(uᵢ) with
    /// uᵢ = −yᵢ (w·xᵢ + b), so uᵢ is kept beside αᵢ; the residual uᵢ + yᵢ (w·xᵢ + b) is then the gradient of the dual.
    /// All uᵢ start at the log-odds of the label's frequency, which is near the end for most rows of rare labels.
    func fit(_ problem: Problem, positiveRows: [Int]) -> Weights {
        let rows = problem.rows
        let rowCount = rows.rowCount
        var signs = [Double](repeating: -1, count: rowCount)
        for row in positiveRows { signs[row] = 1 }
        // Half a row is added so that a label of no row, or of all, has finite log-odds.
        let frequency = (Double(positiveRows.count) + 0.5) / (Double(rowCount) + 1)
        let baseLogOdds = log(frequency / (1 - frequency))
        var logOdds = signs.map { -$0 * baseLogOdds }
        var duals = logOdds.map { cost * Self.sigmoid($0) }
        var weights = [Double](repeating: 0, count: rows.columnCount)
        var intercept = 0.0
        var order = Array(0..<Int32(rowCount))
        var generator = SeededGenerator(seed: seed)
        var passes = 0
        var converged = false

        weights.withUnsafeMutableBufferPointer { weights in
            rows.rowStarts.withUnsafeBufferPointer { rowStarts in
                rows.columns.withUnsafeBufferPointer { columns in
                    rows.values.withUnsafeBufferPointer { values in
                        func add(_ amount: Double, row: Int) {
                            for index in rowStarts[row]..<rowStarts[row + 1] {
                                weights[Int(columns[index])] += amount * Double(values[index])
                            }
                            intercept += amount
                        }
                        for row in 0..<rowCount { add(duals[row] * signs[row], row: row) }
                        while passes < maximumPasses && !converged {
                            passes += 1
                            generator.shuffle(&order)
                            var largest = 0.0
                            for row in order.lazy.map(Int.init) {
                                var product = intercept
                                for index in rowStarts[row]..<rowStarts[row + 1] {
                                    product += weights[Int(columns[index])] * Double(values[index])
                                }
                                product *= signs[row]
                                let residual = abs(logOdds[row] + product)
                                largest = max(largest, residual)
                                if residual <= tolerance * Self.negligible { continue }
                                let (newLogOdds, newDual) = solve(
                                    from: logOdds[row], dual: duals[row], product: product,
                                    curvature: problem.squaredNorms[row])
                                add((newDual - duals[row]) * signs[row], row: row)
                                logOdds[row] = newLogOdds
                                duals[row] = newDual
                            }
                            converged = largest <= tolerance
                        }
                    }
                }
            }
        }
        return Weights(columns: weights, intercept: intercept, passes: passes, converged: converged)
    }

    /// The part of the tolerance below which a residual is left as it is.
    private static let negligible = 0.1

    /// The root u of u + product + curvature (C σ(u) − dual) and C σ(u): the best dual variable of one row while all
    /// others rest.
    ///
    /// The left side rises with a slope of at least 1, so there is one root. Newton's steps are kept within bounds
    /// that close around it.
    private func solve(
        from start: Double, dual: Double, product: Double, curvature: Double
    ) -> (logOdds: Double, dual: Double) {
        var low = -product - curvature * (cost - dual)
        var high = -product + curvature * dual
        var logOdds = start
        var newDual = dual
        var residual = start + product
        let enough = max(0.01 * abs(residual), tolerance * Self.negligible)
        for _ in 0..<100 {
            if residual > 0 { high = min(high, logOdds) } else { low = max(low, logOdds) }
            let slope = 1 + curvature * newDual * (1 - newDual / cost)
            logOdds -= residual / slope
            if !(logOdds > low && logOdds < high) { logOdds = (low + high) / 2 }
            newDual = cost * Self.sigmoid(logOdds)
            residual = logOdds + product + curvature * (newDual - dual)
            if abs(residual) <= enough { break }
        }
        return (logOdds, newDual)
    }
}
